/** Everything that can be asked of the engine, by name. A feature is added by adding its line here. */
import type { Features } from './feature.ts'
import { sync } from './features/sync.ts'

export const features = { ...sync } as const satisfies Features
