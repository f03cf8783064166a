/** A fleet made earlier is brought along, on a real PostgreSQL, with workstations that go on pushing. */
import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type pg from 'pg'
import { expect, test } from 'vitest'
import { followChain } from '../../../domain/access-log.ts'
import { Workstation } from '../client/workstation.ts'
import { sha256 } from '../gateway/access-log.ts'
import { createFacility, type NewFacility } from '../provision/create.ts'
import { readStep, STEPS, type Step } from '../schema/steps.ts'
import { fingerprint, type Whose } from '../testing/fingerprint.ts'
import { emptyFacilities } from '../testing/fleet.ts'
import { forFile } from '../testing/for-file.ts'
import { connected, testCloud } from '../testing/postgres.ts'
import { migrate } from './migrate.ts'

const cloud = forFile(testCloud)

const asAdmin = <T>(work: (client: pg.Client) => Promise<T>) => connected(cloud.admin, work)
const rows = (text: string) => asAdmin(async (client) => (await client.query(text)).rows)
const older = (name: string) => createFacility(cloud, name, cloud.address, 1)
const shapeOf = (one: Whose) => asAdmin((client) => fingerprint(client, one))
const versionOf = async ({ facility, schema }: Whose): Promise<[number, string]> => {
  const [row] = await rows(
    `select version, (select value::text from ${schema}.meta where key = 'version') as own
     from registry.facility where id = '${facility}'`,
  )
  return [row.version, row.own]
}

/** A step that adds a table with the barriers, as a later one might. */
const NOTICE = readStep(
  '003-notice',
  `set local role fleet_owner;
   create table :"schema".notice (tag uuid not null default :'tag' constraint own check (tag = :'tag'), id text primary key);
   grant select on :"schema".notice to :"role";
   alter table :"schema".notice enable row level security, force row level security;
   create policy own on :"schema".notice to :"role" using (tag = :'tag' and session_user = :'role');
   reset role;\n`,
)
const LATER = [...STEPS, NOTICE]

test('workstations push before, during and after, and every byte is counted', async () => {
  const fresh = await shapeOf((await emptyFacilities(cloud, 1))[0] as Whose)
  const made: NewFacility[] = []
  for (let i = 0; i < 8; i++) made.push(await older(`Older ${i}`))
  await emptyFacilities(cloud, 60, 1)
  const stations: Workstation[] = []
  for (const { enrollmentCode } of made) stations.push(await Workstation.enrolled(enrollmentCode))
  let over = false
  let pushed = 0
  const push = async (station: Workstation, entries: number) => {
    const from = station.entries.length + 1
    for (let i = 0; i < entries; i++) station.change('patient', randomUUID(), { family: `Ünïcode ${i}`, sex: 'female' })
    const answer = await station.push(from)
    expect([answer.status, answer.body]).toEqual([200, { acked: expect.anything() }])
    expect((await station.pull(0, 10)).status).toBe(200)
    pushed++
  }
  for (const station of stations) await push(station, 5)
  const working = stations.map(async (station) => {
    while (!over) await push(station, 3)
  })
  await sleep(200)
  const before = pushed
  const outcome = await migrate(cloud, { canaries: 5 })
  expect(outcome).toMatchObject({ ok: true, version: 2, migrated: 68, left: 0, failed: [] })
  const during = pushed
  await sleep(200)
  over = true
  await Promise.all(working)
  expect(during).toBeGreaterThan(before)
  expect(pushed).toBeGreaterThan(during)

  for (const [at, one] of made.entries()) {
    const station = stations[at] as Workstation
    expect(await versionOf(one)).toEqual([2, '2'])
    expect(await shapeOf(one)).toBe(fresh)
    const bytes = station.entries.reduce((sum, { body }) => sum + Buffer.byteLength(body), 0)
    const [counted] =
      await rows(`select stored::int, seq::int, (select count(*)::int from ${one.schema}.journal) as entries
      from ${one.schema}.head`)
    expect(counted).toEqual({ stored: bytes, seq: station.entries.length, entries: station.entries.length })
    const log = await rows(`select log.*, log.seq::int as seq from ${one.schema}.access_log as log order by log.seq`)
    expect(log.filter(({ act }) => act === 'operator-migrate')).toHaveLength(1)
    const texts = log.map((row) => ({ ...row, at: row.at.toISOString() }))
    expect(followChain({ seq: 0, hash: '' }, texts, sha256).breaks).toEqual([])
    station.close()
  }
  // Nothing is left to do, and nothing is done.
  expect(await migrate(cloud)).toMatchObject({ ok: true, migrated: 0, left: 0 })
}, 60_000)

