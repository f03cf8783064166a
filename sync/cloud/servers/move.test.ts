/** A facility that moves between two real servers while its workstation works: nothing lost, nothing doubled. */
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { followChain } from '../../../domain/access-log.ts'
import type { Workstation } from '../client/workstation.ts'
import { sha256 } from '../gateway/access-log.ts'
import { freeze, thaw } from '../incident/freeze.ts'
import { noteOperatorAct } from '../operator-act.ts'
import type { NewFacility } from '../provision/create.ts'
import { clinicIn } from '../testing/clinic.ts'
import { forFile } from '../testing/for-file.ts'
import type { Killed } from '../testing/killed-at-step.ts'
import { connected } from '../testing/postgres.ts'
import { traces, twoServers, whereItWrites, working } from '../testing/two-servers.ts'
import { dropKept, MOVE_STEPS, moveFacility } from './move.ts'

const servers = forFile(twoServers)

const both = () => [servers.cloud, servers.second]
const on = (server: string) => (server === 'home' ? servers.cloud : servers.second)

/** A facility with a workstation that has pushed some. */
async function atWork(name: string, entries = 100) {
  const { facility, station } = await clinicIn(servers.cloud, name)
  for (let n = 0; n < entries; n++) station.change('patient', `p${n % 40}`, { family: `F${n}` })
  expect((await station.push()).status).toBe(200)
  return { facility, station }
}

/** That the facility has exactly what its workstation sent, and its access log is whole. */
async function expectWhole({ schema }: NewFacility, station: Workstation, server: string): Promise<void> {
  await connected(on(server).admin, async (client) => {
    const journal = await client.query<{ hash: string }>(
      `select hash from ${schema}.journal where device = $1 order by dseq`,
      [station.device],
    )
    expect(journal.rows.map(({ hash }) => hash)).toEqual(station.entries.map(({ hash }) => hash))
    const seqs = await client.query(`select max(seq)::int as max, count(*)::int as count from ${schema}.journal`)
    expect(seqs.rows[0]).toEqual({ max: station.entries.length, count: station.entries.length })
    const stored = await client.query(
      `select stored = (select sum(octet_length(body)) from ${schema}.journal) as same from ${schema}.head`,
    )
    expect(stored.rows).toEqual([{ same: true }])
    const log = await client.query(
      `select log.*, log.seq::int as seq from ${schema}.access_log as log order by log.seq`,
    )
    const visits = log.rows.map((row) => ({ ...row, at: row.at.toISOString() }))
    expect(followChain({ seq: 0, hash: '' }, visits, sha256).breaks).toEqual([])
  })
  const last = new Map(station.entries.map(({ body }) => [JSON.parse(body).id, JSON.parse(body).fields.family]))
  const found = await pulled(station)
  expect(found).toEqual(station.entries.map(({ hash }) => hash))
  const records = await connected(on(server).admin, (client) =>
    client.query(`select id, fields->>'family' as family from ${schema}.record where kind = 'patient'`),
  )
  expect(new Map(records.rows.map(({ id, family }) => [id, family]))).toEqual(last)
}

async function pulled(station: Workstation): Promise<string[]> {
  const hashes: string[] = []
  for (let after = 0, more = true; more; ) {
    const { body } = await station.pull(after, 1000)
    hashes.push(...body.entries.map(({ hash }: { hash: string }) => hash))
    after = body.next
    more = body.more
  }
  return hashes
}

const stateOf = async ({ facility }: NewFacility) =>
  connected(servers.cloud.admin, async (client) => {
    const { rows } = await client.query('select server, state from registry.facility where id = $1', [facility])
    return rows[0]
  })
const spares = () =>
  connected(servers.cloud.admin, async (client) => (await client.query('select * from registry.spare')).rows)

const nothing = () => {}

