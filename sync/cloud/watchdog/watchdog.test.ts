/** The watchdog against a real PostgreSQL: what a facility's login can do to everybody, and its end. */
import { setTimeout as sleep } from 'node:timers/promises'
import type pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Workstation } from '../client/workstation.ts'
import { programLogin } from '../cluster.ts'
import type { NewFacility } from '../provision/create.ts'
import { endedLine } from '../services.ts'
import { clinicIn } from '../testing/clinic.ts'
import { forFile } from '../testing/for-file.ts'
import { connected, loginOf, refusal, testCloud } from '../testing/postgres.ts'
import { ENDLESS, HOARD, unlimited as unlimitedAs, type Watching, watching } from '../testing/watching.ts'
import { pause } from './pauses.ts'

const cloud = forFile(testCloud)
let noisy: NewFacility
let quiet: NewFacility
let station: Workstation
let neighbor: Workstation
let login: pg.ClientConfig
let home: pg.ClientConfig

beforeAll(async () => {
  ;({ facility: noisy, station } = await clinicIn(cloud, 'Noisy', 1))
  ;({ facility: quiet, station: neighbor } = await clinicIn(cloud, 'Quiet', 1))
  login = await loginOf(cloud, noisy, station)
  home = await programLogin(cloud, 'watchdog')
})
afterAll(() => {
  station?.close()
  neighbor?.close()
})

/** Something, with a watchdog that has little patience. */
const watched = <T>(limits: object, work: (seen: Watching) => Promise<T>, measureMs = 1e6, pauses = {}) =>
  watching({ home, limits, measureMs, pauses }, work)
const unlimited = <T>(work: (client: pg.Client) => Promise<T>) => unlimitedAs(login, work)

const within = (ms: number, what: () => boolean) => expect.poll(what, { timeout: ms, interval: 20 }).toBe(true)

test('a statement that its role lets run for ever is ended; its neighbor’s is not', () =>
  watched({ statement: 0.5 }, async ({ ended }) => {
    await unlimited(async (client) => {
      expect(await refusal(client, ENDLESS)).toBe('57P01')
    })
    await within(5000, () => ended.length > 0)
    expect(ended).toEqual([[noisy.facility, 'statement']])
    // An administrator's may take as long as it takes.
    await connected(cloud.admin, (client) => client.query('select pg_sleep(1)'))
    expect((await neighbor.hello()).status).toBe(200)
    expect(ended).toHaveLength(1)
  }))

test('several long statements at once are ended long before one alone would be; those that wait for a lock are not', () =>
  watched({ together: 1, statement: 1000 }, async ({ ended }) => {
    await unlimited(async (client) => {
      // The head is held, so that two more wait for it, as pushes of one facility do.
      await client.query(`begin; select from ${noisy.schema}.head for update`)
      const waiting = [station.push(), station.push()]
      await sleep(1500)
      expect(ended).toEqual([])
      await client.query('rollback')
      expect((await Promise.all(waiting)).map(({ status }) => status)).toEqual([200, 200])
    })
    const burning = () => unlimited((client) => refusal(client, ENDLESS))
    expect(await Promise.all([burning(), burning(), burning()])).toEqual(['57P01', '57P01', '57P01'])
    await within(5000, () => ended.length === 3)
    expect(ended.every(([facility, reason]) => facility === noisy.facility && reason === 'together')).toBe(true)
  }))

test(
  'an old snapshot is let go, and with it what VACUUM could not take away from others',
  () =>
    watched({ transaction: 1, idleInTransaction: 1000 }, async ({ ended }) => {
      await unlimited(async (client) => {
        await client.query('begin isolation level repeatable read')
        await client.query(`select count(*) from ${noisy.schema}.journal`)
        /** Rows that VACUUM finds dead and has to leave. */
        const dead = () =>
          connected(cloud.admin, async (admin) => {
            let said = ''
            admin.on('notice', ({ message }) => {
              said += message
            })
            await admin.query(`update ${quiet.schema}.device set seen_at = now()`)
            await admin.query(`vacuum (verbose) ${quiet.schema}.device`)
            return Number(/(\d+) are dead but not yet removable/.exec(said)?.[1])
          })
        // `update` as the administrator: a superuser is not bound by row-level security.
        expect(await dead()).toBeGreaterThan(0)
        await within(5000, () => ended.length > 0)
        expect(ended).toEqual([[noisy.facility, 'transaction']])
        await expect.poll(dead, { timeout: 5000 }).toBe(0)
      })
    }),
  20_000,
)

