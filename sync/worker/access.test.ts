/** The access log's way from a gateway into a clinic's own database, and what happens when somebody has been at it. */
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { accessText } from '../../domain/access-log.ts'
import { accessBreaks, allAccess } from '../../engine/access-log.ts'
import { hashOf } from '../protocol/batch.ts'
import { PATHS } from '../protocol/messages.ts'
import { openGateway } from './gateway.ts'
import { pass } from './pass.ts'
import { TestClinic } from './testing/clinic.ts'
import { type ModelAnswer, ModelGateway } from './testing/model-gateway.ts'
import { modelTransport } from './testing/unreliable.ts'
import { SyncWorker } from './worker.ts'

let clinic: TestClinic
let model: ModelGateway
let remote: string
beforeEach(async () => {
  clinic = new TestClinic()
  model = new ModelGateway()
  await clinic.join(model)
  remote = (await clinic.outbox.remote())?.id ?? ''
  model.came('enroll', clinic.device)
  model.came('push', clinic.device, 3)
  model.came('operator-rotate')
})
afterEach(() => clinic.close())

const open = (to: Parameters<typeof openGateway>[0]) => openGateway(to, modelTransport(model))
const once = () => pass(clinic.outbox, { open })
const kept = () => [...allAccess(clinic.db, remote)]
const breaks = () => accessBreaks(clinic.db, remote).map(({ seq, what }) => [seq, what])

/** A row as somebody would have it, with a hash that fits it. */
function forge(seq: number, change: Partial<(typeof model.accessLog)[number]>): void {
  const at = model.accessLog.findIndex((row) => row.seq === seq)
  const forged = { ...(model.accessLog[at] as (typeof model.accessLog)[number]), ...change }
  model.accessLog[at] = { ...forged, hash: hashOf(accessText(forged)) }
}

test('comes along with a pass, once, in any number of pages', async () => {
  for (let i = 0; i < 2500; i++) model.came('pull', 'ffffffffffffffff', 1)
  const asked = vi.spyOn(model, 'handle')
  await once()
  expect(kept()).toEqual(model.accessLog)
  const pages = () => asked.mock.calls.filter(([{ path }]) => path.startsWith(PATHS.access)).length
  expect(pages()).toBe(3)
  await once()
  model.came('push', clinic.device, 1)
  await once()
  expect(kept()).toEqual(model.accessLog)
  expect(pages()).toBe(5)
  expect(breaks()).toEqual([])
})

describe('tampering is found', () => {
  test.each([
    [
      'a row changed before it was read',
      () => Object.assign(model.accessLog[1] ?? {}, { address: '::' }),
      [[2, 'changed']],
    ],
    ['a row changed together with its hash', () => forge(2, { device: 'ffffffffffffffff' }), [[3, 'changed']]],
    ['a row taken out', () => model.accessLog.splice(1, 1), [[3, 'missing']]],
    ['the first row taken out', () => model.accessLog.splice(0, 1), [[2, 'missing']]],
  ])('%s', async (_, tamper, found) => {
    tamper()
    await once()
    expect(breaks()).toEqual(found)
    expect(kept()).toHaveLength(model.accessLog.length)
    // Said once, and for good: what comes later does not heal it.
    model.came('pull')
    await once()
    expect(breaks()).toEqual(found)
  })

  test('the end cut off after it was read, and written anew: both are kept', async () => {
    await once()
    const before = kept()
    model.accessLog.splice(1)
    await once()
    expect(breaks()).toEqual([[3, 'lost']])
    model.came('pull', 'ffffffffffffffff', 100)
    model.came('push', clinic.device, 2)
    await once()
    expect(kept()).toHaveLength(5)
    expect(kept()).toEqual(expect.arrayContaining([...before, ...model.accessLog]))
    expect(breaks()).toEqual([[3, 'lost']])
  })

  test('the last row replaced after it was read', async () => {
    await once()
    forge(3, { act: 'operator-migrate' })
    await once()
    expect(breaks()).toEqual([[3, 'changed']])
  })
})

test('a gateway that was restored from a backup is read from the beginning, and that is said', async () => {
  await once()
  const before = kept()
  model.restore(0)
  model.accessLog.splice(2)
  model.came('operator-restore')
  await once()
  expect(breaks()).toEqual([[3, 'restored']])
  expect(kept()).toHaveLength(4)
  expect(kept()).toEqual(expect.arrayContaining([...before, ...model.accessLog]))
})

test('a gateway that cannot or will not give it keeps no record from being sent', async () => {
  const handle = model.handle.bind(model)
  const answers: ModelAnswer[] = [
    { status: 404, json: { error: { code: 'bad-request', message: '' } } },
    { status: 200, json: { rows: 'none' } },
    { status: 200, json: { epoch: model.epoch, rows: [], head: { seq: 0, hash: '' }, more: true } },
  ]
  for (const answer of answers) {
    model.handle = (request) => (request.path.startsWith(PATHS.access) ? Promise.resolve(answer) : handle(request))
    clinic.write(1)
    await once()
    expect(clinic.status()).toMatchObject({ state: 'idle', waiting: 0 })
    expect(kept()).toEqual([])
  }
})

test('it is read when nobody works here too, now and then', async () => {
  const worker = new SyncWorker(clinic.outbox, { open, pollMs: 5, accessMs: 50 })
  worker.start()
  await vi.waitFor(() => expect(kept()).toHaveLength(3), { interval: 2, timeout: 20_000 })
  model.came('pull', 'ffffffffffffffff', 100)
  await vi.waitFor(() => expect(kept()).toHaveLength(4), { interval: 2, timeout: 20_000 })
  await worker.stop()
})
