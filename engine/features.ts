/** Everything that can be asked of the engine, by name. A feature is added by adding its line here. */
import type { Features } from './feature.ts'
import { clinic } from './features/clinic.ts'
import { data } from './features/data.ts'
import { session } from './features/session.ts'
import { sync } from './features/sync.ts'
import { users } from './features/users.ts'
import { verification } from './features/verification.ts'

export const features = {
  ...clinic,
  ...data,
  ...session,
  ...sync,
  ...users,
  ...verification,
} as const satisfies Features