test('a transaction that does nothing is ended', () =>
  watched({ idleInTransaction: 0.5 }, async ({ ended }) => {
    await unlimited(async (client) => {
      await client.query('begin')
      await client.query(`select seq from ${noisy.schema}.head for update`)
      await within(5000, () => ended.length > 0)
      expect(await refusal(client, 'select 1')).not.toBe('accepted')
    })
    expect(ended).toEqual([[noisy.facility, 'idle-in-transaction']])
    station.change('patient', 'after', { family: 'A' })
    expect((await station.push(station.entries.length)).status).toBe(200)
  }))

test('whoever fills the table of locks that all share is ended', () =>
  watched({ locks: 200 }, async ({ ended }) => {
    await unlimited(async (client) => {
      await client.query('begin')
      const hoard = async () => {
        for (let i = 0; i < 5000; i++)
          await client.query(`savepoint s; insert into ${noisy.schema}.blob (hash, content) values ('lock ${i}', '')`)
      }
      await expect(hoard()).rejects.toThrow()
    })
    await within(5000, () => ended.length > 0)
    expect(ended).toEqual([[noisy.facility, 'locks']])
  }))

test('whoever spills to disk without end is ended', () =>
  watched({ temporary: 4 << 20 }, async ({ ended }) => {
    await unlimited(async (client) => {
      await client.query("set work_mem = '64kB'")
      const sort =
        'select count(*) from (select g from generate_series(1, 100000000) as g order by md5(g::text)) as sorted'
      expect(await refusal(client, sort)).toBe('57P01')
    })
    await within(5000, () => ended.length > 0)
    expect(ended).toEqual([[noisy.facility, 'temporary']])
  }))

test.runIf(process.platform === 'linux')(
  'whoever holds more memory than a facility may is ended, also when it lifts its own limits; its neighbor is served',
  () =>
    watched({ memory: 200 << 20, statement: 1000 }, async ({ ended }) => {
      await unlimited(async (client) => {
        expect(await refusal(client, HOARD)).toBe('57P01')
      })
      await within(5000, () => ended.length > 0)
      expect(ended).toEqual([[noisy.facility, 'memory']])
      expect((await neighbor.hello()).status).toBe(200)
    }),
  30_000,
)

test.runIf(process.platform === 'linux')('what the sessions of a facility hold is added up', () =>
  watched({ memory: 110 << 20 }, async ({ ended }) => {
    /** Sixty megabytes, sorted in memory and kept. */
    const hold = (client: pg.Client) =>
      client.query(`set work_mem = '1GB'; begin; declare held cursor for
        select repeat('x', 1000) || g as text from generate_series(1, 60000) as g order by text; fetch 1 from held`)
    await unlimited(async (first) => {
      await hold(first)
      await sleep(500)
      expect(ended).toEqual([])
      await unlimited((second) => hold(second).then(() => within(5000, () => ended.length > 0)))
    })
    expect(ended[0]).toEqual([noisy.facility, 'memory'])
  }),
)

test('a session that takes long to go is ended once, and is one offence', () =>
  watched({ idleInTransaction: 0.2 }, async ({ ended }) => {
    await unlimited(async (client) => {
      await client.query('begin')
      const { processID } = client as pg.Client & { processID: number }
      // It hears nothing of its end while it is held.
      process.kill(processID, 'SIGSTOP')
      try {
        await within(5000, () => ended.length > 0)
        await sleep(400)
        expect(ended).toEqual([[noisy.facility, 'idle-in-transaction']])
      } finally {
        process.kill(processID, 'SIGCONT')
      }
    })
  }))

test('a facility that is gone when it is to be kept out is no fault', () =>
  connected(home, async (client) => {
    await pause(client, `t_${'0'.repeat(32)}`)
  }))

test('the operator reads whose session was ended; a role of no facility is said to be that', () => {
  expect(endedLine({ facility: 'f_1', reason: 'locks' })).toBe('watchdog: ended a session of f_1 (locks)')
  expect(endedLine({ reason: 'locks' })).toContain('a facility that is not in the registry any more')
})

test('whoever begins again each time may not log in for a while; then it may, also if the watchdog was stopped', async () => {
  const pauses = { after: 3, first: 1500 }
  await watched(
    { statement: 0.2 },
    async ({ ended }) => {
      for (let i = 0; i < 3; i++) await unlimited(async (client) => void (await refusal(client, ENDLESS)))
      await within(5000, () => ended.some(([, reason]) => reason === 'paused'))
      await expect(connected(login, async () => {})).rejects.toMatchObject({ code: '53300' })
      const answer = await station.hello()
      expect([answer.status, answer.body.error.code]).toEqual([503, 'busy'])
      expect((await neighbor.hello()).status).toBe(200)
      await expect.poll(async () => (await station.hello()).status, { timeout: 5000, interval: 200 }).toBe(200)
      for (let i = 0; i < 3; i++) await unlimited(async (client) => void (await refusal(client, ENDLESS)))
      await within(5000, () => ended.filter(([, reason]) => reason === 'paused').length === 2)
    },
    1e6,
    pauses,
  )
  expect((await station.hello()).status).toBe(503)
  await watched({}, () => expect.poll(async () => (await station.hello()).status, { timeout: 5000 }).toBe(200))
  const limit = await connected(cloud.admin, (admin) =>
    admin.query('select rolconnlimit from pg_roles where rolname = $1', [noisy.role]),
  )
  expect(limit.rows[0].rolconnlimit).toBe(8)
}, 30_000)

