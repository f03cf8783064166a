/** `cloud migrate` as operators and scripts use it: real processes, real exit codes. */
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { progressLine } from '../migrate/progress.ts'
import type { Whose } from '../testing/fingerprint.ts'
import { emptyFacilities } from '../testing/fleet.ts'
import { forFile } from '../testing/for-file.ts'
import { connected, testCluster } from '../testing/postgres.ts'

const MAIN = join(import.meta.dirname, '..', 'main.ts')

const cluster = forFile(testCluster)

function started(...args: string[]) {
  const child = spawn(process.execPath, [MAIN, 'migrate', '--data', cluster.dir, ...args])
  let [out, err] = ['', '']
  child.stdout.on('data', (chunk) => {
    out += chunk
  })
  child.stderr.on('data', (chunk) => {
    err += chunk
  })
  const ended = new Promise<{ code: number | null; out: string; err: string }>((done) =>
    child.once('close', (code) => done({ code, out, err })),
  )
  return { child, ended }
}
const run = (...args: string[]) => started(...args).ended

test('brings the fleet along and says so, in one object for scripts', async () => {
  await emptyFacilities(cluster, 8, 1)
  const { code, out, err } = await run('--json', '--canaries', '2')
  expect({ code, err }).toEqual({ code: 0, err: '' })
  expect(JSON.parse(out)).toEqual({
    ok: true,
    version: 2,
    migrated: 8,
    left: 0,
    failed: [],
    seconds: expect.any(Number),
  })
  const again = await run()
  expect(again).toMatchObject({ code: 0, err: '' })
  expect(again.out).toContain('Every facility is at version 2.')
}, 30_000)

test('names what stays behind, in a sentence, and fails', async () => {
  const [odd] = (await emptyFacilities(cluster, 3, 1)) as [Whose]
  await connected(cluster.admin, (client) => client.query(`alter table ${odd.schema}.head add column stored text`))
  const canary = await run('--canary', odd.facility)
  expect(canary).toMatchObject({ code: 1, err: '' })
  expect(canary.out).toContain(
    `${odd.facility}  Empty ${odd.facility}: something of that name is there already (42701 in 002-stored)`,
  )
  expect(canary.out).toContain('the rest was left alone: 2 facilities')
  const all = await run('--json', '--canaries', '0')
  expect(all.code).toBe(1)
  expect(JSON.parse(all.out)).toMatchObject({
    ok: false,
    migrated: 2,
    failed: [{ facility: odd.facility, code: '42701' }],
  })
  await connected(cluster.admin, (client) => client.query(`alter table ${odd.schema}.head drop column stored`))
  expect((await run()).code).toBe(0)
}, 30_000)

test('Ctrl-C ends what is begun, and takes no more', async () => {
  const fleet = await emptyFacilities(cluster, 4, 1)
  await connected(cluster.admin, async (client) => {
    await client.query('begin')
    for (const { schema } of fleet) await client.query(`select from ${schema}.head for update`)
    const { child, ended } = started('--runners', '1', '--canaries', '0', '--json')
    const begun = async () =>
      (await client.query("select from registry.migration where state = 'running'")).rowCount !== 0
    while (!(await begun())) await sleep(50)
    child.kill('SIGINT')
    const { code, out } = await ended
    expect(code).toBe(1)
    expect(JSON.parse(out)).toMatchObject({ ok: false, stopped: 'asked', migrated: 0, left: 4, failed: [] })
    await client.query('rollback')
  })
  expect((await run()).code).toBe(0)
}, 30_000)

test.each([
  ['--to', '3'],
  ['--to', '0'],
  ['--canaries', 'all'],
  ['--canaries', '2', '--canary', 'x'],
  ['--runners', '0'],
  ['--nonsense'],
])('refuses %s %s before it begins', async (...args) => {
  const { code, out, err } = await run(...args, '--json')
  expect({ code, err }).toEqual({ code: 1, err: '' })
  expect(JSON.parse(out)).toEqual({ error: { code: 'bad-arguments', message: expect.stringMatching(/\.$/) } })
})

test('a canary that there is not', async () => {
  const { code, out } = await run('--canary', 'Nobody', '--json')
  expect(code).toBe(1)
  expect(JSON.parse(out).error.code).toBe('no-facility')
})

test('the line that somebody watches', () => {
  expect(progressLine({ waiting: 5, running: 0, done: 4, failed: 1 })).toBe(
    `${'█'.repeat(15)}${'░'.repeat(15)} 5 of 10, 1 failed`,
  )
  expect(progressLine({ waiting: 0, running: 0, done: 0, failed: 0 })).toContain('0 of 0')
})
