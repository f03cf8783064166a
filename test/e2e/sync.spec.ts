/** Cloud sync through the screen, against a real gateway on a real PostgreSQL: off, enrolled, on, off again. */
import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { promisify } from 'node:util'
import type { Client } from 'pg'
import { asAdmin } from '../../sync/cloud/cluster.ts'
import { noteOperatorAct } from '../../sync/cloud/operator-act.ts'
import { openWhere } from '../../sync/cloud/where.ts'
import { register } from './ask.ts'
import { expect, LOGIN, PASSWORD, test } from './fixtures.ts'
import { look, watchForTrouble } from './look.ts'
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

async function facility(name: string): Promise<{ enrollmentCode: string; schema: string }> {
  const { stdout } = await run(process.execPath, [CLOUD, 'facility', 'create', name, '--data', dir, '--json'])
  return JSON.parse(stdout)
}

/** Something that an administrator does in the gateway's database. */
async function inDatabase(work: (client: Client) => Promise<unknown>): Promise<void> {
  const where = await openWhere({ data: dir })
  await asAdmin(where.admin, work)
  await where.leave()
}

test('an admin reads what will leave, enrolls, sees the records arrive, and switches off again', async ({ launch }) => {
  test.setTimeout(120_000)
  const { enrollmentCode } = await facility('Sunrise Clinic')

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

test('an admin sees who came to the cloud copy, takes the list along, and is told when somebody was at it', async ({
  launch,
}) => {
  test.setTimeout(120_000)
  const { enrollmentCode, schema } = await facility('Hill Clinic')
  const { page, app, dir: data } = await launch({ clinic: true })
  const trouble = watchForTrouble(page)
  await signIn(page, LOGIN, PASSWORD)
  await register(page, { family: 'Patel', given: 'Asha', sex: 'female', birthDate: '1970-01-12' })
  await page.keyboard.press('Alt+3')
  await page.getByRole('tab', { name: 'Cloud sync' }).click()
  await expect(page.getByRole('heading', { name: 'Who came to the cloud copy' })).toHaveCount(0)
  await page.getByRole('checkbox', { name: /I have read this/ }).check()
  await page.getByLabel('Enrollment code').fill(enrollmentCode)
  await page.keyboard.press('Control+Enter')

  const section = page.getByRole('region', { name: 'Who came to the cloud copy' })
  const list = section.getByRole('listbox', { name: 'Who came to the cloud copy' })
  await expect(section.getByText(/^The chain holds: \d+ lines/)).toBeVisible({ timeout: 30_000 })
  await expect(
    list.getByRole('option', { name: /This workstation Sent changes \d+ changes 127\.0\.0\.1 Done/ }),
  ).toBeVisible()
  await expect(list.getByRole('option', { name: /This workstation Enrolled/ })).toBeVisible()
  await section.scrollIntoViewIfNeeded()

  // What the operator does is there as well.
  await inDatabase(async (client) => {
    await client.query('begin')
    await noteOperatorAct(client, { role: schema, schema }, { act: 'export', rows: 1207 })
    await noteOperatorAct(client, { role: schema, schema }, { act: 'revoke', device: '4f1c8a92d0e3b756' })
    await client.query('commit')
  })
  await page.getByRole('button', { name: 'Sync now' }).click()
  await expect(list.getByRole('option', { name: /Who runs the gateway Removed a workstation: 4f1c/ })).toBeVisible({
    timeout: 30_000,
  })

  // By key: the list takes the arrows; Enter shows only whose line it is.
  await list.focus()
  await page.keyboard.press('End')
  await page.keyboard.press('Enter')
  await expect(section.getByRole('combobox', { name: 'Who' })).toHaveValue('This workstation')
  await section.getByRole('checkbox', { name: 'Only what was refused' }).check()
  await expect(section.getByText('No line fits this filter.')).toBeVisible()
  await section.getByRole('button', { name: 'Show all' }).click()
  await expect(list.getByRole('option').first()).toBeVisible()
  await look(page, 'admin-cloud-visits')

  for (const [name, button] of [
    ['visits.csv', 'Export as a table (CSV)'],
    ['visits.json', 'Export as JSON'],
  ] as const) {
    const file = join(data, '..', name)
    app.dialogs.push(file)
    await section.getByRole('button', { name: button }).click()
    await expect(section.getByText(new RegExp(`lines were written to ${name}`))).toBeVisible()
    expect(await readFile(file, 'utf8')).toContain('127.0.0.1')
  }

  // Somebody with the server's administrator password puts another face on the last line.
  await inDatabase((client) =>
    client.query(`
      update ${schema}.access_log set address = '192.0.2.1', hash = repeat('0', 64)
        where seq = (select max(seq) from ${schema}.access_log);
      update ${schema}.head set access_hash = repeat('0', 64)`),
  )
  await page.getByRole('button', { name: 'Sync now' }).click()
  await expect(section.getByRole('alert')).toContainText('was tampered with', { timeout: 30_000 })
  await expect(section.getByRole('alert')).toContainText(/Line number \d+ is not what it was/)
  await section.scrollIntoViewIfNeeded()
  await look(page, 'admin-cloud-visits-broken')

  await page.getByRole('button', { name: 'Switch off' }).click()
  await expect(section.getByText(/^Cloud sync is off\. This is what was read until/)).toBeVisible()
  await expect(list.getByRole('option').first()).toBeVisible()

  await page.getByRole('button', { name: 'Settings' }).click()
  await page.getByRole('menuitemradio', { name: 'हिन्दी' }).click()
  const inHindi = page.getByRole('region', { name: 'क्लाउड प्रति तक कौन आया' })
  await expect(inHindi.getByRole('alert')).toBeVisible()
  await inHindi.scrollIntoViewIfNeeded()
  await look(page, 'hindi-cloud-visits')
  expect(trouble).toEqual([])
})
