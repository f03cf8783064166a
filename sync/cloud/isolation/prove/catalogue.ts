/** Every attack there is. A new one goes into its file in `attacks/`; a new file into this list. */
import type { Attack } from './attack.ts'
import { api } from './attacks/api.ts'
import { becoming } from './attacks/becoming.ts'
import { catalogs } from './attacks/catalogs.ts'
import { entering } from './attacks/entering.ts'
import { errors } from './attacks/errors.ts'
import { injection } from './attacks/injection.ts'
import { keys } from './attacks/keys.ts'
import { making } from './attacks/making.ts'
import { others } from './attacks/others.ts'
import { owning } from './attacks/owning.ts'
import { plans } from './attacks/plans.ts'
import { reaching } from './attacks/reaching.ts'
import { reading } from './attacks/reading.ts'
import { writing } from './attacks/writing.ts'

export const ATTACKS: readonly Attack[] = [
  ...reading,
  ...writing,
  ...becoming,
  ...entering,
  ...making,
  ...reaching,
  ...others,
  ...injection,
  ...catalogs,
  ...errors,
  ...plans,
  ...keys,
  ...owning,
  ...api,
]