test('a facility whose step fails stays whole where it was and is listed; the others go on', async () => {
  const [odd, ...others] = (await emptyFacilities(cloud, 20, 1)) as [Whose, ...Whose[]]
  await asAdmin((client) => client.query(`create view ${odd.schema}.notice as select 1 as one`))
  const before = await shapeOf(odd)
  const outcome = await migrate(cloud, {
    to: 3,
    steps: LATER,
    canaries: others.slice(0, 2).map(({ facility }) => facility),
  })
  expect(outcome).toMatchObject({ ok: false, left: 0 })
  expect(outcome.failed).toEqual([
    { facility: odd.facility, name: `Empty ${odd.facility}`, code: '42P07', step: '003-notice' },
  ])
  // The step before the one that failed is a whole version of its own.
  expect(await versionOf(odd)).toEqual([2, '2'])
  for (const one of others) expect(await versionOf(one)).toEqual([3, '3'])

  await asAdmin((client) => client.query(`drop view ${odd.schema}.notice`))
  expect(before).not.toBe(await shapeOf(odd))
  expect(await migrate(cloud, { to: 3, steps: LATER })).toMatchObject({ ok: true, migrated: 1, failed: [] })
  expect(await shapeOf(odd)).toBe(await shapeOf(others[0] as Whose))
}, 60_000)

test('a canary that fails keeps the rest from being begun', async () => {
  const fleet = (await emptyFacilities(cloud, 10, 1)).sort((a, b) => (a.facility < b.facility ? -1 : 1))
  const [first, ...rest] = fleet as [Whose, ...Whose[]]
  await asAdmin((client) => client.query(`alter table ${first.schema}.head add column stored text`))
  const before = await shapeOf(first)
  const outcome = await migrate(cloud, { canaries: 1 })
  expect(outcome).toMatchObject({ ok: false, stopped: 'canary', migrated: 0, left: 9 })
  expect(outcome.failed).toMatchObject([{ facility: first.facility, code: '42701', step: '002-stored' }])
  expect(await shapeOf(first)).toBe(before)
  for (const one of rest) expect(await versionOf(one)).toEqual([1, '1'])

  // Once it is put right, all of them; the operator may also say which goes first.
  await asAdmin((client) => client.query(`alter table ${first.schema}.head drop column stored`))
  const again = await migrate(cloud, { canaries: [rest.at(-1)?.facility as string] })
  expect(again).toMatchObject({ ok: true, migrated: 10 })
}, 60_000)

test('a step that goes through and leaves a facility that cannot be pushed to is found at the first', async () => {
  const fleet = await emptyFacilities(cloud, 5, 1)
  const [first, second] = STEPS as [Step, Step]
  const forgot = { ...second, sql: second.sql.replace(/^grant .*$/m, '') }
  const outcome = await migrate(cloud, { steps: [first, forgot], canaries: 1 })
  expect(outcome).toMatchObject({
    stopped: 'canary',
    migrated: 0,
    left: 4,
    failed: [{ code: '42501', step: '002-stored' }],
  })
  for (const one of fleet) expect(await versionOf(one)).toEqual([1, '1'])
  expect(await migrate(cloud)).toMatchObject({ ok: true, migrated: 5 })
}, 60_000)

test('a lock that is let go in time is waited for, one that is not is listed; pushes hang on neither', async () => {
  const made = await older('Locked for a while')
  const station = await Workstation.enrolled(made.enrollmentCode)
  station.change('patient', randomUUID(), { family: 'One', sex: 'male' })
  const [stuck, other] = (await emptyFacilities(cloud, 2, 1)) as [Whose, Whose]
  await connected(cloud.admin, (forever) =>
    connected(cloud.admin, async (passing) => {
      await forever.query(`begin; select from ${stuck.schema}.head for update`)
      // As a push that is in the middle of it.
      await passing.query(`begin; select from ${made.schema}.head for update`)
      const migrating = migrate(cloud, { canaries: 0 })
      await sleep(1000)
      const pushing = station.push()
      await sleep(2500)
      await passing.query('commit')
      expect((await pushing).status).toBe(200)
      const outcome = await migrating
      expect(outcome).toMatchObject({ ok: false, migrated: 2, left: 0 })
      expect(outcome.failed).toMatchObject([{ facility: stuck.facility, code: '55P03' }])
      await forever.query('commit')
    }),
  )
  expect(await versionOf(made)).toEqual([2, '2'])
  expect(await versionOf(other)).toEqual([2, '2'])
  expect(await versionOf(stuck)).toEqual([1, '1'])
  expect(await migrate(cloud)).toMatchObject({ ok: true, migrated: 1 })
  station.close()
}, 60_000)

