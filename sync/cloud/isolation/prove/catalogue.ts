/** Every attack there is. A new one goes into its file in `attacks/`; a new file into this list. */
import type { Attack } from './attack.ts'
import { archives } from './attacks/archives.ts'
import { batches } from './attacks/batches.ts'
import { becoming } from './attacks/becoming.ts'
import { catalogs } from './attacks/catalogs.ts'
import { credentials } from './attacks/credentials.ts'
import { drift } from './attacks/drift.ts'
import { enrolling } from './attacks/enrolling.ts'
import { entering } from './attacks/entering.ts'
import { errors } from './attacks/errors.ts'
import { injection } from './attacks/injection.ts'
import { keys } from './attacks/keys.ts'
import { making } from './attacks/making.ts'
import { others } from './attacks/others.ts'
import { owning } from './attacks/owning.ts'
import { plans } from './attacks/plans.ts'
import { pooled } from './attacks/pooled.ts'
import { provisioning } from './attacks/provisioning.ts'
import { reaching } from './attacks/reaching.ts'
import { reading } from './attacks/reading.ts'
import { registry } from './attacks/registry.ts'
import { resources } from './attacks/resources.ts'
import { watched } from './attacks/watched.ts'
import { wire } from './attacks/wire.ts'
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
  ...drift,
  ...catalogs,
  ...errors,
  ...plans,
  ...keys,
  ...owning,
  ...credentials,
  ...batches,
  ...enrolling,
  ...wire,
  ...registry,
  ...provisioning,
  ...archives,
  ...pooled,
  ...resources,
  ...watched,
]
