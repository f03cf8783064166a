/** What the gateway asks the registry: who a caller is, and whether a code is good. It sees no facility from here. */

import { timingSafeEqual } from 'node:crypto'
import type pg from 'pg'
import { enrollmentId } from '../../protocol/enrollment-code.ts'
import { type Credentials, type EnrollRequest, readAuthorization } from '../../protocol/messages.ts'
import { boxKeyOf, open, seal } from '../keys/box.ts'
import { verifierOf, verifies } from '../keys/device-secret.ts'
import { vouch } from '../keys/voucher.ts'
import { frozen, moving, Refused, removed, suspended, unauthorized, unknownVersion } from './refusal.ts'
import { isServed } from './statements.ts'

/** A caller who proved who they are, and what opens their facility. */
export interface Caller {
  facility: string
  /** Where it is: the id of its server. */
  server: string
  role: string
  schema: string
  /** Of the schema, as the registry has it: it may be one more by now. */
  version: number
  /** Bytes that the facility may bring. */
  quota: number
  /** It stores as much as it may: nothing is added. */
  readOnly: boolean
  device: string
  publicKey: string
  /** The facility's database password. Opened when it is needed, and not kept. */
  unlock: () => Promise<string>
}

interface FacilityRow {
  server: string
  role: string
  schema: string
  version: number
  quota: number
  readOnly: boolean
}

interface DeviceRow extends FacilityRow {
  state: string
  public_key: string
  verifier: Buffer
  wrap: Buffer | null
  revoked_at: Date | null
}

/** Compared against when there is no such device, so that the answer takes as long. */
const NOBODY = verifierOf(Buffer.alloc(32))

const DEVICE = `
  select facility.server, facility.role, facility.schema, facility.version, facility.quota_bytes::float8 as quota,
    facility.read_only as "readOnly", facility.state, device.public_key, device.verifier, device.wrap, device.revoked_at
  from registry.device join registry.facility on facility.id = device.facility
  where device.facility = $1 and device.id = $2`

/** Who calls, by their `authorization` header. Unknown facility, unknown device and wrong secret are one answer. */
export async function authenticate(registry: pg.Pool, header: string | undefined): Promise<Caller> {
  const credentials = readAuthorization(header)
  if (!credentials) throw unauthorized()
  const { facility, device } = credentials
  const { rows } = await registry.query<DeviceRow>({ name: 'device', text: DEVICE, values: [facility, device] })
  const row = rows[0]
  const good = verifies(Buffer.from(credentials.secret, 'base64url'), row?.verifier ?? NOBODY)
  if (!row || !good) throw unauthorized()
  if (row.state === 'removed') throw removed()
  if (row.state === 'frozen' && !row.revoked_at) throw frozen()
  if (row.state === 'suspended' && !row.revoked_at) throw suspended()
  if (row.state === 'moving' && !row.revoked_at) throw moving()
  if (row.revoked_at || row.state !== 'active')
    throw new Refused(403, 'revoked', 'This workstation was removed from its facility.')
  if (!isServed(row.version)) throw unknownVersion(row.version)
  return callerOf(credentials, row)
}

function callerOf({ facility, device, secret }: Credentials, row: DeviceRow): Caller {
  return {
    facility,
    device,
    server: row.server,
    role: row.role,
    schema: row.schema,
    version: row.version,
    quota: row.quota,
    readOnly: row.readOnly,
    publicKey: row.public_key,
    unlock: async () => {
      const box = { facility, role: row.role, holder: `device ${device}` }
      const password = row.wrap ? await open(row.wrap, Buffer.from(secret, 'base64url'), box) : undefined
      if (password === undefined) throw unauthorized()
      return password
    },
  }
}

interface EnrollmentRow extends FacilityRow {
  facility: string
  state: string
  wrap: Buffer | null
  expired: boolean
  used_by: string | null
}

