/** The registry comes back from last week's backup, the facilities do not: what happened since is known to them only. */
import { setTimeout as sleep } from 'node:timers/promises'
import { beforeEach, expect, test } from 'vitest'
import { Workstation } from '../../sync/cloud/client/workstation.ts'
import { createFacility } from '../../sync/cloud/provision/create.ts'
import { inviteWorkstation, reenrollFacility } from '../../sync/cloud/provision/reenroll.ts'
import { removeFacility } from '../../sync/cloud/provision/remove.ts'
import { repairFacility } from '../../sync/cloud/provision/repair.ts'
import { revokeDevice, rotateFacility } from '../../sync/cloud/provision/rotate.ts'
import { suspendFacility } from '../../sync/cloud/provision/suspend.ts'
import { cloud, facility, made, station } from '../../sync/cloud/testing/clinic-per-test.ts'
import { sqlOn } from '../../sync/cloud/testing/postgres.ts'
import { enroll } from '../../sync/worker/enroll.ts'
import { pass } from '../../sync/worker/pass.ts'
import { TestClinic } from '../../sync/worker/testing/clinic.ts'
import { expectWhole } from './whole.ts'

const TABLES = ['facility', 'device', 'enrollment', 'setting'] as const

beforeEach(async () => {
  station.change('patient', 'p', { family: 'A' })
  expect((await station.push()).status).toBe(200)
})

const sql = sqlOn(cloud)
const code = async () => facility.recoveryCode

/** Last week's backup; gives back what restores it. */
async function backedUp(): Promise<() => Promise<void>> {
  const kept = `kept_${made}`
  await sql(`create schema ${kept}`)
  for (const table of TABLES) await sql(`create table ${kept}.${table} as table registry.${table}`)
  return async () => {
    await sql('truncate registry.facility, registry.device, registry.enrollment, registry.migration, registry.setting')
    for (const table of TABLES) await sql(`insert into registry.${table} table ${kept}.${table}`)
    await sql(`drop schema ${kept} cascade`)
  }
}

/** What a workstation hears when it calls again and again for some seconds. */
async function heard(from: Workstation): Promise<string[]> {
  const codes = new Set<string>()
  for (const until = Date.now() + 3000; Date.now() < until; await sleep(250)) {
    const { status, body } = await from.hello()
    codes.add(status === 200 ? 'ok' : `${status} ${body.error.code}`)
  }
  return [...codes]
}

test('a workstation that was enrolled since is unknown, says so plainly, and loses nothing when it enrolls again', async () => {
  const restore = await backedUp()
  const clinic = new TestClinic()
  clinic.admit()
  const { enrollmentCode } = await inviteWorkstation(cloud, facility.facility, code, cloud.address)
  await enroll(clinic.outbox, enrollmentCode)
  clinic.write(10)
  await pass(clinic.outbox)
  await restore()
  clinic.write(5)
  await expect(pass(clinic.outbox)).rejects.toMatchObject({
    code: 'gateway-refused',
    message: expect.stringMatching(/does not know this workstation.* Nothing was lost.* needs a new enrollment code/),
  })
  expect((await station.hello()).status).toBe(200)
  expect(await repairFacility(cloud, facility.facility)).toMatchObject({ revoked: [], unknown: [clinic.device] })
  const again = await inviteWorkstation(cloud, facility.facility, code, cloud.address)
  clinic.admit()
  await enroll(clinic.outbox, again.enrollmentCode)
  await pass(clinic.outbox)
  expect(clinic.status()).toMatchObject({ waiting: 0, failed: 0, state: 'idle' })
  await expectWhole(cloud, facility, station, { device: clinic.device, entries: clinic.entries() })
  clinic.close()
})

