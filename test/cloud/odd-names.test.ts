/** Facilities, workstations, servers and files that are named oddly on the command line: one JSON object, and nothing changed. */
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { pathToFileURL } from 'node:url'
import type pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { noteAddress } from '../../sync/cloud/address.ts'
import { Workstation } from '../../sync/cloud/client/workstation.ts'
import type { NewFacility } from '../../sync/cloud/provision/create.ts'
import { connected, type TestCloud, testCloud } from '../../sync/cloud/testing/postgres.ts'

const MAIN = join(import.meta.dirname, '../../sync/cloud/main.ts')
const folder = mkdtempSync(join(tmpdir(), 'alcove-odd-'))

let cloud: TestCloud
let facility: NewFacility
let url: string
const NAME = 'Clinic'
beforeAll(async () => {
  cloud = await testCloud()
  await noteAddress(cloud, cloud.address)
  facility = await cloud.facility(NAME)
  const station = await Workstation.enrolled(facility.enrollmentCode)
  station.change('patient', 'p', { family: 'A' })
  expect((await station.push()).status).toBe(200)
  station.close()
  const { host, port, user, password, database } = cloud.admin
  url = `postgres://${user}:${password}@${host}:${port}/${database}`
  startRunner()
})
afterAll(async () => {
  runner?.stdin?.end()
  await cloud?.remove()
  rmSync(folder, { recursive: true, force: true })
})

interface Said {
  code: number
  out: string
  err: string
}

/**
 * The commands, one after the other in one process: what they do takes a moment, and starting a program for each takes most of
 * a second. This also lets names through that a command line cannot hold.
 */
const RUNNER = `
  import { createInterface } from 'node:readline'
  import { setImmediate } from 'node:timers/promises'
  const answer = process.stdout.write.bind(process.stdout)
  const said = { out: '', err: '' }
  let spoken = () => {}
  for (const [stream, name] of [[process.stdout, 'out'], [process.stderr, 'err']])
    stream.write = (text) => { said[name] += text; spoken(); return true }
  let count = 0
  for await (const line of createInterface({ input: process.stdin })) {
    process.argv = [process.execPath, 'main.ts', ...JSON.parse(line)]
    process.exitCode = 0
    const done = new Promise((resolve) => { spoken = resolve })
    await import(process.env.MAIN + '?' + ++count)
    await done
    for (let rounds = 0; rounds < 5; rounds++) await setImmediate()
    answer(JSON.stringify({ code: process.exitCode, ...said }) + '\\n')
    said.out = said.err = ''
  }
  process.exitCode = 0`

