/** Passwords that change under workstations at work, and who is let in after any order of changes. */
import { randomBytes, randomUUID } from 'node:crypto'
import fc from 'fast-check'
import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { newDeviceKeys } from '../../protocol/batch.ts'
import { decodeEnrollmentCode } from '../../protocol/enrollment-code.ts'
import { writeAuthorization } from '../../protocol/messages.ts'
import { Workstation } from '../client/workstation.ts'
import { gatewayLogin, serverOf } from '../cluster.ts'
import { authenticate, enrollDevice } from '../gateway/registry.ts'
import { open, seal } from '../keys/box.ts'
import { newRecoverySecret, writeRecoveryCode } from '../keys/recovery-code.ts'
import { newPassword } from '../keys/scram.ts'
import { vouch } from '../keys/voucher.ts'
import { forFile } from '../testing/for-file.ts'
import { connected, loginOf, refusal, sqlOn, testCloud } from '../testing/postgres.ts'
import type { NewFacility } from './create.ts'
import { inviteWorkstation, reenrollFacility } from './reenroll.ts'
import { revokeDevice, rotateFacility } from './rotate.ts'

const cloud = forFile(testCloud)
let registry: pg.Pool
let made = 0
beforeAll(async () => {
  registry = new pg.Pool({ ...(await gatewayLogin(cloud)), max: 4 })
})
afterAll(() => registry?.end())

const facility = () => cloud.facility(`Clinic ${++made}`)
const sql = sqlOn(cloud)
const never = async () => {
  throw new Error('asked for a code that is not needed')
}

test('workstations notice nothing: they push before and after, also on connections that were open', async () => {
  const one = await facility()
  const station = await Workstation.enrolled(one.enrollmentCode)
  const change = () => station.change('patient', randomUUID(), { family: 'Rao' })
  change()
  expect((await station.push()).status).toBe(200)
  const before = await loginOf(cloud, one, station)
  expect(await rotateFacility(cloud, one.facility)).toEqual({
    facility: one.facility,
    name: `Clinic ${made}`,
    devices: 1,
    codes: 0,
    refused: [],
  })
  change()
  expect((await station.push(2)).status).toBe(200)
  const after = await loginOf(cloud, one, station)
  expect(after.password).not.toBe(before.password)
  await expect(connected(before, async () => 'in')).rejects.toMatchObject({ code: '28P01' })
  expect(await connected(after, async () => 'in')).toBe('in')
  station.close()
})

test('a call that is under way is told that the gateway is busy, and succeeds when it comes again', async () => {
  const one = await facility()
  const station = await Workstation.enrolled(one.enrollmentCode)
  // The call waits for the facility's head while the rotation ends its session.
  const answer = await connected(cloud.admin, async (client) => {
    await client.query(`begin; lock table ${one.schema}.journal in access exclusive mode`)
    const pulling = station.pull(0, 10)
    for (;;) {
      const waiting = await client.query('select from pg_locks where not granted and relation = $1::regclass', [
        `${one.schema}.journal`,
      ])
      if (waiting.rowCount) break
    }
    await rotateFacility(cloud, one.facility)
    const first = await pulling
    await client.query('rollback')
    return first
  })
  expect([answer.status, answer.body.error.code]).toEqual([503, 'busy'])
  expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0)
  expect((await station.pull(0, 10)).status).toBe(200)
  station.close()
})

test('many calls while the password changes again and again: each is taken or told to come again, and none is lost', async () => {
  const one = await facility()
  const station = await Workstation.enrolled(one.enrollmentCode)
  let over = false
  const rotating = (async () => {
    for (let i = 0; i < 6; i++) await rotateFacility(cloud, one.facility)
    over = true
  })()
  const seen = new Set<number>()
  while (!over) {
    const entry = station.change('patient', randomUUID(), { family: 'Rao' })
    let answer = await station.push(entry.dseq)
    for (; answer.status !== 200; answer = await station.push(entry.dseq)) {
      seen.add(answer.status)
      expect(answer.status).toBe(503)
    }
  }
  await rotating
  const kept = await sql(`select count(*)::int as n from ${one.schema}.journal`)
  expect(kept.rows).toEqual([{ n: station.entries.length }])
  station.close()
})