function killed(what: Omit<Killed, 'cluster'>): Promise<boolean> {
  const { admin, state } = servers.cloud
  const script = join(import.meta.dirname, '..', 'testing', 'killed-at-step.ts')
  return new Promise((done) =>
    execFile(process.execPath, [script, JSON.stringify({ cluster: { admin, state }, ...what })], (error, _out, err) => {
      if (err && error?.signal !== 'SIGKILL') process.stderr.write(err)
      done(error?.signal === 'SIGKILL')
    }),
  )
}

test('goes there and back while its workstation pushes all the time', async () => {
  const { facility, station } = await atWork('There and back', 2000)
  const epoch = (await station.hello()).body.epoch
  const work = working(station)
  const moved = await moveFacility(servers.cloud, facility.facility, 'second')
  expect(moved).toMatchObject({ from: 'home', to: 'second', kept: false })
  expect(await whereItWrites(both(), facility.schema)).toEqual([1])
  expect(await traces(servers.cloud, facility.schema)).toEqual({ schema: false, role: false })
  const back = await moveFacility(servers.cloud, 'There and back', 'home')
  const seen = await work.stop()
  expect(seen.pushed).toBeGreaterThan(20)
  expect([...seen.told].filter((one) => !/^503 busy \d$/.test(one))).toEqual([])
  process.stdout.write(
    `paused ${moved.pausedMs} and ${back.pausedMs} ms; the workstation waited ${seen.longestMs.toFixed(0)} ms\n`,
  )
  expect(seen.longestMs).toBeLessThan(5000)
  expect(await whereItWrites(both(), facility.schema)).toEqual([0])
  expect(await traces(servers.second, facility.schema)).toEqual({ schema: false, role: false })
  expect((await station.hello()).body.epoch).toBe(epoch)
  await expectWhole(facility, station, 'home')
  const log = await station.access(0, 1000)
  expect(log.body.rows.filter(({ act }: { act: string }) => act === 'operator-move').length).toBe(2)
  expect(await spares()).toEqual([])
  station.close()
}, 120_000)

describe('killed', () => {
  test.each(MOVE_STEPS)(
    'when it has come to “%s”, it never leaves two copies that take writes, and can be run again',
    async (step) => {
      const { facility, station } = await atWork(`Killed ${step}`)
      const work = working(station)
      expect(await killed({ step, move: { facility: facility.facility, to: 'second' } })).toBe(true)
      const live = await whereItWrites(both(), facility.schema)
      expect(live.length).toBeLessThanOrEqual(1)
      const { server, state } = await stateOf(facility)
      if (state === 'active') expect(live).toEqual([server === 'home' ? 0 : 1])
      const moved = await moveFacility(servers.cloud, facility.facility, 'second').catch((error) => error)
      expect(step === 'settled' ? moved.code : moved.to).toBe(step === 'settled' ? 'already-there' : 'second')
      await work.stop()
      expect(await whereItWrites(both(), facility.schema)).toEqual([1])
      expect(await traces(servers.cloud, facility.schema)).toEqual({ schema: false, role: false })
      await expectWhole(facility, station, 'second')
      expect(await spares()).toEqual([])
      station.close()
    },
    60_000,
  )

  test.each(['copied', 'sealed', 'compared'] as const)(
    'at “%s”, it is brought back to work by moving it to where it is',
    async (step) => {
      const { facility, station } = await atWork(`Back ${step}`)
      await killed({ step, move: { facility: facility.facility, to: 'second' } })
      expect(await moveFacility(servers.cloud, facility.facility, 'home')).toMatchObject({ to: 'home', rows: 0 })
      station.change('patient', 'p1', { family: 'After' })
      expect((await station.push(station.entries.length)).status).toBe(200)
      await expectWhole(facility, station, 'home')
      expect(await traces(servers.second, facility.schema)).toEqual({ schema: false, role: false })
      station.close()
    },
    60_000,
  )
})

