import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { Outbox } from '../../domain/outbox.ts'
import { openGateway } from './gateway.ts'
import { TestClinic } from './testing/clinic.ts'
import { ModelGateway } from './testing/model-gateway.ts'
import { type Fault, modelTransport, unreliable } from './testing/unreliable.ts'
import { SyncWorker, type WorkerOptions, type WorkerStatus } from './worker.ts'

let clinic: TestClinic
let model: ModelGateway
let fault: Fault
let worker: SyncWorker
let states: WorkerStatus[]
beforeEach(() => {
  clinic = new TestClinic()
  model = new ModelGateway()
  fault = 'none'
  states = []
})
afterEach(async () => {
  await worker.stop()
  clinic.close()
})

function begin(options: WorkerOptions = {}, outbox: Outbox = clinic.outbox): void {
  worker = new SyncWorker(outbox, {
    open: (remote) => openGateway(remote, unreliable(modelTransport(model), { next: () => fault })),
    onStatus: (status) => states.push(status),
    random: () => 0.001,
    pollMs: 60_000,
    ...options,
  })
  worker.start()
}
/** Looked for often, and for long: a busy machine gets there too. */
const SOON = { interval: 2, timeout: 20_000 }
const until = (state: string) => vi.waitFor(() => expect(worker.status.state).toBe(state), SOON)
const seen = () => states.map(({ state }) => state).filter((state, at, all) => state !== all[at - 1])

test('is off, and asks nobody anything, until this workstation is enrolled', async () => {
  const asked = vi.spyOn(model, 'handle')
  begin({ pollMs: 5 })
  await until('off')
  await new Promise((resolve) => setTimeout(resolve, 30))
  expect(asked).not.toHaveBeenCalled()
  await clinic.join(model)
  await until('idle')
  expect(model.journal).toHaveLength(1)
})

test('sends what is written when it is told that something was', async () => {
  await clinic.join(model)
  begin()
  await until('idle')
  clinic.write(5)
  worker.nudge()
  await vi.waitFor(() => expect(model.journal).toHaveLength(6), SOON)
  expect(seen()).toEqual(['syncing', 'idle', 'syncing', 'idle'].slice(0, seen().length))
})

test('finds what was written without being told, and leaves the network alone when there is nothing', async () => {
  await clinic.join(model)
  begin({ pollMs: 5 })
  await until('idle')
  const asked = vi.spyOn(model, 'handle')
  await new Promise((resolve) => setTimeout(resolve, 40))
  expect(asked).not.toHaveBeenCalled()
  clinic.write(2)
  await vi.waitFor(() => expect(model.journal).toHaveLength(3), SOON)
})

test('backs off while the gateway is away, says so, and sends everything once it is back', async () => {
  await clinic.join(model)
  clinic.write(3)
  fault = 'cut-before'
  begin()
  await until('backing-off')
  expect(clinic.status()).toMatchObject({ state: 'backing-off', waiting: 4, error: { code: 'gateway-unreachable' } })
  expect(worker.status.retryAt).toMatch(/^20/)
  fault = 'none'
  await until('idle')
  expect(clinic.status()).toMatchObject({ state: 'idle', waiting: 0 })
  expect(clinic.status()).not.toHaveProperty('error')
})

test('does not let writing shorten a wait, but lets a person', async () => {
  await clinic.join(model)
  fault = 'cut-before'
  begin({ random: () => 0.999 })
  await until('backing-off')
  const asked = vi.spyOn(model, 'handle')
  fault = 'none'
  clinic.write(1)
  worker.nudge()
  await new Promise((resolve) => setTimeout(resolve, 30))
  expect(asked).not.toHaveBeenCalled()
  worker.now()
  await until('idle')
  expect(model.journal).toHaveLength(2)
})

test('stops at what waiting does not mend, and still looks again now and then', async () => {
  await clinic.join(model)
  fault = 'garbage'
  begin({ errorMs: 50 })
  await until('error')
  expect(clinic.status()).toMatchObject({ state: 'error', error: { code: 'gateway-misbehaved' } })
  fault = 'none'
  await until('idle')
})

test('survives an engine that is locked under it', async () => {
  await clinic.join(model)
  let locked = true
  const handler: ProxyHandler<Outbox> = {
    get: (target, name: keyof Outbox) =>
      locked
        ? () => Promise.reject(new Error('locked'))
        : (target[name] as (...args: unknown[]) => unknown).bind(target),
  }
  begin({ errorMs: 10 }, new Proxy<Outbox>(clinic.outbox, handler))
  await until('error')
  expect(worker.status.error).toMatchObject({ code: 'internal' })
  locked = false
  await until('idle')
})

test('ends at once, also in the middle of a wait', async () => {
  await clinic.join(model)
  fault = 'cut-before'
  begin({ random: () => 0.999 })
  await until('backing-off')
  const began = Date.now()
  await worker.stop()
  expect(Date.now() - began).toBeLessThan(200)
})
