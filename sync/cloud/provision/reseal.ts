/**
 * A new password for a facility, sealed to everyone who may go on opening it. Nobody's secret is needed for that, only the
 * public key of each box; and each of those is checked to be vouched for, so that a key which somebody slipped into the
 * registry gets nothing.
 */
import pg from 'pg'
import { CloudError } from '../errors.ts'
import { seal } from '../keys/box.ts'
import { newPassword, scramVerifier } from '../keys/scram.ts'
import { isVouched, signerOf, vouch } from '../keys/voucher.ts'
import type { Facility } from './find.ts'
import { type At, quoted } from './operate.ts'

export interface Resealed {
  /** Workstations, and codes not used yet, that have the new password. */
  devices: number
  codes: number
  /** Holders whose key nobody vouched for: the registry was tampered with. They got nothing. */
  refused: string[]
  /** For boxes that are made besides, in the same transaction. */
  password: string
}

interface Held {
  id: string
  boxKey: string
  voucher: string
}

/** What an expired code opens is no use to anybody; what a used one opens is gone already. */
const DROP_OLD_CODES = `
  update registry.enrollment set wrap = null
  where facility = $1 and wrap is not null and (used_at is not null or expires_at <= now())`

// Codes first, and locked: whoever is using one just now has a device when this has it.
const CODES = `
  select id, box_key as "boxKey", box_voucher as voucher from registry.enrollment
  where facility = $1 and wrap is not null order by id for update`
const DEVICES = `
  select id, box_key as "boxKey", box_voucher as voucher from registry.device
  where facility = $1 and revoked_at is null order by id for update`

const SAVE_CODE = 'update registry.enrollment set wrap = $3, box_voucher = $4 where facility = $1 and id = $2'
const SAVE_DEVICE = 'update registry.device set wrap = $3, box_voucher = $4 where facility = $1 and id = $2'
const REFUSE_CODE = 'update registry.enrollment set wrap = null where facility = $1 and id = $2'
const REFUSE_DEVICE = 'update registry.device set wrap = null, revoked_at = now() where facility = $1 and id = $2'

/** Changes the password of the role and everything that follows from it, in the act's transaction. */
export async function reseal({ registry, server, facility }: At): Promise<Resealed> {
  const password = newPassword()
  const refused: string[] = []
  await registry.query(DROP_OLD_CODES, [facility.id])

  const each = async (list: string, save: string, refuse: string, holderOf: (id: string) => string) => {
    let sealed = 0
    for (const held of (await registry.query<Held>(list, [facility.id])).rows) {
      const box = await boxAgain(facility, holderOf(held.id), held, password)
      if (box) sealed++
      else refused.push(holderOf(held.id))
      await registry.query(box ? save : refuse, [facility.id, held.id, ...(box ? [box.wrap, box.voucher] : [])])
    }
    return sealed
  }
  const codes = await each(CODES, SAVE_CODE, REFUSE_CODE, (id) => `enrollment ${id}`)
  const devices = await each(DEVICES, SAVE_DEVICE, REFUSE_DEVICE, (id) => `device ${id}`)
  const { recoveryKey, recoveryVoucher } = facility
  const recovery = recoveryKey
    ? await boxAgain(facility, 'recovery', { boxKey: recoveryKey, voucher: recoveryVoucher ?? '' }, password)
    : undefined
  if (!recovery) refused.push('recovery')
  if (!recovery && devices + codes === 0)
    throw new CloudError(
      'registry-tampered',
      'Nobody vouches for any key that the registry lists for that facility, so nobody could open it any more. Nothing was changed.',
    )

  const verifier = scramVerifier(password)
  await server.query(`alter role ${quoted(facility.role)} password ${pg.escapeLiteral(verifier)}`)
  await registry.query(
    `update registry.facility set verifier = $2, signer = $3, recovery_wrap = $4, recovery_voucher = $5, changed_at = now()
     where id = $1`,
    [facility.id, verifier, signerOf(password), recovery?.wrap ?? null, recovery?.voucher ?? null],
  )
  return { devices, codes, refused, password }
}

/** The new password in a box for the same holder; undefined when nobody vouched for its key. */
async function boxAgain(
  { id, signer }: Facility,
  holder: string,
  { boxKey, voucher }: Pick<Held, 'boxKey' | 'voucher'>,
  password: string,
): Promise<{ wrap: Buffer; voucher: string } | undefined> {
  const named = { facility: id, holder, boxKey }
  if (!signer || !isVouched(signer, named, voucher)) return undefined
  return { wrap: await seal(password, boxKey), voucher: vouch(password, named) }
}