test('a code that is not used yet goes on working, an expired one is emptied', async () => {
  const [one, two] = [await facility(), await facility()]
  expect(await rotateFacility(cloud, one.facility)).toMatchObject({ devices: 0, codes: 1 })
  const station = await Workstation.enrolled(one.enrollmentCode)
  expect((await station.hello()).status).toBe(200)
  await sql("update registry.enrollment set expires_at = now() - interval '1 second' where facility = $1", [
    two.facility,
  ])
  expect(await rotateFacility(cloud, two.facility)).toMatchObject({ devices: 0, codes: 0 })
  expect((await sql('select wrap from registry.enrollment where facility = $1', [two.facility])).rows).toEqual([
    { wrap: null },
  ])
  station.close()
})

test('who uses a code while the password changes is in, or is told to come again', async () => {
  for (let i = 0; i < 5; i++) {
    const one = await facility()
    const station = new Workstation(decodeEnrollmentCode(one.enrollmentCode))
    const [first] = await Promise.all([station.enroll(one.enrollmentCode), rotateFacility(cloud, one.facility)])
    expect([200, 503]).toContain(first.status)
    expect((await station.enroll(one.enrollmentCode)).status).toBe(200)
    expect((await station.hello()).status).toBe(200)
    station.close()
  }
})

test('a revoked workstation is out at once, and so is everything it could have kept', async () => {
  const one = await facility()
  const lost = await Workstation.enrolled(one.enrollmentCode)
  const { enrollmentCode } = await inviteWorkstation(cloud, one.facility, async () => one.recoveryCode, cloud.address)
  const stays = await Workstation.enrolled(enrollmentCode)
  const kept = await loginOf(cloud, one, lost)
  const held = new pg.Client(kept)
  held.on('error', () => {})
  await held.connect()
  expect(await revokeDevice(cloud, one.facility, lost.device)).toMatchObject({ devices: 1, refused: [] })
  expect(await refusal(held, 'select 1')).not.toBe('accepted')
  await expect(connected(kept, async () => 'in')).rejects.toMatchObject({ code: '28P01' })
  expect([(await lost.hello()).body.error.code, (await stays.hello()).status]).toEqual(['revoked', 200])
  await expect(revokeDevice(cloud, one.facility, lost.device)).rejects.toMatchObject({ code: 'no-device' })
  await expect(revokeDevice(cloud, one.facility, 'f'.repeat(16))).rejects.toMatchObject({ code: 'no-device' })
  const log = await sql(`select act, device from ${one.schema}.access_log where act like 'operator-%' order by seq`)
  expect(log.rows).toEqual([
    { act: 'operator-invite', device: '' },
    { act: 'operator-revoke', device: lost.device },
  ])
  lost.close()
  stays.close()
})

test('a key that somebody slipped into the registry gets nothing, and is named; the facility goes on', async () => {
  const one = await facility()
  const station = await Workstation.enrolled(one.enrollmentCode)
  const [own, theirs] = [randomBytes(32), randomBytes(16).toString('hex').slice(0, 16)]
  const { boxKeyOf } = await import('../keys/box.ts')
  const holder = { facility: one.facility, role: one.role, holder: `device ${theirs}` }
  const boxKey = await boxKeyOf(own, holder)
  const forged = vouch(newPassword(), { facility: one.facility, holder: holder.holder, boxKey })
  await sql(
    `insert into registry.device (facility, id, public_key, verifier, box_key, box_voucher, wrap)
     values ($1, $2, 'x', $3, $4, $5, $6)`,
    [one.facility, theirs, randomBytes(32), boxKey, forged, await seal('a guess', boxKey)],
  )
  expect(await rotateFacility(cloud, one.facility)).toEqual({
    ...{ facility: one.facility, name: `Clinic ${made}`, devices: 1, codes: 0 },
    refused: [`device ${theirs}`],
  })
  const { rows } = await sql('select wrap, revoked_at is null as live from registry.device where id = $1', [theirs])
  expect(rows).toEqual([{ wrap: null, live: false }])
  expect((await station.hello()).status).toBe(200)
  // And where not one key is vouched for, nothing is changed that would lock everybody out.
  await sql(`update registry.facility set signer = 'x' where id = $1`, [one.facility])
  await expect(rotateFacility(cloud, one.facility)).rejects.toMatchObject({ code: 'registry-tampered' })
  expect((await station.hello()).status).toBe(200)
  station.close()
})