// Locked, so that of two who use a code at once one finds it used.
const ENROLLMENT = `
  select enrollment.facility, facility.server, facility.role, facility.schema, facility.version,
    facility.quota_bytes::float8 as quota, facility.read_only as "readOnly", facility.state, enrollment.wrap, enrollment.used_by,
    enrollment.expires_at < now() as expired
  from registry.enrollment join registry.facility on facility.id = enrollment.facility
  where enrollment.id = $1 for update of enrollment`

const SAVE_DEVICE = `
  insert into registry.device (facility, id, public_key, verifier, wrap, box_key, box_voucher)
  values ($1, $2, $3, $4, $5, $6, $7)
  on conflict (facility, id) do update
    set public_key = excluded.public_key, verifier = excluded.verifier, wrap = excluded.wrap,
      box_key = excluded.box_key, box_voucher = excluded.box_voucher, enrolled_at = now(), revoked_at = null`

/**
 * Uses a code up for a device: the facility's password goes from the code's box into one that only this device opens.
 * The same request again, from the device that used the code, is answered as it was the first time.
 */
export async function enrollDevice(registry: pg.Pool, request: EnrollRequest): Promise<Caller> {
  const id = enrollmentId(request.secret)
  const client = await registry.connect()
  let failed: Error | undefined
  try {
    await client.query('begin')
    const { rows } = await client.query<EnrollmentRow>(ENROLLMENT, [id])
    const caller = await takeCode(client, id, rows[0], request)
    await client.query('commit')
    return caller
  } catch (error) {
    failed = error as Error
    await client.query('rollback').catch(() => {})
    throw error
  } finally {
    client.release(failed instanceof Refused ? undefined : failed)
  }
}

async function takeCode(
  client: pg.PoolClient,
  id: string,
  code: EnrollmentRow | undefined,
  request: EnrollRequest,
): Promise<Caller> {
  if (code?.state === 'removed') throw removed()
  if (code?.state === 'frozen') throw frozen()
  if (code?.state === 'suspended') throw suspended()
  if (code?.state === 'moving') throw moving()
  if (code?.state !== 'active')
    throw new Refused(404, 'enrollment-unknown', 'This gateway did not give out that enrollment code.')
  const { facility, server, role, schema, version, quota, readOnly } = code
  if (!isServed(version)) throw unknownVersion(version)
  const secret = Buffer.from(request.deviceSecret, 'base64url')
  const credentials = { facility, device: request.device, secret: request.deviceSecret }
  if (code.used_by !== null || (!code.wrap && !code.expired)) {
    const { rows } = await client.query<DeviceRow>(DEVICE, [facility, request.device])
    const row = rows[0]
    const sameAgain =
      row &&
      code.used_by === request.device &&
      verifies(secret, row.verifier) &&
      sameText(row.public_key, request.publicKey)
    if (!sameAgain)
      throw new Refused(410, 'enrollment-used', 'That enrollment code was used already. Ask for a new one.')
    return callerOf(credentials, row)
  }
  if (code.expired || !code.wrap)
    throw new Refused(410, 'enrollment-expired', 'That enrollment code has expired. Ask for a new one.')
  const password = await open(code.wrap, Buffer.from(request.secret, 'base64url'), {
    facility,
    role,
    holder: `enrollment ${id}`,
  })
  // The registry's rows were moved about: nothing that a caller did, and nothing that may be opened.
  if (password === undefined)
    throw new Refused(404, 'enrollment-unknown', 'This gateway did not give out that enrollment code.')
  const holder = `device ${request.device}`
  const boxKey = await boxKeyOf(secret, { facility, role, holder })
  const voucher = vouch(password, { facility, holder, boxKey })
  const wrap = await seal(password, boxKey)
  const box = [wrap, boxKey, voucher]
  await client.query(SAVE_DEVICE, [facility, request.device, request.publicKey, verifierOf(secret), ...box])
  await client.query('update registry.enrollment set used_at = now(), used_by = $2, wrap = null where id = $1', [
    id,
    request.device,
  ])
  const { device, publicKey } = request
  return { facility, server, role, schema, version, quota, readOnly, device, publicKey, unlock: async () => password }
}

function sameText(a: string, b: string): boolean {
  return a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b))
}
