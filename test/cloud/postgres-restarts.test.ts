/** PostgreSQL goes away and comes back under workstations at work. */
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { Workstation } from '../../sync/cloud/client/workstation.ts'
import { clinicIn } from '../../sync/cloud/testing/clinic.ts'
import { connected, postmaster } from '../../sync/cloud/testing/postgres.ts'
import { type UpsetCloud, upsetCloud } from './upset.ts'
import { expectServedOrBusy, expectWhole, working } from './whole.ts'

let cloud: UpsetCloud
let made = 0
const unhandled: unknown[] = []
const note = (reason: unknown) => unhandled.push(reason)

beforeAll(async () => {
  process.on('unhandledRejection', note)
  cloud = await upsetCloud()
})
afterAll(async () => {
  await cloud?.remove()
  process.off('unhandledRejection', note)
  expect(unhandled).toEqual([])
})

const atWork = () => clinicIn(cloud, `Clinic ${++made}`)

/** A backend of the facility's, as the machine knows it. */
async function backendOf(role: string): Promise<number> {
  for (;;) {
    const { rows } = await connected(cloud.admin, (client) =>
      client.query<{ pid: number }>('select pid from pg_stat_activity where usename = $1', [role]),
    )
    if (rows[0]) return rows[0].pid
    await sleep(10)
  }
}

test.each([
  ['is restarted', 'fast'],
  ['crashes', 'crash'],
] as const)(
  'PostgreSQL %s: each call is served or told to come again, and every entry is there once',
  async (_, how) => {
    const [one, two] = [await atWork(), await atWork()]
    const waiting = await cloud.facility(`Clinic ${++made}`)
    const work = [working(one.station), working(two.station)]
    await sleep(500)
    await cloud.end(how)
    await sleep(500)
    // Somebody enrolls in that moment: nothing is used up by it.
    const late = new Workstation(cloud.address)
    expectServedOrBusy([await late.enroll(waiting.enrollmentCode)])
    expect((await one.station.hello()).status).toBe(503)
    await cloud.begin()
    expect((await late.enroll(waiting.enrollmentCode)).status).toBe(200)
    await sleep(500)
    const answers = (await Promise.all(work.map((it) => it.stop()))).flat()
    expectServedOrBusy(answers)
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200, 503]))
    await expectWhole(cloud, one.facility, one.station)
    await expectWhole(cloud, two.facility, two.station)
    for (const { station } of [one, two, { station: late }]) station.close()
    // What the operator is told names what failed, and nothing that was in it.
    for (const fault of cloud.faults) expect(fault).toMatch(/^(error|Error|AggregateError)( [A-Z0-9_]+)?$/)
  },
)

test('one backend dies, and PostgreSQL throws everybody out to be safe: the gateway comes back by itself', async () => {
  const [one, two] = [await atWork(), await atWork()]
  const work = [working(one.station), working(two.station)]
  await sleep(300)
  for (let times = 0; times < 3; times++) {
    const pid = await backendOf(one.facility.role)
    await connected(cloud.admin, async (client) => {
      const thrownOut = new Promise((done) => client.once('end', done))
      process.kill(pid, 'SIGKILL')
      await thrownOut
    })
    // Until the gateway is served again, so that each crash is one.
    for (let status = 0; status !== 200; await sleep(50)) ({ status } = await two.station.hello())
  }
  expectServedOrBusy((await Promise.all(work.map((it) => it.stop()))).flat())
  await expectWhole(cloud, one.facility, one.station)
  await expectWhole(cloud, two.facility, two.station)
  for (const { station } of [one, two]) station.close()
})

test('PostgreSQL takes nobody new: who is in goes on, who is not is told to come again', async () => {
  const [one, two] = [await atWork(), await atWork()]
  one.station.change('patient', 'x', { family: 'A' })
  expect((await one.station.push()).status).toBe(200)
  await sleep(100)
  const full: pg.Client[] = []
  try {
    for (let state = ''; state !== '53300'; ) {
      const client = new pg.Client(cloud.admin)
      client.on('error', () => {})
      full.push(client)
      await client.connect().catch((error) => {
        state = error.code
      })
    }
    one.station.change('patient', 'y', { family: 'B' })
    expect((await one.station.push(2)).status).toBe(200)
    // The one that was just enrolled has a connection as well; end it, and there is no room for another.
    const { rows } = await (full[0] as pg.Client).query(
      'select pg_terminate_backend(pid) as ended from pg_stat_activity where usename = $1',
      [two.facility.role],
    )
    expect(rows).toEqual([{ ended: true }])
    const more = new pg.Client(cloud.admin)
    more.on('error', () => {})
    full.push(more)
    for (let open = false; !open; await sleep(20))
      await more.connect().then(
        () => {
          open = true
        },
        () => {
          open = true
        },
      )
    expectServedOrBusy([await two.station.hello()])
    expect((await two.station.hello()).status).toBe(503)
  } finally {
    await Promise.all(full.map((client) => client.end().catch(() => {})))
  }
  for (let status = 0; status !== 200; await sleep(50)) ({ status } = await two.station.hello())
  await expectWhole(cloud, one.facility, one.station)
  for (const { station } of [one, two]) station.close()
})

test('PostgreSQL is on its way down and lets nobody in: a call is told to come again, and is served afterwards', async () => {
  const { facility, station } = await atWork()
  await connected(cloud.admin, (client) =>
    client.query('select pg_terminate_backend(pid) from pg_stat_activity where usename = $1', [facility.role]),
  )
  process.kill(postmaster(cloud.dir), 'SIGTERM')
  await sleep(200)
  const answer = await station.hello()
  expectServedOrBusy([answer])
  expect(answer.status).toBe(503)
  await cloud.end('fast')
  await cloud.begin()
  expect((await station.hello()).status).toBe(200)
  station.close()
})

test('PostgreSQL does not let the gateway’s own login in: it says so to the operator, and serves again once it does', async () => {
  const { facility, station } = await atWork()
  const asAdmin = (text: string) => connected(cloud.admin, (client) => client.query(text))
  cloud.faults.length = 0
  await asAdmin('alter role alcove_gateway nologin')
  await asAdmin("select pg_terminate_backend(pid) from pg_stat_activity where usename = 'alcove_gateway'")
  await sleep(100)
  const answer = await station.hello()
  expectServedOrBusy([answer])
  expect([answer.status, cloud.faults.at(-1)]).toEqual([503, 'error 28000'])
  const late = new Workstation(cloud.address)
  expectServedOrBusy([await late.enroll(facility.enrollmentCode)])
  await asAdmin('alter role alcove_gateway login')
  expect((await station.hello()).status).toBe(200)
  station.close()
  late.close()
})
