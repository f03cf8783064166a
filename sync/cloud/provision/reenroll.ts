/**
 * For the day a clinic's last workstation is lost: with the facility's recovery code, and only with it, the way in is made
 * anew. And, with the same code, another enrollment code for one more workstation.
 */
import type pg from 'pg'
import { encodeEnrollmentCode, enrollmentId, newEnrollmentSecret } from '../../protocol/enrollment-code.ts'
import { asFacility } from '../as-facility.ts'
import type { Cluster } from '../cluster.ts'
import { CloudError } from '../errors.ts'
import { boxKeyOf, open } from '../keys/box.ts'
import { newRecoverySecret, readRecoveryCode, writeRecoveryCode } from '../keys/recovery-code.ts'
import { signerOf, vouch } from '../keys/voucher.ts'
import { noteOperatorAct } from '../operator-act.ts'
import { type Address, boxFor, CODE_DAYS } from './create.ts'
import { type Facility, inState } from './find.ts'
import { type At, endSessions, onFacility } from './operate.ts'
import { reseal } from './reseal.ts'

export interface Reenrolled {
  facility: string
  name: string
  enrollmentCode: string
  recoveryCode: string
  /** Workstations that were taken out. */
  revoked: number
}

/** Gives the recovery code, if it is needed: a facility that nobody ever enrolled in has nothing to protect. */
export type AskCode = () => Promise<string>

/**
 * Takes all workstations and codes of a facility out, and gives it a new password, a new recovery code and a new enrollment
 * code, shown once. If the codes of a new facility were lost on their way to the terminal, this makes them again, without
 * the recovery code that nobody has.
 */
export async function reenrollFacility(
  cluster: Cluster,
  typed: string,
  ask: AskCode,
  address: Address,
): Promise<Reenrolled> {
  const made = await proved(cluster, typed, ask, 'reenroll', async (at) => {
    const { registry, facility } = at
    const gone = await registry.query(
      'update registry.device set revoked_at = now(), wrap = null where facility = $1 and revoked_at is null',
      [facility.id],
    )
    await registry.query(
      'update registry.enrollment set wrap = null, expires_at = least(expires_at, now()) where facility = $1',
      [facility.id],
    )
    // A key of its own, vouched for on the spot, so that the one rule of `reseal` holds here as well.
    const recoverySecret = newRecoverySecret()
    const recoveryKey = await boxKeyOf(recoverySecret, {
      facility: facility.id,
      role: facility.role,
      holder: 'recovery',
    })
    const once = newRecoverySecret().toString('hex')
    const named = { facility: facility.id, holder: 'recovery', boxKey: recoveryKey }
    const { password } = await reseal({
      ...at,
      facility: { ...facility, recoveryKey, signer: signerOf(once), recoveryVoucher: vouch(once, named) },
    })
    await registry.query('update registry.facility set recovery_key = $2 where id = $1', [facility.id, recoveryKey])
    await noteOperatorAct(at.server, facility, { act: 'reenroll' })
    return {
      enrollmentCode: await newCode(at, password, address),
      recoveryCode: writeRecoveryCode(recoverySecret),
      revoked: gone.rowCount ?? 0,
    }
  })
  await endSessions(cluster, made.facility)
  return { ...made, facility: made.facility.id, name: made.facility.name }
}

export interface Invited {
  facility: string
  name: string
  enrollmentCode: string
}

/** Another enrollment code, for one more workstation. Nobody is taken out. */
export async function inviteWorkstation(
  cluster: Cluster,
  typed: string,
  ask: AskCode,
  address: Address,
): Promise<Invited> {
  const made = await proved(cluster, typed, ask, 'invite', async (at, password) => {
    if (password === undefined)
      throw new CloudError(
        'never-used',
        'Nobody has used that facility’s first code yet. `reenroll` makes another one.',
      )
    await noteOperatorAct(at.server, at.facility, { act: 'invite' })
    return { enrollmentCode: await newCode(at, password, address) }
  })
  return { ...made, facility: made.facility.id, name: made.facility.name }
}