test('a password that was changed since: the workstation is told that the operator has to act, and a repair is all it takes', async () => {
  const restore = await backedUp()
  await rotateFacility(cloud, facility.facility)
  await restore()
  // For a moment it is what happens in the middle of a rotation.
  expect(await heard(station)).toEqual(['503 busy', '503 repair'])
  expect(Number((await station.hello()).headers['retry-after'])).toBeGreaterThan(60)
  expect(cloud.faults.at(-1)).toContain(`facility repair ${facility.facility}`)
  const neighbor = await cloud.facility(`Neighbor ${made}`)
  const other = await Workstation.enrolled(neighbor.enrollmentCode)
  expect((await other.hello()).status).toBe(200)
  await repairFacility(cloud, facility.facility)
  station.change('patient', 'q', { family: 'B' })
  expect((await station.push(2)).status).toBe(200)
  await expectWhole(cloud, facility, station)
  other.close()
})

test('a workstation that was taken out since does not come back by it, neither before the repair nor after', async () => {
  const { enrollmentCode } = await inviteWorkstation(cloud, facility.facility, code, cloud.address)
  const lost = await Workstation.enrolled(enrollmentCode)
  const restore = await backedUp()
  await revokeDevice(cloud, facility.facility, lost.device)
  await restore()
  expect(await heard(lost)).toEqual(['503 busy', '503 repair'])
  expect(await repairFacility(cloud, facility.facility)).toMatchObject({ revoked: [lost.device] })
  expect((await lost.hello()).body.error.code).toBe('revoked')
  expect((await station.hello()).status).toBe(200)
  lost.close()
})

test('a recovery that was made since: the old registry lets nobody in that it took out, and it can be made again', async () => {
  const restore = await backedUp()
  const since = await reenrollFacility(cloud, facility.facility, code, cloud.address)
  const newest = await Workstation.enrolled(since.enrollmentCode)
  await restore()
  expect((await newest.hello()).status).toBe(401)
  expect(await heard(station)).toEqual(['503 busy', '503 repair'])
  const repaired = await repairFacility(cloud, facility.facility)
  expect(repaired).toMatchObject({ revoked: [station.device], unknown: [newest.device] })
  expect((await station.hello()).body.error.code).toBe('revoked')
  // The registry is of the time of the code before.
  const again = await reenrollFacility(cloud, facility.facility, code, cloud.address)
  const next = await Workstation.enrolled(again.enrollmentCode)
  expect((await next.hello()).status).toBe(200)
  await expectWhole(cloud, facility, station)
  newest.close()
  next.close()
})

test('a facility that was suspended since is suspended again by its repair', async () => {
  const restore = await backedUp()
  await suspendFacility(cloud, facility.facility)
  await restore()
  expect((await station.hello()).status).toBe(503)
  expect(await repairFacility(cloud, facility.facility)).toMatchObject({ state: 'suspended' })
  expect((await station.hello()).body.error.code).toBe('suspended')
})

test('a facility that was made since: nobody gets in, and its name does not lead to another’s records', async () => {
  const restore = await backedUp()
  const name = `Made since ${made}`
  const since = await cloud.facility(name)
  const member = await Workstation.enrolled(since.enrollmentCode)
  await restore()
  expect((await member.hello()).status).toBe(401)
  await expect(repairFacility(cloud, since.facility)).rejects.toMatchObject({ code: 'no-facility' })
  const again = await createFacility(cloud, name, cloud.address)
  expect(again.schema).not.toBe(since.schema)
  expect(
    (await sql('select from pg_namespace where nspname = any ($1)', [[since.schema, again.schema]])).rowCount,
  ).toBe(2)
  expect((await member.hello()).status).toBe(401)
  member.close()
})

test('a facility that was removed since: its workstations are told to wait, and the repair says what is missing', async () => {
  const restore = await backedUp()
  await removeFacility(cloud, facility.facility, `${cloud.dir}/removed-${made}.age`)
  await restore()
  expect((await heard(station)).every((one) => one.startsWith('503'))).toBe(true)
  await expect(repairFacility(cloud, facility.facility)).rejects.toMatchObject({ code: 'schema-missing' })
  await expect(removeFacility(cloud, facility.facility, `${cloud.dir}/again-${made}.age`)).rejects.toMatchObject({
    name: 'CloudError',
  })
})
