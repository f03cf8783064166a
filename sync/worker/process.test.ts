import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { encodeEnrollmentCode } from '../protocol/enrollment-code.ts'
import { forkWorker, type SyncProcess } from './child.ts'
import { TestClinic } from './testing/clinic.ts'
import { ModelGateway } from './testing/model-gateway.ts'
import { type Served, serve, serveModel } from './testing/serve.ts'

let clinic: TestClinic
let model: ModelGateway
let served: Served
let worker: SyncProcess
beforeEach(async () => {
  clinic = new TestClinic()
  model = new ModelGateway()
  served = await serveModel(model)
  worker = await forkWorker(clinic.outbox)
})
afterEach(async () => {
  await worker.stop()
  await served.stop()
  clinic.close()
})

const code = (gateway: { url: string; pin: string } = served, secret = model.newSecret()) =>
  encodeEnrollmentCode({ url: gateway.url, pin: gateway.pin, secret })

describe('the worker’s process', () => {
  test('enrolls by a code, syncs once, then lives on its own until it is stopped', async () => {
    clinic.write(20)
    clinic.admit()
    await worker.enroll(code())
    expect(clinic.status()).toMatchObject({ enabled: true, waiting: 21, remote: served.url })
    expect((await clinic.outbox.remote())?.pin).toBe(served.pin)
    expect(await worker.once()).toMatchObject({ sent: 21 })
    expect(clinic.status()).toMatchObject({ waiting: 0 })

    const states: string[] = []
    worker.onStatus = ({ state }) => states.push(state)
    worker.start()
    await vi.waitFor(() => expect(states.at(-1)).toBe('idle'), { timeout: 15_000 })
    clinic.write(3)
    worker.nudge()
    await vi.waitFor(() => expect(model.journal).toHaveLength(24), { timeout: 15_000 })
    await worker.stop()
    await expect(worker.once()).rejects.toMatchObject({ message: expect.stringContaining('ended') })
  })

  test('says so when a gateway allows less than any entry needs', async () => {
    clinic.write(1)
    clinic.admit()
    await worker.enroll(code())
    model.limits = { ...model.limits, inflated: 100 }
    await expect(worker.once()).rejects.toMatchObject({ code: 'entry-too-large' })
    expect(clinic.status()).toMatchObject({ waiting: 2 })
  })

  test('says what is wrong with a code, and changes nothing', async () => {
    clinic.admit()
    const good = code()
    await expect(worker.enroll(`${good.slice(0, -1)}${good.endsWith('0') ? '1' : '0'}`)).rejects.toMatchObject({
      code: 'enrollment-code',
      message: expect.stringContaining('mistyped'),
    })
    const unknown = encodeEnrollmentCode({ ...served, secret: 'AAAAAAAAAAAAAAAAAAAAAA' })
    await expect(worker.enroll(unknown)).rejects.toMatchObject({
      code: 'enrollment-code',
      message: expect.stringContaining('does not know'),
    })
    await worker.enroll(good)
    clinic.admit()
    await expect(worker.enroll(good)).rejects.toMatchObject({
      code: 'enrollment-code',
      message: expect.stringContaining('used already'),
    })
    expect(served.requests.every((request) => request === 'POST /v1/enroll')).toBe(true)
  })

  test('does not waste a code whose answer was lost', async () => {
    const secret = model.newSecret()
    let lost = 0
    const lossy = await serve(async (request, response, body) => {
      const answer = await model.handle({
        path: request.url ?? '',
        headers: request.headers as Record<string, string>,
        body,
      })
      if (lost++ < 2) return void response.destroy()
      response.writeHead(answer.status, { 'content-type': 'application/json' }).end(JSON.stringify(answer.json))
    })
    try {
      clinic.admit()
      await worker.enroll(code(lossy, secret))
      expect(clinic.status()).toMatchObject({ enabled: true })
      expect(lost).toBe(3)
    } finally {
      await lossy.stop()
    }
  })

  test('gives nothing away to a gateway with another key than the pin, and nothing is changed', async () => {
    clinic.admit()
    await expect(worker.enroll(code({ url: served.url, pin: 'ab'.repeat(32) }))).rejects.toMatchObject({
      code: 'gateway-pin',
    })
    expect(served.requests).toEqual([])
    expect(clinic.status()).toMatchObject({ enabled: false, state: 'off' })
  })

  test('is refused by the engine when nobody asked to enroll', async () => {
    await expect(worker.enroll(code())).rejects.toMatchObject({
      message: expect.stringContaining('Nobody here has asked'),
    })
    expect(await clinic.outbox.remote()).toBeUndefined()
  })

  test('says that sync is off when it is', async () => {
    await expect(worker.once()).rejects.toMatchObject({ code: 'sync-off' })
  })

  test('goes on by itself when the gateway comes back', async () => {
    clinic.admit()
    await worker.enroll(code())
    const port = Number(new URL(served.url).port)
    await served.stop()
    clinic.write(2)
    const states: string[] = []
    worker.onStatus = ({ state }) => states.push(state)
    worker.start()
    await vi.waitFor(() => expect(states.at(-1)).toBe('backing-off'), { timeout: 15_000 })
    served = await serveModel(model, { port })
    await vi.waitFor(() => expect(states.at(-1)).toBe('idle'), { timeout: 15_000 })
    expect(clinic.status()).toMatchObject({ waiting: 0 })
  })
})