test('a wrong recovery code is refused, is on record, and after five of them none is looked at', async () => {
  const one = await facility()
  const station = await Workstation.enrolled(one.enrollmentCode)
  const guess = () =>
    reenrollFacility(cloud, one.facility, async () => writeRecoveryCode(newRecoverySecret()), cloud.address)
  await expect(reenrollFacility(cloud, one.facility, async () => 'ALR1-XXXXX', cloud.address)).rejects.toThrow(
    /mistyped/,
  )
  for (let i = 0; i < 5; i++) await expect(guess()).rejects.toMatchObject({ code: 'recovery-code' })
  await expect(guess()).rejects.toMatchObject({ code: 'too-many-attempts' })
  const right = () => reenrollFacility(cloud, one.facility, async () => one.recoveryCode, cloud.address)
  await expect(right()).rejects.toMatchObject({ code: 'too-many-attempts' })
  expect((await station.hello()).status).toBe(200)
  const log = await sql(`select outcome from ${one.schema}.access_log where act = 'operator-reenroll'`)
  expect(log.rows).toEqual(Array(5).fill({ outcome: 'recovery-code' }))
  await sql(
    `alter table ${one.schema}.access_log disable trigger all; update ${one.schema}.access_log set at = at - interval '1 hour'`,
  )
  expect(await right()).toMatchObject({ revoked: 1 })
  station.close()
})

test('after the last workstation is lost, the recovery code makes a way in, and is then another', async () => {
  const one = await facility()
  const lost = await Workstation.enrolled(one.enrollmentCode)
  lost.change('patient', randomUUID(), { family: 'Rao' })
  await lost.push()
  const again = await reenrollFacility(cloud, one.facility, async () => one.recoveryCode, cloud.address)
  expect(again.recoveryCode).not.toBe(one.recoveryCode)
  expect((await lost.hello()).body.error.code).toBe('revoked')
  const fresh = await Workstation.enrolled(again.enrollmentCode)
  expect((await fresh.pull(0, 10)).body.entries).toHaveLength(1)
  const old = async () => one.recoveryCode
  await expect(inviteWorkstation(cloud, one.facility, old, cloud.address)).rejects.toMatchObject({
    code: 'recovery-code',
  })
  // The new one stays good through a rotation.
  await rotateFacility(cloud, one.facility)
  const invited = await inviteWorkstation(cloud, one.facility, async () => again.recoveryCode, cloud.address)
  const second = await Workstation.enrolled(invited.enrollmentCode)
  expect((await second.pull(0, 10)).status).toBe(200)
  for (const station of [lost, fresh, second]) station.close()
})

test('a facility whose codes were lost before anybody used them gets others without a code', async () => {
  const one = await facility()
  const again = await reenrollFacility(cloud, one.facility, never, cloud.address)
  const station = new Workstation(cloud.address)
  expect((await station.enroll(one.enrollmentCode)).body.error.code).toBe('enrollment-expired')
  expect((await station.enroll(again.enrollmentCode)).status).toBe(200)
  // From now on there is something to protect, also when the registry knows of no workstation any more.
  await sql('delete from registry.device where facility = $1', [one.facility])
  await expect(reenrollFacility(cloud, one.facility, never, cloud.address)).rejects.toThrow(/not needed/)
  station.close()
})

/** One act, whatever came before it. `which` picks among those there are. */
type Act = { what: 'rotate' | 'enroll' | 'reenroll' | 'revoke'; which: number }
const acts = fc.array(
  fc.record({ what: fc.constantFrom('rotate', 'enroll', 'enroll', 'reenroll', 'revoke', 'revoke'), which: fc.nat(7) }),
  { maxLength: 7 },
) as fc.Arbitrary<Act[]>