test('a facility with very many entries is counted ahead, and what came meanwhile as well', async () => {
  const made = await older('Many entries')
  const station = await Workstation.enrolled(made.enrollmentCode)
  station.change('patient', randomUUID(), { family: 'First', sex: 'male' })
  await station.push()
  await asAdmin(async (client) => {
    await client.query(`insert into ${made.schema}.journal (tag, seq, device, dseq, hash, kind, record, id, body)
      select (select tag from ${made.schema}.head), 1 + n, 'another', n, 'h' || n, 'session', '', '', repeat('é', 10)
      from generate_series(1, 120000) as n`)
    await client.query(`update ${made.schema}.head set seq = 120001`)
    await client.query(`insert into ${made.schema}.blob (tag, hash, content)
      select tag, 'b', decode(repeat('00', 1000), 'hex') from ${made.schema}.head`)
  })
  expect(await migrate(cloud, { canaries: 0 })).toMatchObject({ ok: true, migrated: 1 })
  const bytes = Buffer.byteLength(station.entries[0]?.body as string)
  expect(await rows(`select stored::int from ${made.schema}.head`)).toEqual([{ stored: bytes + 120_000 * 20 + 1000 }])
  station.close()
}, 60_000)

test('what the facility itself is at counts, not what a registry from last week says', async () => {
  const [one] = (await emptyFacilities(cloud, 1, 2)) as [Whose]
  const before = await shapeOf(one)
  await asAdmin((client) => client.query(`update registry.facility set version = 1 where id = '${one.facility}'`))
  expect(await migrate(cloud)).toMatchObject({ ok: true, failed: [] })
  expect(await versionOf(one)).toEqual([2, '2'])
  expect(await shapeOf(one)).toBe(before)
})

test('a facility on its way to another server is left alone, and a removed one forgotten', async () => {
  const [moving, removed] = (await emptyFacilities(cloud, 2, 1)) as [Whose, Whose]
  const state = (name: string, { facility }: Whose) =>
    asAdmin((client) => client.query('update registry.facility set state = $1 where id = $2', [name, facility]))
  await state('moving', moving)
  await state('removed', removed)
  const outcome = await migrate(cloud, { canaries: 0 })
  expect(outcome.failed).toMatchObject([{ facility: moving.facility, code: 'moving' }])
  expect(await versionOf(moving)).toEqual([1, '1'])
  expect(await versionOf(removed)).toEqual([1, '1'])
  await state('active', moving)
  expect(await migrate(cloud, { canaries: 0 })).toMatchObject({ ok: true, migrated: 1 })
}, 60_000)

test('a registry that was tampered with does not get to write statements', async () => {
  const [one] = (await emptyFacilities(cloud, 1, 1)) as [Whose]
  const role = `x; drop schema ${one.schema} cascade; --`
  await asAdmin((client) => client.query('update registry.facility set role = $1 where id = $2', [role, one.facility]))
  const outcome = await migrate(cloud, { canaries: 0 })
  expect(outcome.failed).toMatchObject([{ facility: one.facility, code: 'damaged' }])
  await asAdmin((client) =>
    client.query('update registry.facility set role = $1 where id = $2', [one.role, one.facility]),
  )
  expect(await migrate(cloud, { canaries: 0 })).toMatchObject({ ok: true, migrated: 1 })
})

test('stopped, it ends what is begun; the next goes on from there', async () => {
  const fleet = await emptyFacilities(cloud, 60, 1)
  const stop = new AbortController()
  const first = migrate(cloud, { signal: stop.signal, runners: 2 })
  await sleep(60)
  stop.abort()
  const outcome = await first
  expect(outcome).toMatchObject({ ok: false, stopped: 'asked', failed: [] })
  expect(outcome.migrated + outcome.left).toBe(60)
  const versions = await Promise.all(fleet.map(versionOf))
  expect(versions.filter(([version]) => version === 2)).toHaveLength(outcome.migrated)
  for (const [registered, own] of versions) expect(own).toBe(String(registered))
  // What was not begun was given back, and not left under a lease.
  expect(await rows("select from registry.migration where state = 'running'")).toHaveLength(0)
  const again = await migrate(cloud)
  expect(again).toMatchObject({ ok: true, migrated: outcome.left })
})