test('at its quota a facility is read-only: the gateway says so, the database refuses, and its neighbor writes on', async () => {
  const acl = () =>
    connected(cloud.admin, async (admin) => {
      const { rows } = await admin.query(
        `select relname, relacl::text as acl, (select array_agg(attname || attacl::text order by attnum) from pg_attribute
          where attrelid = class.oid and attacl is not null) as columns
        from pg_class as class where relnamespace = $1::regnamespace and relkind = 'r' order by relname`,
        [noisy.schema],
      )
      return rows
    })
  const quota = (bytes: number) =>
    connected(cloud.admin, (admin) =>
      admin.query('update registry.facility set quota_bytes = $2 where id = $1', [noisy.facility, bytes]),
    )
  const before = await acl()
  await watched(
    {},
    async ({ measured }) => {
      const last = () => measured.findLast((one) => one.facility === noisy.facility)
      await within(5000, () => last() !== undefined)
      expect(last()).toMatchObject({ readOnly: false, bytes: expect.any(Number) })
      await quota(10_000)
      await within(5000, () => last()?.readOnly === true)
      station.change('patient', 'no-room', { family: 'A' })
      const answer = await station.push(station.entries.length)
      expect([answer.status, answer.body.error.code]).toEqual([507, 'quota'])
      expect(Number(answer.headers['retry-after'])).toBeGreaterThan(600)
      await connected(login, async (client) => {
        expect(await refusal(client, `insert into ${noisy.schema}.blob (hash, content) values ('x', '')`)).toBe('42501')
        expect(await refusal(client, `update ${noisy.schema}.record set seq = 1`)).toBe('42501')
        expect(await refusal(client, `select from ${noisy.schema}.journal`)).toBe('accepted')
      })
      expect((await station.pull(0, 10)).status).toBe(200)
      neighbor.change('patient', 'r', { family: 'B' })
      expect((await neighbor.push(neighbor.entries.length)).status).toBe(200)
      // Granted again by whoever mends grants: taken again.
      await connected(cloud.admin, (admin) => admin.query(`grant insert on ${noisy.schema}.journal to ${noisy.role}`))
      await expect
        .poll(() =>
          connected(login, (client) => refusal(client, `insert into ${noisy.schema}.journal (seq) values (1)`)),
        )
        .toBe('42501')
      await quota(20e9)
      await within(5000, () => last()?.readOnly === false)
      expect((await station.push(station.entries.length)).status).toBe(200)
    },
    100,
  )
  expect(await acl()).toEqual(before)
}, 30_000)

test('close to its quota a facility does not go to and fro', async () => {
  const { judged } = await import('./storage.ts')
  const at = (bytes: number, readOnly: boolean) => judged({ id: 'f', schema: '', quota: 100, readOnly }, bytes).readOnly
  expect([at(94, false), at(99, false), at(100, false)]).toEqual([false, false, true])
  expect([at(99, true), at(95, true), at(94, true)]).toEqual([true, true, false])
})

test('the watchdog’s login reads no record, and stops nobody but a facility', () =>
  connected(home, async (client) => {
    for (const table of ['journal', 'record', 'head'])
      expect(await refusal(client, `select from ${noisy.schema}.${table}`)).toBe('42501')
    expect(await refusal(client, 'select name from registry.facility')).toBe('42501')
    expect(await refusal(client, 'select wrap from registry.device')).toBe('42501')
    expect(await refusal(client, "select watch.hold_writes('registry', true)")).toBe('42501')
    expect(await refusal(client, "select watch.hold_writes('public; drop', true)")).toBe('42501')
    expect(await refusal(client, "select watch.pause_logins('postgres', true)")).toBe('42501')
    expect(await refusal(client, 'set role fleet_owner')).toBe('42501')
    expect(await refusal(client, 'set role pg_signal_backend')).toMatch(/42501|accepted/)
    for (const other of [await loginOf(cloud, quiet, neighbor), { ...home, user: 'alcove_gateway' }])
      if (other.user?.startsWith('t_'))
        await connected(other, async (facility) => {
          expect(await refusal(facility, `select watch.hold_writes('${noisy.schema}', true)`)).toBe('42501')
          expect(await refusal(facility, 'select pg_terminate_backend(1, 0)')).toBe('42501')
        })
  }))
