/** Making a facility: a role, a schema, a recovery code and an enrollment code, in one transaction, or nothing at all. */
import { randomBytes, randomUUID } from 'node:crypto'
import type pg from 'pg'
import { encodeEnrollmentCode, enrollmentId, newEnrollmentSecret } from '../../protocol/enrollment-code.ts'
import { asProvisioner, type Cluster } from '../cluster.ts'
import { CloudError } from '../errors.ts'
import { transaction } from '../gateway/transaction.ts'
import { boxKeyOf, type Holder, seal } from '../keys/box.ts'
import { newRecoverySecret, writeRecoveryCode } from '../keys/recovery-code.ts'
import { newPassword, scramVerifier } from '../keys/scram.ts'
import { signerOf, vouch } from '../keys/voucher.ts'
import { FACILITY_VERSION, facilitySql } from '../schema/steps.ts'
import { makeElsewhere, type Place } from '../servers/making.ts'
import { HOME } from '../servers/server.ts'
import { facilityName } from './name.ts'

/** How long an enrollment code is good for. */
export const CODE_DAYS = 14

export interface NewFacility {
  facility: string
  schema: string
  role: string
  enrollmentCode: string
  recoveryCode: string
}

/** Where workstations find the gateway: goes into the enrollment code. */
export interface Address {
  url: string
  pin: string
}

/** A box of a facility's password, as the registry keeps it. */
export interface SealedBox {
  boxKey: string
  voucher: string
  wrap: Buffer
}

/** Seals a password for whoever has a secret, and vouches for the box. */
export async function boxFor(secret: Uint8Array, password: string, holder: Holder): Promise<SealedBox> {
  const boxKey = await boxKeyOf(secret, holder)
  const { facility } = holder
  return {
    boxKey,
    voucher: vouch(password, { facility, holder: holder.holder, boxKey }),
    wrap: await seal(password, boxKey),
  }
}

/**
 * Makes a facility, the code that enrolls its first workstation, and its recovery code. Both are shown once; nothing here
 * can make them again.
 */
export async function createFacility(
  cluster: Cluster,
  name: string,
  address: Address,
  /** Another one than the newest is for trying out what happens to those that were made earlier. */
  version = FACILITY_VERSION,
  /** On another server than the registry's. */
  place?: Place,
): Promise<NewFacility> {
  const title = facilityName(name)
  const opaque = () => randomBytes(16).toString('hex')
  const facility = `f_${opaque()}`
  const role = `t_${opaque()}`
  const password = newPassword()
  const verifier = scramVerifier(password)
  const secret = newEnrollmentSecret()
  const id = enrollmentId(secret)
  const holder = { facility, role, holder: `enrollment ${id}` }
  const enrollment = await boxFor(Buffer.from(secret, 'base64url'), password, holder)
  const recoverySecret = newRecoverySecret()
  const recovery = await boxFor(recoverySecret, password, { facility, role, holder: 'recovery' })
  // Written before anything is made: a code that cannot be written must not leave a facility behind.
  const enrollmentCode = encodeEnrollmentCode({ ...address, secret })

  const make = async (client: pg.Client) => {
    const { database = '' } = (place?.server.cluster ?? cluster).admin
    const names = { role, schema: role, database, tag: randomUUID(), epoch: randomUUID(), verifier, facility }
    await client.query(facilitySql(names, { to: version }))
  }
  const enter = async (client: pg.Client) => {
    await client.query(
      `insert into registry.facility
         (id, name, role, schema, server, version, verifier, signer, recovery_key, recovery_voucher, recovery_wrap)
       values ($1, $2, $3, $3, $4, $5, $6, $7, $8, $9, $10)`,
      [
        ...[facility, title, role, place?.server.id ?? HOME, version, verifier, signerOf(password)],
        ...[recovery.boxKey, recovery.voucher, recovery.wrap],
      ],
    )
    await client.query(
      `insert into registry.enrollment (id, facility, box_key, box_voucher, wrap, expires_at)
       values ($1, $2, $3, $4, $5, now() + make_interval(days => $6))`,
      [id, facility, enrollment.boxKey, enrollment.voucher, enrollment.wrap, CODE_DAYS],
    )
  }
  if (place)
    await makeElsewhere(cluster, place, { schema: role, check: (client) => notTaken(client, title), make, enter })
  else
    await asProvisioner(cluster, (client) =>
      transaction(client, async () => {
        await notTaken(client, title)
        await make(client)
        await enter(client)
      }),
    )
  return { facility, schema: role, role, enrollmentCode, recoveryCode: writeRecoveryCode(recoverySecret) }
}

/** Also not by one that was removed: two clinics of one name in the records of a fleet would be taken for one. */
async function notTaken(client: pg.Client, title: string): Promise<void> {
  const taken = await client.query<{ state: string }>('select state from registry.facility where name = $1', [title])
  if (!taken.rows[0]) return
  throw new CloudError(
    'facility-exists',
    taken.rows[0].state === 'removed'
      ? `There was a facility named "${title}", and names are not given twice. Give another one.`
      : `There is a facility named "${title}" already.`,
  )
}
