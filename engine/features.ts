/** Everything that can be asked of the engine, by name. A feature is added by adding its line here. */
import type { Features } from './feature.ts'
import { access } from './features/access.ts'
import { activity } from './features/activity.ts'
import { allergies } from './features/allergies.ts'
import { backups } from './features/backups.ts'
import { charts, conflicts } from './features/charts.ts'
import { clinic } from './features/clinic.ts'
import { codes } from './features/codes.ts'
import { conditions } from './features/conditions.ts'
import { data } from './features/data.ts'
import { immunizations } from './features/immunizations.ts'
import { medications } from './features/medications.ts'
import { observations } from './features/observations.ts'
import { patients } from './features/patients.ts'
import { practitioners } from './features/practitioners.ts'
import { procedures } from './features/procedures.ts'
import { session } from './features/session.ts'
import { sync } from './features/sync.ts'
import { users } from './features/users.ts'
import { verification } from './features/verification.ts'
import { visits } from './features/visits.ts'
import { wholePatient } from './features/whole-patient.ts'

export const features = {
  ...access,
  ...activity,
  ...allergies,
  ...backups,
  ...charts,
  ...conflicts,
  ...conditions,
  ...immunizations,
  ...medications,
  ...observations,
  ...patients,
  ...practitioners,
  ...procedures,
  ...visits,
  ...clinic,
  ...codes,
  ...data,
  ...session,
  ...sync,
  ...users,
  ...verification,
  ...wholePatient,
} as const satisfies Features