interface Device {
  device: string
  secret: string
  live: boolean
}

test('in any order of changes, every live workstation gets in, no revoked one does, and no password from before', async () => {
  await fc.assert(
    fc.asyncProperty(acts, async (order) => {
      const one = await facility()
      const devices: Device[] = []
      const old: string[] = []
      let { recoveryCode } = one
      const ask = async () => recoveryCode
      devices.push(await enroll(one.enrollmentCode))
      for (const { what, which } of order) {
        const live = devices.filter((device) => device.live)
        if (live[0]) old.push((await passwordOf(one, live[0])) as string)
        const target = live[which % (live.length || 1)]
        if (what === 'rotate') await rotateFacility(cloud, one.facility)
        else if (what === 'enroll')
          devices.push(await enroll((await inviteWorkstation(cloud, one.facility, ask, cloud.address)).enrollmentCode))
        else if (what === 'reenroll') {
          const again = await reenrollFacility(cloud, one.facility, ask, cloud.address)
          recoveryCode = again.recoveryCode
          for (const device of devices) device.live = false
          devices.push(await enroll(again.enrollmentCode))
        } else if (target) {
          await revokeDevice(cloud, one.facility, target.device)
          target.live = false
        }
        if (what === 'enroll' || (what === 'revoke' && !target)) old.pop() // the password stays
        await check(one, devices, old)
      }
      await opensNothing(one)
    }),
    { numRuns: Number(process.env.ALCOVE_RUNS ?? 12) },
  )
}, 180_000)

async function check(one: NewFacility, devices: Device[], old: string[]): Promise<void> {
  const opened = new Set<string>()
  for (const device of devices) {
    const password = await passwordOf(one, device)
    expect([device.live, password !== undefined]).toEqual([device.live, device.live])
    if (password !== undefined) opened.add(password)
  }
  expect(opened.size).toBeLessThanOrEqual(1)
  const login = { ...serverOf(cloud.admin), user: one.role }
  for (const password of opened) expect(await connected({ ...login, password }, async () => 'in')).toBe('in')
  for (const password of old.slice(-2))
    await expect(connected({ ...login, password }, async () => 'in')).rejects.toMatchObject({ code: '28P01' })
}

/** What of the registry could be taken for a key, tried on every box there is. */
async function opensNothing(one: NewFacility): Promise<void> {
  const { rows } = await sql(
    `select id, wrap, box_key, box_voucher, verifier, 'device ' || id as holder from registry.device where facility = $1
     union all select id, wrap, box_key, box_voucher, null, 'enrollment ' || id from registry.enrollment where facility = $1
     union all select 'recovery', recovery_wrap, recovery_key, recovery_voucher, signer::bytea, 'recovery'
       from registry.facility where id = $1`,
    [one.facility],
  )
  const parts = rows.flatMap((row) => [row.id, row.box_key, row.box_voucher, row.verifier ?? '', row.wrap ?? ''])
  const keys = parts.flatMap((part) =>
    Buffer.isBuffer(part) ? [part] : ['utf8', 'hex', 'base64url'].map((form) => Buffer.from(part, form as 'hex')),
  )
  for (const { wrap, holder } of rows)
    for (const key of wrap ? keys : [])
      expect(await open(wrap, key, { facility: one.facility, role: one.role, holder })).toBeUndefined()
}

async function enroll(code: string): Promise<Device> {
  const device = randomBytes(8).toString('hex')
  const secret = randomBytes(32).toString('base64url')
  const { publicKey } = newDeviceKeys()
  const request = { versions: [1], secret: decodeEnrollmentCode(code).secret, device, publicKey, deviceSecret: secret }
  await enrollDevice(registry, request)
  return { device, secret, live: true }
}

async function passwordOf(one: NewFacility, { device, secret }: Device): Promise<string | undefined> {
  try {
    const caller = await authenticate(registry, writeAuthorization({ facility: one.facility, device, secret }))
    return await caller.unlock()
  } catch {
    return undefined
  }
}
