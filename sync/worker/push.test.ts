import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { frameBatch, signBatch } from '../protocol/batch.ts'
import { SyncError } from '../protocol/errors.ts'
import { type Gateway, openGateway } from './gateway.ts'
import { pass } from './pass.ts'
import { pull } from './pull.ts'
import { TestClinic } from './testing/clinic.ts'
import { ModelGateway } from './testing/model-gateway.ts'
import { modelTransport } from './testing/unreliable.ts'
import type { Answer, Transport } from './transport.ts'

let clinic: TestClinic
let model: ModelGateway
beforeEach(async () => {
  clinic = new TestClinic()
  model = new ModelGateway()
  await clinic.join(model)
})
afterEach(() => clinic.close())

/** One pass over the model, whose answers to `path` are changed on their way. */
async function sync(change?: (path: string, answer: Answer) => Answer | Promise<Answer>) {
  const inner = modelTransport(model)
  const transport: Transport = !change
    ? inner
    : { ...inner, ask: async (ask) => await change(ask.path, await inner.ask(ask)) }
  return await pass(clinic.outbox, { open: (remote) => openGateway(remote, transport) })
}

async function trouble(change: Parameters<typeof sync>[0]): Promise<SyncError> {
  const error = await sync(change).then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  expect(error).toBeInstanceOf(SyncError)
  const { code, message } = error as SyncError
  expect(clinic.status().error).toEqual({ code, message })
  return error as SyncError
}

const inCloud = () => model.journal.map(({ dseq, hash }) => ({ dseq, hash }))
const onPush =
  (json: (given: { acked: { dseq: number; hash: string }; refused: unknown[] }) => unknown) =>
  (path: string, answer: Answer) =>
    path === '/v1/push' ? { ...answer, json: json(answer.json as never) } : answer

describe('a push', () => {
  test('sends what waits, says when, and sends nothing twice', async () => {
    clinic.write(50)
    expect(await sync()).toMatchObject({ sent: 51 })
    expect(inCloud()).toEqual(clinic.entries())
    expect(clinic.status()).toMatchObject({ waiting: 0, state: 'idle', lastSynced: expect.stringMatching(/^20/) })
    expect(await sync()).toMatchObject({ sent: 0 })
    clinic.write(1)
    expect(await sync()).toMatchObject({ sent: 1 })
  })

  test('goes on where the gateway stands when the note of its answer was lost', async () => {
    clinic.write(10)
    await trouble((path, answer) => {
      if (path === '/v1/push') throw new SyncError('gateway-unreachable', 'Cut.')
      return answer
    })
    expect(clinic.status().waiting).toBe(11)
    expect(model.journal).toHaveLength(11)
    expect(await sync()).toMatchObject({ sent: 0 })
    expect(clinic.status()).toMatchObject({ waiting: 0 })
    expect(inCloud()).toEqual(clinic.entries())
  })

  test.each([
    ['acknowledges what was never sent', onPush(({ acked }) => ({ acked: { ...acked, dseq: acked.dseq + 5 } }))],
    ['acknowledges by a wrong hash', onPush(({ acked }) => ({ acked: { ...acked, hash: 'f'.repeat(64) } }))],
    ['refuses what was never sent', onPush(({ acked }) => ({ acked, refused: [{ dseq: acked.dseq + 1, code: 'x' }] }))],
    ['answers garbage', onPush(() => ({ ok: 'sure' }))],
    ['answers with no JSON', onPush(() => undefined)],
    [
      'says no in a way that makes no sense',
      (path: string, answer: Answer) => (path === '/v1/push' ? { ...answer, status: 418 } : answer),
    ],
  ])('believes nothing of a gateway that %s, and loses nothing', async (_, lie) => {
    clinic.write(3)
    expect((await trouble(lie)).code).toBe('gateway-misbehaved')
    expect(clinic.status()).toMatchObject({ waiting: 4, state: 'error' })
    await sync()
    expect(inCloud()).toEqual(clinic.entries())
    expect(clinic.status()).not.toHaveProperty('error')
  })

  test('parks what is refused for good; the rest flows, and the refusal is learned even if its answer was lost', async () => {
    model.refuses = ({ dseq }) => (dseq === 3 ? 'bad-entry' : undefined)
    clinic.write(5)
    await trouble((path, answer) => {
      if (path === '/v1/push') throw new SyncError('gateway-unreachable', 'Cut.')
      return answer
    })
    await sync()
    expect(clinic.status()).toMatchObject({ waiting: 0, failed: 1 })
    expect(inCloud().map(({ dseq }) => dseq)).toEqual([1, 2, 4, 5, 6])
  })

  test('stops at a fork and says what it is', async () => {
    clinic.write(3)
    await sync()
    const device = model.devices.get(clinic.device)
    for (const hashes of [['f'.repeat(64)], Array(9).fill('f'.repeat(64))]) {
      if (device) device.hashes = hashes
      const error = await trouble(undefined)
      expect(error.code).toBe('fork')
      expect(error.message).toContain('restored from a backup or copied')
    }
    expect(clinic.status()).toMatchObject({ state: 'error' })
  })

  test('sends again what a restored gateway has lost', async () => {
    clinic.write(30)
    await sync()
    model.restore(10)
    await sync()
    expect(inCloud()).toEqual(clinic.entries())
    expect((await clinic.outbox.remote())?.epoch).toBe(model.epoch)
  })

  test('splits a batch that turns out too large, and says so of one entry that is', async () => {
    model.limits = { ...model.limits, compressed: 2_000 }
    const noise = () => Array.from({ length: 500 }, () => Math.random().toString(36)[2]).join('')
    for (let at = 0; at < 20; at++) clinic.write(1, noise())
    expect(await sync()).toMatchObject({ sent: 21 })
    clinic.write(1, noise() + noise() + noise() + noise() + noise() + noise() + noise())
    expect((await trouble(undefined)).code).toBe('entry-too-large')
    expect(inCloud()).toEqual(clinic.entries().slice(0, -1))
  })

  test('does not go in circles with a gateway that always finds a gap', async () => {
    clinic.write(3)
    const error = await trouble((path, answer) => {
      if (path !== '/v1/push') return answer
      model.restore(0)
      return { ...answer, status: 409, json: { error: { code: 'gap', message: '' } } }
    })
    expect(error.code).toBe('gateway-misbehaved')
  })

  test.each([
    [401, 'unauthorized', 'gateway-refused'],
    [403, 'revoked', 'gateway-refused'],
    [403, 'removed', 'gateway-removed'],
    [426, 'version', 'gateway-version'],
    [429, 'busy', 'gateway-busy'],
    [502, undefined, 'gateway-busy'],
    [403, 'frozen', 'gateway-stopped'],
    [403, 'suspended', 'gateway-stopped'],
    [503, 'repair', 'gateway-repair'],
    [507, 'quota', 'gateway-full'],
  ])('has a code and a sentence for %i %s', async (status, refusal, code) => {
    clinic.write(1)
    const json = refusal && { error: { code: refusal, message: 'patient Lakshmi' } }
    const error = await trouble((_, answer) => ({ ...answer, status, json, retryAfter: 7 }))
    expect(error).toMatchObject({ code, retryAfter: 7 })
    expect(error.message).not.toContain('Lakshmi')
  })

  test('is signed for one facility, so that another cannot be given it', async () => {
    clinic.write(1)
    const remote = await clinic.outbox.remote()
    const { entries } = await clinic.outbox.read(0, 1, 1)
    const frame = frameBatch(1, 'f2', clinic.device, '', entries)
    const gateway = remote && openGateway(remote, modelTransport(model))
    const batch = { body: frame, encoding: 'identity' as const, signature: signBatch(remote?.privateKey ?? '', frame) }
    await expect(gateway?.push(batch)).rejects.toMatchObject({ code: 'gateway-misbehaved' })
    expect(model.journal).toEqual([])
  })
})

