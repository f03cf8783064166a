/** Cloud sync through the screen, against a real gateway on a real PostgreSQL: off, enrolled, on, off again. */
import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { promisify } from 'node:util'
import { register } from './ask.ts'
import { expect, LOGIN, PASSWORD, test } from './fixtures.ts'
import { look } from './look.ts'
import { signIn } from './signed-in.ts'

const CLOUD = join(import.meta.dirname, '../../sync/cloud/main.ts')
const run = promisify(execFile)

let dir = ''
let gateway: ChildProcess | undefined

test.beforeAll(async () => {
  test.setTimeout(120_000)
  dir = await mkdtemp(join(tmpdir(), 'alcove-e2e-cloud-'))
  const started = spawn(process.execPath, [CLOUD, 'start', '--data', dir, '--port', '0', '--json'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  gateway = started
  // Ready when it has said where it is.
  for await (const line of createInterface({ input: started.stdout })) {
    if (line.includes('"url"')) break
  }
})

test.afterAll(async () => {
  const ended = gateway && new Promise((resolve) => gateway?.once('exit', resolve))
  gateway?.kill('SIGTERM')
  await ended
  await rm(dir, { recursive: true, force: true })
})

test('an admin reads what will leave, enrolls, sees the records arrive, and switches off again', async ({ launch }) => {
  test.setTimeout(120_000)
  const { stdout } = await run(process.execPath, [
    CLOUD,
    'facility',
    'create',
    'Sunrise Clinic',
    '--data',
    dir,
    '--json',
  ])
  const { enrollmentCode } = JSON.parse(stdout) as { enrollmentCode: string }

  const { page, app } = await launch({ clinic: true })
  await signIn(page, LOGIN, PASSWORD)
  await register(page, { family: 'Patel', given: 'Asha', sex: 'female', birthDate: '1970-01-12' })
  await page.keyboard.press('Alt+3')
  await page.getByRole('tab', { name: 'Cloud sync' }).click()
  await expect(page.getByRole('heading', { name: 'Cloud sync is off' })).toBeVisible()
  const before = app.processes.size
  await look(page, 'admin-sync-off')

  // Not before it has been read, and not with a code that is mistyped.
  const enroll = page.getByRole('button', { name: 'Enroll and switch on' })
  await page.getByLabel('Enrollment code').fill('ALC1-NOT-A-CODE')
  await expect(enroll).toBeDisabled()
  await page.getByRole('checkbox', { name: /I have read this/ }).check()
  await enroll.click()
  await expect(page.getByRole('alert')).toBeVisible()
  await expect(page.getByRole('heading', { name: 'Cloud sync is off' })).toBeVisible()

  await page.getByLabel('Enrollment code').fill(enrollmentCode)
  await page.keyboard.press('Control+Enter')
  await expect(page.getByRole('heading', { name: 'Cloud sync is on' })).toBeVisible({ timeout: 30_000 })
  await expect(page.getByText('Nothing waits')).toBeVisible({ timeout: 30_000 })
  await expect(page.getByRole('button', { name: /0 waiting · last synced/ })).toBeVisible()
  expect(app.processes.size).toBe(before + 1)
  await look(page, 'admin-sync-on')

  // What is recorded now goes too, and the status line says so.
  await register(page, { family: 'Khan', given: 'Imran', sex: 'male', birthDate: '1991-07-30' })
  await page.getByRole('button', { name: 'Sync now' }).click()
  await expect(page.getByRole('button', { name: /0 waiting · last synced/ })).toBeVisible({ timeout: 30_000 })

  await page.getByRole('button', { name: 'Switch off' }).click()
  await expect(page.getByRole('heading', { name: 'Cloud sync is off' })).toBeVisible()
  await expect(page.getByText(/continues where it stopped/)).toBeVisible()
  // Off means that nothing is left running that could open a connection.
  await expect.poll(() => app.processes.size).toBe(before)
})