/**
 * Runs something with the password that the recovery code opens; with none for a facility that was never used. A wrong
 * code is written into the facility's access log, and after some of them no other is looked at for a while.
 */
async function proved<T>(
  cluster: Cluster,
  typed: string,
  ask: AskCode,
  act: 'reenroll' | 'invite',
  work: (at: At, password: string | undefined) => Promise<T>,
): Promise<T & { facility: Facility }> {
  const states = ['active', 'suspended', 'frozen'] as const
  // Asked before anything is locked: somebody may have to fetch the code from a safe.
  const needed = await onFacility(cluster, typed, async (at) => {
    inState(at.facility, ...states)
    return (await standing(at)).used
  })
  const secret = needed ? readRecoveryCode(await ask()) : Buffer.alloc(0)
  const done = await onFacility(cluster, typed, async (at) => {
    inState(at.facility, ...states)
    const { used, failures } = await standing(at)
    if (failures >= MOST_FAILURES) return TOO_MANY
    const password = used ? await opened(at.facility, secret) : undefined
    if (used && password === undefined) {
      await noteOperatorAct(at.server, at.facility, { act, outcome: 'recovery-code' })
      return WRONG
    }
    return { ...(await work(at, password)), facility: at.facility }
  })
  if (done instanceof CloudError) throw done
  return done
}

const MOST_FAILURES = 5
const TOO_MANY = new CloudError(
  'too-many-attempts',
  'Too many wrong recovery codes were given for that facility. Wait a quarter of an hour. Nothing was changed.',
)
const WRONG = new CloudError(
  'recovery-code',
  'That is a recovery code, but not this facility’s present one. It is on record there that it was tried; nothing else was changed.',
)

/** The facility's own memory says whether anybody ever used it, and how often a wrong code was tried lately. */
async function standing({ registry, server, facility }: At): Promise<{ used: boolean; failures: number }> {
  const { rows } = await registry.query<{ any: boolean }>(
    'select exists (select from registry.device where facility = $1) as any',
    [facility.id],
  )
  return asFacility(server, facility.role, async () => {
    const s = facility.schema
    const { rows: inside } = await server.query<{ used: boolean; failures: number }>(
      `select exists (select from ${s}.device) or exists (select from ${s}.journal) as used,
        (select count(*)::int from ${s}.access_log
          where outcome = 'recovery-code' and at > now() - interval '15 minutes'
            and seq > (select access_seq - 1000 from ${s}.head)) as failures`,
    )
    const { used, failures } = inside[0] as { used: boolean; failures: number }
    return { used: used || rows[0]?.any === true, failures }
  })
}

async function opened({ id, role, recoveryWrap }: Facility, secret: Buffer): Promise<string | undefined> {
  if (!recoveryWrap)
    throw new CloudError('no-recovery', 'The registry has no recovery box for that facility, so that no code opens it.')
  return open(recoveryWrap, secret, { facility: id, role, holder: 'recovery' })
}

async function newCode({ registry, facility }: At, password: string, address: Address): Promise<string> {
  const secret = newEnrollmentSecret()
  const id = enrollmentId(secret)
  const holder = { facility: facility.id, role: facility.role, holder: `enrollment ${id}` }
  const { boxKey, voucher, wrap } = await boxFor(Buffer.from(secret, 'base64url'), password, holder)
  const code = encodeEnrollmentCode({ ...address, secret })
  await saveCode(registry, [id, facility.id, boxKey, voucher, wrap, CODE_DAYS])
  return code
}

function saveCode(registry: pg.Client, values: unknown[]) {
  return registry.query(
    `insert into registry.enrollment (id, facility, box_key, box_voucher, wrap, expires_at)
     values ($1, $2, $3, $4, $5, now() + make_interval(days => $6))`,
    values,
  )
}