describe('a pull', () => {
  async function all(gateway: Gateway, after = 0, limit = 4) {
    const pages = []
    for await (const page of pull(gateway, after, { limit })) pages.push(page)
    return pages
  }
  async function gateway(change: (json: Record<string, unknown>) => unknown = (json) => json): Promise<Gateway> {
    const inner = modelTransport(model)
    const remote = await clinic.outbox.remote()
    if (!remote) throw new Error('not enrolled')
    return openGateway(remote, {
      ...inner,
      ask: async (ask) => ({ ...(await inner.ask(ask)), json: change((await inner.ask(ask)).json as never) }),
    })
  }

  test('brings every entry once, by cursor, in the order the gateway took them', async () => {
    clinic.write(10)
    await sync()
    const pages = await all(await gateway())
    expect(pages.flatMap((page) => page.entries.map((entry) => entry.hash))).toEqual(
      clinic.entries().map(({ hash }) => hash),
    )
    expect(pages.map((page) => page.next)).toEqual([4, 8, 11])
    expect(await all(await gateway(), 11)).toEqual([])
  })

  test.each([
    [
      'a body that does not match its hash',
      (json: Pulled) => ({ ...json, entries: json.entries.map((entry) => ({ ...entry, body: '{}' })) }),
    ],
    ['entries out of order', (json: Pulled) => ({ ...json, entries: json.entries.toReversed() })],
    ['a cursor that skips', (json: Pulled) => ({ ...json, next: json.next + 1 })],
    ['more than was asked for', (json: Pulled) => ({ ...json, entries: [...json.entries, ...json.entries] })],
    ['a promise and nothing more', (json: Pulled) => ({ ...json, entries: [], next: 0, more: true })],
  ])('takes nothing of a page with %s', async (_, lie) => {
    clinic.write(10)
    await sync()
    await expect(all(await gateway((json) => lie(json as never)))).rejects.toMatchObject({ code: 'gateway-misbehaved' })
  })
})

interface Pulled {
  entries: object[]
  next: number
}
