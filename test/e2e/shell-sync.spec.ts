import { type TestCloud, testCloud } from '../../sync/cloud/testing/postgres.ts'
import { inetSockets } from '../inet-sockets.ts'
import { expect, test } from './fixtures.ts'
import { ask, signIn } from './shell-asks.ts'

/** The worker's process, from an admin's act until it is switched off: with a real gateway and a real PostgreSQL. */

let cloud: TestCloud
test.beforeAll(async () => {
  test.setTimeout(120_000)
  cloud = await testCloud()
})
test.afterAll(() => cloud.remove())

test('the worker is there from enrollment until sync is off, and holds the only socket', async ({ launch }) => {
  test.skip(test.info().project.name !== 'stand-in', 'Reads the app’s processes, which only the stand-in lists.')
  const { enrollmentCode } = await cloud.facility('Sunrise Clinic')
  const { page, app, dir } = await launch({ clinic: true })
  const worker = () => [...app.processes].find(([, name]) => name === 'Alcove sync')?.[0]
  await signIn(page)
  expect(worker()).toBeUndefined()

  expect(await ask(page, 'sync.enroll', { code: 'ALC1-NONSENSE' })).toMatchObject({
    error: { code: 'enrollment-code' },
  })
  await expect.poll(worker).toBeUndefined()

  expect(await ask(page, 'sync.enroll', { code: enrollmentCode })).toMatchObject({ value: { enabled: true } })
  expect(worker()).toBeDefined()
  await expect
    .poll(async () => await ask(page, 'sync.status', {}), { timeout: 20_000 })
    .toMatchObject({
      value: { waiting: 0, failed: 0, lastSynced: expect.any(String) },
    })
  const others = [app.pid, ...app.processes.keys()].filter((pid) => pid !== worker())
  if (process.platform === 'linux') expect(others.flatMap((pid) => inetSockets(pid) ?? [])).toEqual([])

  // What is written now goes by itself.
  await ask(page, 'patient.register', { family: 'Sample', given: 'Lakshmi', sex: 'female', birthDate: '1980-02-03' })
  await expect
    .poll(async () => await ask(page, 'sync.status', {}), { timeout: 40_000 })
    .toMatchObject({
      value: { waiting: 0 },
    })

  // A worker that dies is started again, and takes up where it was.
  const dead = worker() as number
  process.kill(dead, 'SIGKILL')
  await expect.poll(() => worker() !== undefined && worker() !== dead, { timeout: 20_000 }).toBe(true)
  await ask(page, 'patient.register', { family: 'Sample', given: 'Ravi', sex: 'male', birthDate: '1980-02-03' })
  await expect
    .poll(async () => await ask(page, 'sync.status', {}), { timeout: 40_000 })
    .toMatchObject({
      value: { waiting: 0, failed: 0 },
    })

  expect(await ask(page, 'sync.off', {})).toMatchObject({ value: { enabled: false } })
  expect(worker()).toBeUndefined()
  if (process.platform === 'linux')
    expect([app.pid, ...app.processes.keys()].flatMap((pid) => inetSockets(pid) ?? [])).toEqual([])

  // Switched on, it ends with the session and comes back with the next.
  expect(await ask(page, 'sync.on', {})).toMatchObject({ value: { enabled: true } })
  await expect.poll(worker).toBeDefined()
  // Not waited for: the page that asks is gone before an answer could come.
  await page.evaluate(() => void window.alcove.invoke('shell.lock', {}))
  await page.waitForURL(/ended=lock/)
  expect(worker()).toBeUndefined()
  await signIn(page)
  await expect.poll(worker).toBeDefined()
  await app.close()
  expect(dir).toBeTruthy()
})
