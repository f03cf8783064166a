/**
 * The workstation's end of the push bench, on a thread of its own as it is a machine of its own: the worker's own push,
 * over TLS, from entries that are held in memory. Told a code it enrolls; told a number it writes so many entries, pushes
 * them and answers with the milliseconds of the push and the entries.
 */
import { randomBytes, randomUUID } from 'node:crypto'
import { performance } from 'node:perf_hooks'
import { parentPort } from 'node:worker_threads'
import { encodeEntry } from '../domain/entry.ts'
import { tick } from '../domain/hlc.ts'
import type { Outbox, OutboxEntry, Remote } from '../domain/outbox.ts'
import { hashOf } from '../sync/protocol/batch.ts'
import { LIMITS } from '../sync/protocol/messages.ts'
import { enroll } from '../sync/worker/enroll.ts'
import { type Gateway, openGateway } from '../sync/worker/gateway.ts'
import { Link } from '../sync/worker/link.ts'
import { push } from '../sync/worker/push.ts'
import { heartRate } from './batches.ts'

const device = randomBytes(8).toString('hex')
const entries: OutboxEntry[] = []
const link = new Link(LIMITS.inflated)
let remote: Remote | undefined
let gateway: Gateway | undefined
let clock: string | undefined

const outbox: Outbox = {
  device: async () => device,
  remote: async () => remote,
  async read(after, limit, bytes) {
    const taken: OutboxEntry[] = []
    let size = 0
    for (const entry of entries.slice(after, after + limit)) {
      size += entry.body.length
      if (size > bytes && taken.length > 0) break
      taken.push(entry)
    }
    return { entries: taken }
  },
  hashAt: async (dseq) => (dseq === 0 ? '' : entries[dseq - 1]?.hash),
  async acknowledge(_, dseq) {
    if (remote) remote.cursor = dseq
  },
  async rewind() {
    throw new Error('the gateway lost entries')
  },
  async park() {
    throw new Error('the gateway refused an entry')
  },
  async report() {},
  accessPlace: async () => ({ epoch: '', seq: 0 }),
  addAccess: async () => 0,
  async enrolled(given) {
    remote = { ...given, id: 'bench', cursor: 0 }
    gateway = openGateway(remote)
  },
}

function observe(i: number): void {
  clock = tick(clock, Date.now())
  const dseq = entries.length + 1
  const body = encodeEntry({
    ...{ v: 1, device, dseq, hlc: clock, author: 'system', kind: 'change', record: 'observation', id: randomUUID() },
    prev: entries.at(-1)?.hash ?? '',
    base: [],
    fields: heartRate(i),
  })
  entries.push({ dseq, hash: hashOf(body), body })
}

parentPort?.on('message', async (told: string | number) => {
  if (typeof told === 'string') {
    await enroll(outbox, told)
    parentPort?.postMessage({ enrolled: true })
    return
  }
  if (!gateway || !remote) throw new Error('not enrolled yet')
  for (let i = 0; i < told; i++) observe(i)
  const start = performance.now()
  const sent = await push({ gateway, outbox, remote, link })
  const ms = performance.now() - start
  if (sent !== told) throw new Error(`${sent} of ${told} entries were taken`)
  parentPort?.postMessage({ ms, device, entries: entries.slice(-told) })
})
