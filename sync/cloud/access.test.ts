/** A facility reads who came to its records, over the gateway. */
import { randomUUID } from 'node:crypto'
import { expect, test } from 'vitest'
import { type AccessRow, followChain } from '../../domain/access-log.ts'
import { AccessAnswer, PATHS, writeAuthorization } from '../protocol/messages.ts'
import { Workstation } from './client/workstation.ts'
import { sha256 } from './gateway/access-log.ts'
import { Seldom } from './gateway/seldom.ts'
import { cloud, facility, made, station } from './testing/clinic-per-test.ts'
import { anotherCode, connected } from './testing/postgres.ts'

async function logOf(reader: Workstation, after = 0): Promise<AccessRow[]> {
  const rows: AccessRow[] = []
  for (;;) {
    const answer = await reader.access(rows.at(-1)?.seq ?? after, 2)
    expect(answer.status).toBe(200)
    const page = AccessAnswer.parse(answer.body)
    rows.push(...page.rows)
    if (!page.more) return rows
  }
}
const acts = (rows: AccessRow[]) => rows.map(({ act, rows, outcome }) => [act, rows, outcome])

test('what came to the schema, and only that, is read in order, in pages, as one chain', async () => {
  for (let i = 0; i < 3; i++) station.change('patient', randomUUID(), { family: 'Rao', sex: 'female' })
  await station.hello()
  await station.push(1, 2)
  await station.pushFrame(Buffer.from('no batch at all')) // refused at the door
  await station.pull(0, 10)
  const rows = await logOf(station)
  expect(acts(rows)).toEqual([
    ['enroll', 0, 'ok'],
    ['hello', 0, 'ok'],
    ['push', 2, 'ok'],
    ['pull', 2, 'ok'],
    ['access', 2, 'ok'],
  ])
  expect(rows.every(({ address, device }) => address === '127.0.0.1' && device === station.device)).toBe(true)
  const { place, breaks } = followChain({ seq: 0, hash: '' }, rows, sha256)
  expect(breaks).toEqual([])
  const { head } = (await station.access(0, 1)).body
  expect(head).toEqual(place)
})

test('a gap and a fork are in it, and not once a second', async () => {
  for (let i = 0; i < 4; i++) station.change('patient', randomUUID(), { family: 'Rao', sex: 'female' })
  await station.push(1, 1)
  for (let i = 0; i < 5; i++) expect((await station.push(3, 4)).body.error.code).toBe('gap')
  const clone = Object.assign(new Workstation(cloud.address), {
    device: station.device,
    keys: station.keys,
    secret: station.secret,
    facility: station.facility,
  })
  clone.change('patient', randomUUID(), { family: 'Other', sex: 'male' })
  expect((await clone.push()).body.error.code).toBe('fork')
  clone.close()
  expect(acts(await logOf(station)).slice(1, 4)).toEqual([
    ['push', 1, 'ok'],
    ['push', 0, 'gap'],
    ['push', 0, 'fork'],
  ])
})

test('two workstations that read it all the time do not fill it with their reading', async () => {
  const second = await Workstation.enrolled(await anotherCode(cloud, facility, station))
  const places = new Map([station, second].map((reader) => [reader, 0]))
  /** As a worker reads: what came since it last read. */
  const readOn = async (reader: Workstation) => {
    const rows = await logOf(reader, places.get(reader))
    places.set(reader, rows.at(-1)?.seq ?? places.get(reader) ?? 0)
    return rows
  }
  const round = async () => {
    await readOn(station)
    await readOn(second)
    await second.hello()
  }
  for (let i = 0; i < 4; i++) await round()
  const before = await logOf(station)
  for (let i = 0; i < 10; i++) await round()
  const between = (await logOf(station)).slice(before.length)
  expect(between.filter(({ device }) => device === second.device)).toEqual([])
  expect(between.length).toBeLessThanOrEqual(Math.ceil(before.length / 2)) // what reading all of it twice here has added
  await round()
  // What the other one did is news, and that it was read is on record.
  second.change('patient', randomUUID(), { family: 'Rao', sex: 'female' })
  await second.push()
  await readOn(station)
  const last = (await readOn(second)).slice(-2)
  expect(last.map(({ act, device }) => [act, device])).toEqual([
    ['push', second.device],
    ['access', station.device],
  ])
  second.close()
})

test('is one’s own: with the credentials of one facility nothing of another comes', async () => {
  const other = await cloud.facility(`Neighbor ${made}`)
  const neighbor = await Workstation.enrolled(other.enrollmentCode)
  const mixed = { facility: facility.facility, device: neighbor.device, secret: neighbor.secret }
  const answer = await neighbor.send('GET', `${PATHS.access}?after=0&limit=10`, {
    headers: { authorization: writeAuthorization(mixed) },
  })
  expect([answer.status, answer.body.error.code]).toEqual([401, 'unauthorized'])
  expect((await logOf(neighbor)).every(({ device }) => device === neighbor.device)).toBe(true)
  neighbor.close()
})

test.each([
  'after=-1&limit=1',
  'after=0&limit=0',
  'after=0&limit=9999',
  'after=x&limit=1',
  'after=0',
  'after=0&limit=1&x=1',
])('asked with %s it is refused', async (query) => {
  const headers = { authorization: writeAuthorization(station) }
  const answer = await station.send('GET', `${PATHS.access}?${query}`, { headers })
  expect([answer.status, answer.body.error.code]).toEqual([400, 'bad-request'])
})

test('a row that somebody changed behind the gateway’s back still arrives, so that it can be seen', async () => {
  await station.pull(0, 1)
  await connected(cloud.admin, (client) =>
    client.query(`update ${facility.schema}.access_log set address = '<script>' where seq = 1`),
  )
  const rows = await logOf(station)
  expect(followChain({ seq: 0, hash: '' }, rows, sha256).breaks).toEqual([{ seq: 1, what: 'changed' }])
})

test('what moved nothing is written again after an hour, or a minute if it was refused; from elsewhere at once', () => {
  const seldom = new Seldom()
  const hello = { device: 'a', act: 'hello', rows: 0, address: '10.0.0.1', outcome: 'ok' }
  const gap = { ...hello, act: 'push', outcome: 'gap' }
  for (const visit of [hello, gap]) {
    expect(seldom.isDue('f', visit, 0)).toBe(true)
    seldom.wasNoted('f', visit, 0)
    expect(seldom.isDue('f', visit, 59_000)).toBe(false)
    expect(seldom.isDue('f', { ...visit, address: '10.0.0.2' }, 1)).toBe(true)
    expect(seldom.isDue('f', { ...visit, device: 'b' }, 1)).toBe(true)
    expect(seldom.isDue('g', visit, 1)).toBe(true)
  }
  expect(seldom.isDue('f', gap, 60_000)).toBe(true)
  expect(seldom.isDue('f', hello, 60_000)).toBe(false)
  expect(seldom.isDue('f', hello, 3_600_000)).toBe(true)
})