let runner: ChildProcess
let answers: AsyncIterator<string>
function startRunner(): void {
  const env = {
    ...process.env,
    MAIN: pathToFileURL(MAIN).href,
    ALCOVE_RECOVERY_CODE: facility.recoveryCode,
    ALCOVE_DATABASE_URL: url,
    XDG_STATE_HOME: folder,
  }
  runner = spawn(process.execPath, ['--input-type=module', '-e', RUNNER], {
    env,
    cwd: folder,
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  answers = createInterface({ input: runner.stdout as NodeJS.ReadableStream })[Symbol.asyncIterator]()
}

async function run(args: readonly string[]): Promise<Said> {
  runner.stdin?.write(`${JSON.stringify([...args, '--json'])}\n`)
  const { value, done } = await answers.next()
  if (done) throw new Error(`the runner ended at ${JSON.stringify(args).slice(0, 200)}`)
  return JSON.parse(value)
}

/** Everything that a command could have changed, but for the passage of time. */
function state(): Promise<unknown> {
  const texts = [
    'select * from registry.facility order by id',
    'select * from registry.device order by id',
    'select * from registry.enrollment order by id',
    'select * from registry.server order by id',
    'select * from registry.spare order by schema',
    'select * from registry.migration order by facility',
    'select * from registry.setting order by key',
    'select rolname, rolpassword, rolcanlogin, rolconnlimit from pg_authid order by rolname',
    'select nspname, nspacl from pg_namespace order by nspname',
    // That an operator looked is on record, also when what was seen could be written nowhere.
    `select * from ${facility.schema}.access_log where act <> 'operator-inspect' order by seq`,
    `select * from ${facility.schema}.journal order by seq`,
  ]
  return connected(cloud.admin, async (client: pg.Client) => {
    const all: unknown[] = [readdirSync(folder).sort()]
    for (const text of texts) all.push((await client.query(text)).rows)
    return JSON.parse(JSON.stringify(all))
  })
}

const EACH = 5

/** What names nobody, and looks as if it did, or as if it were something else. */
const odd = (): string[] => [
  '',
  ' ',
  '.',
  '../../etc/passwd',
  'a/b\\c',
  `"${NAME}"`,
  `'; drop schema registry cascade; --`,
  '$1',
  'a\0b',
  '\ud800',
  '%00',
  'С' + 'linic', // С is Cyrillic
  'Ｃlinic',
  'Cli\u200bnic',
  'clinic',
  'Cl\u0131nic',
  'a\nb',
  '\u202eClinic',
  'x'.repeat(10_000),
  '😀'.repeat(2500),
  '__proto__',
  'constructor',
  'toString',
  '{}',
  'null',
  facility.facility.toUpperCase(),
  `${facility.facility}0`,
  facility.facility.slice(0, -1),
  facility.role,
  facility.schema,
]

/** How an operator would go on to name a facility, for every command that takes one. */
const COMMANDS: readonly (readonly [string, (name: string) => string[]])[] = [
  ['facility devices', (name) => [name]],
  ['facility suspend', (name) => [name]],
  ['facility resume', (name) => [name]],
  ['facility rotate', (name) => [name]],
  ['facility revoke', (name) => [name, '0123456789abcdef']],
  ['facility invite', (name) => [name]],
  ['facility reenroll', (name) => [name]],
  ['facility export', (name) => [name, '--out', 'odd.age']],
  ['facility restore', (name) => [name, 'odd.age']],
  ['facility repair', (name) => [name]],
  ['facility move', (name) => [name, '--to', 'second']],
  ['facility move', (name) => [name, '--drop']],
  ['facility remove', (name) => [name, '--out', 'odd.age', '--yes']],
  ['incident freeze', (name) => [name]],
  ['incident thaw', (name) => [name]],
  ['incident access', (name) => [name, '--since', '1h']],
  ['incident notify-draft', (name) => [name]],
  ['incident freeze --all --except', (name) => [name]],
  ['migrate --canary', (name) => [name]],
]

function expectRefused(args: readonly string[], { code, out, err }: Said, codes: readonly string[]): void {
  const what = JSON.stringify(args).slice(0, 200)
  expect([what, code, err]).toEqual([what, 1, ''])
  const lines = out.split('\n')
  expect([what, lines.length, lines[1]]).toEqual([what, 2, ''])
  const { error, ...rest } = JSON.parse(out)
  expect([what, rest, Object.keys(error).sort()]).toEqual([what, {}, ['code', 'message']])
  expect([what, codes]).toEqual([what, expect.arrayContaining([error.code])])
  expect([what, error.message]).toEqual([what, expect.stringMatching(/^[A-Z"“].*[.?]$/s)])
  expect(error.message.length).toBeLessThan(400)
  expect(error.message).not.toContain(cloud.admin.password)
}

test('a facility that is none: every command says so, and changes nothing', async () => {
  const before = await state()
  const names = odd()
  // Each command with some of them; over all commands every one comes by several times.
  for (const [place, [command, rest]] of COMMANDS.entries())
    for (let turn = 0; turn < EACH; turn++) {
      const name = names[(place * EACH + turn) % names.length] as string
      const args = [...command.split(' '), ...rest(name)]
      expectRefused(args, await run(args), ['no-facility', 'bad-arguments'])
    }
  expect(await state()).toEqual(before)
})

test('names that begin like an option, or end what is said', async () => {
  const before = await state()
  for (const name of ['-', '--', '-x', '--json', '--all', '--out', '--__proto__', '--constructor=x'])
    for (const command of ['facility suspend', 'facility rotate', 'incident thaw']) {
      const args = [...command.split(' '), name]
      expectRefused(args, await run(args), ['no-facility', 'bad-arguments'])
    }
  expect(await state()).toEqual(before)
})

test('a workstation that is none', async () => {
  const before = await state()
  for (const device of odd()) {
    const args = ['facility', 'revoke', facility.facility, device]
    expectRefused(args, await run(args), ['no-device'])
  }
  const args = ['facility', 'revoke', facility.facility, '0123456789abcdef']
  expectRefused(args, await run(args), ['no-device'])
  expect(await state()).toEqual(before)
})

test('a server that is none', async () => {
  const before = await state()
  const codes = ['bad-server-id', 'no-server', 'bad-arguments', 'server-login']
  for (const id of [...odd(), 'second', 'Home', 'hom\u0435'])
    for (const args of [
      ['facility', 'create', 'Another', '--server', id],
      ['facility', 'move', facility.facility, '--to', id],
      ['server', 'add', id],
    ])
      expectRefused(args, await run(args), codes)
  expect(await state()).toEqual(before)
})

test('a name that cannot be given to a facility', async () => {
  const before = await state()
  const { facility: id } = facility
  for (const name of [
    '',
    ' ',
    '\u200b',
    '...',
    '\0',
    'a\0b',
    'a\nb',
    'a\tb',
    '\u202eb',
    'x'.repeat(201),
    '\ud800x',
    id,
    ` ${id.toUpperCase()} `,
  ]) {
    const args = ['facility', 'create', name]
    expectRefused(args, await run(args), ['bad-name'])
  }
  for (const name of [NAME, ` ${NAME} `]) {
    const args = ['facility', 'create', name]
    expectRefused(args, await run(args), ['facility-exists'])
  }
  expect(await state()).toEqual(before)
})

test('a file that cannot be written, or is no archive', async () => {
  writeFileSync(join(folder, 'taken'), 'x')
  writeFileSync(join(folder, 'not-an-archive'), 'age-encryption.org/v1\n-> X25519 x\n')
  const before = await state()
  const { facility: id } = facility
  for (const file of [
    '',
    '.',
    folder,
    'taken',
    'no/such/folder/x',
    'a\0b',
    'x'.repeat(10_000),
    '/dev/full',
    '/proc/x',
    'taken/x',
  ])
    for (const args of [
      ['facility', 'export', id, '--out', file],
      ['facility', 'remove', id, '--yes', '--out', file],
      ['incident', 'access', id, '--since', '1h', '--out', file],
    ])
      expectRefused(args, await run(args), [
        'out-exists',
        'out-unwritable',
        'bad-arguments',
        'file-exists',
        'no-folder',
      ])
  for (const file of ['', '.', 'none', 'taken', 'not-an-archive', 'a\0b', 'x'.repeat(10_000), '/dev/null', 'taken/x']) {
    const args = ['facility', 'restore', id, file]
    expectRefused(args, await run(args), ['no-archive', 'archive-damaged', 'archive-key', 'not-an-archive'])
  }
  expect(await state()).toEqual(before)
})
