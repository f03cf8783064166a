/** A gateway that says when to come back, and a workstation that does: with the real ones at both ends. */
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import { createFacility, type NewFacility } from '../../sync/cloud/provision/create.ts'
import { forFile } from '../../sync/cloud/testing/for-file.ts'
import { connected, type TestGateway, testCloud, testGateway } from '../../sync/cloud/testing/postgres.ts'
import { enroll } from '../../sync/worker/enroll.ts'
import { openGateway as gatewayOf } from '../../sync/worker/gateway.ts'
import { TestClinic } from '../../sync/worker/testing/clinic.ts'
import { openTransport, type Transport } from '../../sync/worker/transport.ts'
import { SyncWorker } from '../../sync/worker/worker.ts'

/** Small enough that a few calls pass it, and that waiting for it is quick. */
const RATE = { burst: 4, perSecond: 0.5 }

const cloud = forFile(testCloud)
let front: TestGateway
let facility: NewFacility
let clinic: TestClinic
let worker: SyncWorker | undefined
let made = 0
/** When each call was made, and how it was answered. */
let calls: { at: number; status: number; retryAfter: number | undefined }[]

beforeAll(async () => {
  front = await testGateway(cloud, { bounds: { device: RATE } })
})
beforeEach(async () => {
  calls = []
  clinic = new TestClinic()
  facility = await createFacility(cloud, `Patient ${++made}`, front.address)
  clinic.admit()
  await enroll(clinic.outbox, facility.enrollmentCode)
})
afterEach(async () => {
  await worker?.stop()
  clinic.close()
})
afterAll(() => front?.gateway.close())

function watched(transport: Transport): Transport {
  return {
    get pin() {
      return transport.pin
    },
    close: () => transport.close(),
    ask: async (ask) => {
      const at = performance.now()
      const answer = await transport.ask(ask)
      calls.push({ at, status: answer.status, retryAfter: answer.retryAfter })
      return answer
    },
  }
}

function begin(): SyncWorker {
  worker = new SyncWorker(clinic.outbox, {
    open: (remote) => gatewayOf(remote, watched(openTransport(remote.url, remote.pin))),
    pollMs: 60_000,
  })
  worker.start()
  return worker
}

test('a workstation that is told to come back later comes back later, and everything arrives', async () => {
  clinic.write(1)
  const running = begin()
  for (let pushes = 0; pushes < 6; pushes++) {
    clinic.write(1)
    running.nudge()
    await new Promise((done) => setTimeout(done, 150))
  }
  await vi.waitFor(() => expect(calls.some(({ status }) => status === 429)).toBe(true), { timeout: 20_000 })
  await vi.waitFor(() => expect(clinic.status()).toMatchObject({ waiting: 0, state: 'idle' }), {
    timeout: 60_000,
    interval: 100,
  })
  for (const [place, { at, status, retryAfter }] of calls.entries()) {
    if (status === 200) continue
    expect(retryAfter).toBeGreaterThan(0)
    const next = calls[place + 1]
    if (next) expect(next.at - at).toBeGreaterThanOrEqual((retryAfter as number) * 1000 - 50)
  }
  const journal = await connected(cloud.admin, (admin) => admin.query(`select from ${facility.schema}.journal`))
  expect(journal.rowCount).toBe(clinic.entries().length)
}, 90_000)

test('a workstation whose facility has no more room says so, keeps everything, and seldom asks again', async () => {
  const quota = (bytes: number) =>
    connected(cloud.admin, (admin) =>
      admin.query('update registry.facility set quota_bytes = $2 where id = $1', [facility.facility, bytes]),
    )
  await quota(1)
  clinic.write(3)
  const running = begin()
  await vi.waitFor(() => expect(running.status.state).toBe('backing-off'), { timeout: 20_000 })
  expect(running.status.error).toMatchObject({
    code: 'gateway-full',
    message: expect.stringContaining('Everything is saved here'),
  })
  expect(Date.parse(running.status.retryAt as string) - Date.now()).toBeGreaterThan(50 * 60_000)
  expect(clinic.status()).toMatchObject({ failed: 0, error: { code: 'gateway-full' } })
  await quota(1e9)
  // Somebody made room, and an admin asks for it now.
  running.now()
  await vi.waitFor(() => expect(clinic.status()).toMatchObject({ waiting: 0, state: 'idle' }), {
    timeout: 60_000,
    interval: 100,
  })
}, 90_000)
