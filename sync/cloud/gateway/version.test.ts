/** The gateway serves a facility at the newest version and at the one before, and counts the bytes that one may keep. */
import { randomUUID } from 'node:crypto'
import type pg from 'pg'
import { expect, test } from 'vitest'
import { Workstation } from '../client/workstation.ts'
import { migrate } from '../migrate/migrate.ts'
import { createFacility, type NewFacility } from '../provision/create.ts'
import { FACILITY_VERSION } from '../schema/steps.ts'
import { forFile } from '../testing/for-file.ts'
import { connected, loginOf, refusal, testCloud } from '../testing/postgres.ts'

const cloud = forFile(testCloud)

let made = 0
const asAdmin = <T>(work: (client: pg.Client) => Promise<T>) => connected(cloud.admin, work)
const run = (text: string) => asAdmin(async (client) => (await client.query(text)).rows)

async function clinic(version = FACILITY_VERSION): Promise<[NewFacility, Workstation]> {
  const facility = await createFacility(cloud, `Clinic ${++made}`, cloud.address, version)
  return [facility, await Workstation.enrolled(facility.enrollmentCode)]
}

function patient(station: Workstation): void {
  station.change('patient', randomUUID(), { family: 'Family', sex: 'female' })
}

const bytesOf = ({ entries }: Workstation) => entries.reduce((sum, { body }) => sum + Buffer.byteLength(body), 0)

test('a facility at the version before is served as it is, also on a connection that outlives its migration', async () => {
  const [facility, station] = await clinic(FACILITY_VERSION - 1)
  patient(station)
  expect((await station.push()).status).toBe(200)
  expect(await migrate(cloud)).toMatchObject({ ok: true, migrated: 1 })
  patient(station)
  expect((await station.push(2, 2)).status).toBe(200)
  expect((await station.pull(0, 10)).body.entries).toHaveLength(2)
  expect((await station.access(0, 10)).status).toBe(200)
  expect(await run(`select stored::int from ${facility.schema}.head`)).toEqual([{ stored: bytesOf(station) }])
  expect(cloud.faults).toEqual([])
  station.close()
})

test('a call that was let in before a migration and comes to its turn after it counts like any other', async () => {
  const [facility, station] = await clinic(FACILITY_VERSION - 1)
  patient(station)
  await migrate(cloud)
  // As if the registry had been asked just before the migration was noted there.
  await run(`update registry.facility set version = ${FACILITY_VERSION - 1} where id = '${facility.facility}'`)
  expect((await station.push()).status).toBe(200)
  expect(await run(`select stored::int from ${facility.schema}.head`)).toEqual([{ stored: bytesOf(station) }])
  station.close()
})

test.each([
  [
    'the registry says so',
    (version: number, { facility }: NewFacility) =>
      `update registry.facility set version = ${version} where id = '${facility}'`,
  ],
  [
    'only the facility itself says so',
    (version: number, { schema }: NewFacility) =>
      `update ${schema}.meta set value = '${version}' where key = 'version'`,
  ],
])('a version that the gateway does not know: it waits, and nothing is taken, if %s', async (_, change) => {
  const [facility, station] = await clinic()
  patient(station)
  for (const version of [FACILITY_VERSION + 1, FACILITY_VERSION - 2]) {
    await run(change(version, facility))
    for (const answer of [await station.push(), await station.pull(0, 1)]) {
      expect([answer.status, answer.body.error.code]).toEqual([503, 'busy'])
      expect(answer.body.error.message).toContain(`version ${version}`)
      expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0)
    }
  }
  expect(await run(`select from ${facility.schema}.journal`)).toHaveLength(0)
  await run(change(FACILITY_VERSION, facility))
  expect((await station.push()).status).toBe(200)
  station.close()
})

test('a kept statement whose table was changed is a reason to come again, and not to fail', async () => {
  const [facility, station] = await clinic()
  patient(station)
  await station.push()
  await run(`alter table ${facility.schema}.device alter column hash type varchar(200)`)
  patient(station)
  const answer = await station.push(2, 2)
  expect([answer.status, answer.body.error?.code]).toEqual([503, 'busy'])
  expect((await station.push(2, 2)).status).toBe(200)
  station.close()
})

test('a push beyond the quota is refused whole, is in the access log, and is taken once there is room', async () => {
  const [facility, station] = await clinic()
  const quota = (bytes: number) =>
    run(`update registry.facility set quota_bytes = ${bytes} where id = '${facility.facility}'`)
  for (let i = 0; i < 4; i++) patient(station)
  await quota(bytesOf(station) - 1)
  const answer = await station.push()
  expect([answer.status, answer.body.error.code]).toEqual([507, 'quota'])
  expect(await run(`select stored::int, seq::int from ${facility.schema}.head`)).toEqual([{ stored: 0, seq: 0 }])
  expect(await run(`select act, rows, outcome from ${facility.schema}.access_log where act = 'push'`)).toEqual([
    { act: 'push', rows: 0, outcome: 'quota' },
  ])
  expect((await station.push(1, 3)).status).toBe(200)
  await quota(bytesOf(station))
  expect((await station.push()).status).toBe(200)
  // What is there already brings nothing, and is answered also when there is no more room.
  await quota(1)
  expect((await station.push()).status).toBe(200)
  expect((await station.pull(0, 10)).body.entries).toHaveLength(4)
  expect(await run(`select stored::int from ${facility.schema}.head`)).toEqual([{ stored: bytesOf(station) }])
  station.close()
})

test('the count is the facility’s own to keep, and nothing besides', async () => {
  const [facility, station] = await clinic()
  const [other, neighbor] = await clinic()
  await connected(await loginOf(cloud, facility, station), async (client) => {
    expect(await refusal(client, `update ${facility.schema}.head set stored = 1`)).toBe('accepted')
    expect(await refusal(client, `update ${facility.schema}.head set epoch = 'x'`)).toBe('42501')
    expect(await refusal(client, `update ${facility.schema}.meta set value = '1'`)).toBe('42501')
    expect(await refusal(client, `update ${other.schema}.head set stored = 1`)).toBe('42501')
  })
  station.close()
  neighbor.close()
})
