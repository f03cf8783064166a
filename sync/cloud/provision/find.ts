/** Which facility is meant: by its id, or by its exact name. */
import type pg from 'pg'
import { CloudError } from '../errors.ts'

export type FacilityState = 'active' | 'suspended' | 'frozen' | 'moving' | 'removed'

/** A facility as the registry has it. */
export interface Facility {
  id: string
  name: string
  role: string
  schema: string
  server: string
  state: FacilityState
  version: number
  /** Its quota is reached: it may add nothing. */
  readOnly: boolean
  verifier: string | null
  signer: string | null
  recoveryKey: string | null
  recoveryVoucher: string | null
  recoveryWrap: Buffer | null
}

export const FACILITY_ID = /^f_[0-9a-f]{32}$/
const LONGEST = 200

const COLUMNS = `id, name, role, schema, server, state, version, read_only as "readOnly", verifier, signer,
  recovery_key as "recoveryKey", recovery_voucher as "recoveryVoucher", recovery_wrap as "recoveryWrap"`
const BY_ID = `select ${COLUMNS} from registry.facility where id = $1`
const BY_NAME = `select ${COLUMNS} from registry.facility where name = $1`

/**
 * The facility that somebody typed. A name has to be exact: of two names that look alike, the wrong one must not be
 * suspended. What was typed is not said again, because it could be anything.
 *
 * The lock lets others refer to the facility: who is just enrolling does, and must not wait for what waits for them.
 */
export async function findFacility(client: pg.ClientBase, typed: string, { lock = false } = {}): Promise<Facility> {
  const name = typed.normalize('NFC').trim()
  const sensible = name !== '' && name.length <= LONGEST && name.isWellFormed() && !name.includes('\0')
  const text = FACILITY_ID.test(name) ? BY_ID : BY_NAME
  const found = sensible ? await client.query<Facility>(lock ? `${text} for no key update` : text, [name]) : undefined
  const facility = found?.rows[0]
  if (!facility)
    throw new CloudError(
      'no-facility',
      'There is no facility of that id or name. `facility list` shows them; a name has to be given exactly.',
    )
  return facility
}

/** Refuses an act for which the facility is not in the right state. */
export function inState(facility: Facility, ...allowed: FacilityState[]): void {
  const { state } = facility
  if (allowed.includes(state)) return
  throw new CloudError(`facility-${state}`, `${NOT_NOW[state]} Nothing was changed.`)
}

const NOT_NOW: Record<FacilityState, string> = {
  active: 'That facility is at work; this is for one that is suspended.',
  suspended: 'That facility is suspended. `facility resume` ends that.',
  frozen: 'That facility is frozen while something is looked into; `incident thaw` ends that.',
  moving: 'That facility is on its way to another server. Wait until it is there.',
  removed: 'That facility was removed. Its name stays taken, and its keys are destroyed.',
}
