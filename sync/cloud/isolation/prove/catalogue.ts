/** Every attack there is. A new one goes into its file in `attacks/`; a new file into this list. */
import type { Attack } from './attack.ts'
import { api } from './attacks/api.ts'
import { catalogs } from './attacks/catalogs.ts'
import { reading } from './attacks/reading.ts'

export const ATTACKS: readonly Attack[] = [...reading, ...catalogs, ...api]