test('an old copy that is kept takes no writes, from anybody, until it is dropped', async () => {
  const { facility, station } = await atWork('Kept')
  const moved = await moveFacility(servers.cloud, facility.facility, 'second', { keep: true })
  expect(moved.kept).toBe(true)
  expect(await whereItWrites(both(), facility.schema)).toEqual([1])
  await connected(servers.cloud.admin, async (client) => {
    for (const table of ['journal', 'record', 'blob', 'device', 'access_log', 'head', 'meta'])
      await expect(client.query(`delete from ${facility.schema}.${table}`)).rejects.toMatchObject({ code: '57P03' })
    // Also for one who is in already, whatever the role may do by then.
    await client.query('begin')
    await expect(noteOperatorAct(client, facility, { act: 'inspect' })).rejects.toMatchObject({ code: '57P03' })
    await client.query('rollback')
  })
  expect(await dropKept(servers.cloud, facility.facility)).toEqual({ facility: facility.facility, dropped: ['home'] })
  expect(await traces(servers.cloud, facility.schema)).toEqual({ schema: false, role: false })
  expect(await dropKept(servers.cloud, facility.facility)).toMatchObject({ dropped: [] })
  await expectWhole(facility, station, 'second')
  station.close()
}, 60_000)

test('one that is suspended stays suspended, and one that is frozen on the way stays frozen', async () => {
  const { facility, station } = await atWork('Quiet')
  const set = (state: string) =>
    connected(servers.cloud.admin, (client) =>
      client.query('update registry.facility set state = $2 where id = $1', [facility.facility, state]),
    )
  await set('suspended')
  await moveFacility(servers.cloud, facility.facility, 'second')
  expect(await stateOf(facility)).toEqual({ server: 'second', state: 'suspended' })
  expect(await whereItWrites(both(), facility.schema)).toEqual([])
  await set('active')
  for (const at of ['copied', 'paused', 'filled', 'compared', 'switched', 'opened'] as const) {
    const { server } = await stateOf(facility)
    const to = server === 'home' ? 'second' : 'home'
    await moveFacility(servers.cloud, facility.facility, to, {
      // It may not get into a log that is sealed; what matters is done by then.
      onStep: (step) => (step === at ? freeze(servers.cloud, facility.facility).then(nothing, nothing) : undefined),
    })
    expect([at, await stateOf(facility)]).toEqual([at, { server: to, state: 'frozen' }])
    expect(await whereItWrites(both(), facility.schema)).toEqual([])
    await thaw(servers.cloud, facility.facility)
    expect(await whereItWrites(both(), facility.schema)).toEqual([to === 'home' ? 0 : 1])
  }
  await freeze(servers.cloud, facility.facility)
  expect(await stateOf(facility)).toMatchObject({ state: 'frozen' })
  expect(await whereItWrites(both(), facility.schema)).toEqual([])
  expect((await station.hello()).body.error.code).toBe('frozen')
  station.close()
}, 60_000)

test('stopped, it puts everything back; a second one at once is refused', async () => {
  const { facility, station } = await atWork('Stopped')
  for (const at of ['noted', 'copied', 'paused', 'sealed', 'compared'] as const) {
    const stop = new AbortController()
    let second: Promise<unknown> = Promise.resolve()
    const move = moveFacility(servers.cloud, facility.facility, 'second', {
      signal: stop.signal,
      onStep: (step) => {
        if (step !== at) return
        second = moveFacility(servers.cloud, facility.facility, 'second').catch((error) => error)
        stop.abort()
      },
    })
    await expect(move).rejects.toMatchObject({ code: 'stopped', message: expect.stringContaining('nothing was lost') })
    // It may have asked after the first had ended; then it moved, and goes back.
    if (((await second) as { code?: string }).code !== 'facility-busy')
      await moveFacility(servers.cloud, facility.facility, 'home')
    station.change('patient', 'p1', { family: at })
    expect((await station.push(station.entries.length)).status).toBe(200)
    await expectWhole(facility, station, 'home')
    expect(await spares()).toEqual([])
  }
  station.close()
}, 60_000)
