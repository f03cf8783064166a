/** Batches made to keep the gateway from everybody else: it runs as it does for real, and says itself how long it was away. */
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { frameBatch } from '../../protocol/batch.ts'
import { type Answer, Workstation } from '../client/workstation.ts'
import { prepare } from '../prepare.ts'
import { Running } from '../processes.ts'
import { createFacility } from '../provision/create.ts'
import { forFile } from '../testing/for-file.ts'
import { testCluster } from '../testing/postgres.ts'
import type { GatewayReady, GatewaySaid, GatewaySettings, GatewayTold } from './process.ts'

/** An idle machine stays below 30 ms; a busy one, which takes the processor away meanwhile, has to be left more. */
const AWAY_MS = 250

const cluster = forFile(testCluster)
let gateway: Running<GatewaySettings, GatewayReady, GatewayTold, GatewaySaid>
const faults: string[] = []
const stations: Workstation[] = []

beforeAll(async () => {
  const { tls, registry, server } = await prepare(cluster)
  gateway = await Running.start<GatewaySettings, GatewayReady, GatewayTold, GatewaySaid>({
    name: 'gateway',
    file: fileURLToPath(new URL('./process.ts', import.meta.url)),
    settings: (before) => ({ tls, registry, server, host: '127.0.0.1', port: 0, metricsPort: 0, ...before }),
    onSaid: ({ fault }) => faults.push(fault),
    onFault: (what) => faults.push(what),
  })
})
afterAll(async () => {
  for (const station of stations) station.close()
  await gateway?.stop()
})

async function enrolled(name: string): Promise<Workstation> {
  const { tls } = await prepare(cluster)
  const { enrollmentCode } = await createFacility(cluster, name, {
    url: `https://127.0.0.1:${gateway.ready.port}`,
    pin: tls.pin,
  })
  const station = await Workstation.enrolled(enrollmentCode)
  stations.push(station)
  return station
}

/** The longest that the gateway's event loop was held since this was last asked. */
async function awayMs(): Promise<number> {
  const text = await (await fetch(`http://127.0.0.1:${gateway.ready.metricsPort}/metrics`)).text()
  return Number(/^alcove_nodejs_eventloop_lag_max_seconds (\S+)$/m.exec(text)?.[1]) * 1000
}

async function away(what: () => Promise<Answer>): Promise<{ answer: Answer; ms: number }> {
  await awayMs()
  const answer = await what()
  return { answer, ms: await awayMs() }
}

test('five thousand tiny entries', async () => {
  const station = await enrolled('Tiny')
  for (let i = 0; i < 5000; i++) station.change('patient', `p${i}`, { family: 'A' })
  const { answer, ms } = await away(() => station.push())
  expect(answer.status).toBe(200)
  expect(ms).toBeLessThan(AWAY_MS)
}, 30_000)

test('as many bytes as are allowed, in entries of many values', async () => {
  const station = await enrolled('Values')
  // Written into a text field, they would be one value; as a list they are fifty thousand.
  const list = Array.from({ length: 50_000 }, () => 1)
  for (let i = 0; i < 150; i++) station.change('patient', `p${i}`, { list })
  const { answer, ms } = await away(() => station.push())
  expect(answer.status).toBe(200)
  expect(ms).toBeLessThan(AWAY_MS)
}, 60_000)

test('as many bytes as are allowed, in a few large entries', async () => {
  const station = await enrolled('Large')
  for (let i = 0; i < 8; i++) station.change('patient', `p${i}`, { text: 'x'.repeat(3.9 * 2 ** 20) })
  const { answer, ms } = await away(() => station.push())
  expect(answer.status).toBe(200)
  expect(ms).toBeLessThan(AWAY_MS)
}, 60_000)

test.each([
  ['nested a hundred thousand deep', `${'['.repeat(100_000)}${']'.repeat(100_000)}`, 'bad-batch'],
  ['with ten million values', `[${'1,'.repeat(10_000_000)}1]`, 'too-large'],
  ['with a million values', `[${'1,'.repeat(1_000_000)}1]`, 'bad-batch'],
])('an entry %s is not parsed', async (what, value, code) => {
  const station = await enrolled(what)
  const { body } = station.change('patient', 'p', { x: 'VALUE' })
  const hostile = { dseq: 1, hash: '0'.repeat(64), body: body.replace('"VALUE"', value) }
  const frame = frameBatch(1, station.facility, station.device, '', [hostile])
  const { answer, ms } = await away(() => station.pushFrame(frame))
  expect(answer.body.error.code).toBe(code)
  expect(ms).toBeLessThan(AWAY_MS)
})

test('a bomb is cut off where it passes what is allowed', async () => {
  const station = await enrolled('Bomb')
  const { answer, ms } = await away(() => station.pushFrame(Buffer.alloc(512 << 20, 0x20), 'x'))
  expect([answer.status, answer.body.error.code]).toEqual([413, 'too-large'])
  expect(ms).toBeLessThan(AWAY_MS)
}, 30_000)

test('the gateway had no fault', () => {
  expect(faults).toEqual([])
})
