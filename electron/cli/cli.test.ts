import { createHash } from 'node:crypto'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { accessText } from '../../domain/access-log.ts'
import { openClinic, unwrap } from '../../engine/clinic.ts'
import { COMMANDS } from './commands.ts'
import { run } from './run.ts'
import type { Terminal } from './terminal.ts'

const PASSWORD = 'a long enough password'
let home = ''
let dir = ''

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'alcove-cli-'))
  dir = join(home, 'clinic')
  await writeFile(join(home, 'good.json'), JSON.stringify(bundle('Lakshmi')))
  await writeFile(join(home, 'broken.json'), JSON.stringify(bundle('Meera')).slice(0, -40))
  const { code } = await alcove(['init', '--facility', 'Sunrise', '--admin', 'asha', '--recovery-noted'])
  expect(code).toBe(0)
})
afterAll(() => rm(home, { recursive: true }))

test('a clinic is made, and its answer is one object with the two codes', async () => {
  const fresh = join(home, 'fresh')
  const { code, printed } = await alcove(
    ['init', '--data', fresh, '--facility', 'Neem', '--admin', 'asha', '--recovery-noted', '--json'],
    { dir: false },
  )
  expect(code).toBe(0)
  expect(printed).toHaveLength(1)
  const made = JSON.parse(printed[0] ?? '')
  expect(Object.keys(made)).toEqual(['facility', 'device', 'recoveryCodes'])
  expect(made.facility.name).toBe('Neem')
  expect(made.recoveryCodes).toHaveLength(2)
})

test('without --recovery-noted and nobody to ask, nothing is made and it says what to do', async () => {
  const fresh = join(home, 'unnoted')
  const { code, said } = await alcove(['init', '--data', fresh, '--facility', 'Neem', '--admin', 'asha'], {
    dir: false,
  })
  expect(code).toBe(1)
  expect(said.join()).toContain('--recovery-noted')
  await expect(readdir(fresh)).rejects.toThrow()
})

test('at a terminal the clinic is there only when a code was typed back', async () => {
  const fresh = join(home, 'typed')
  const args = ['init', '--data', fresh, '--facility', 'Neem', '--admin', 'asha']
  const refused = await alcove(args, { dir: false, answers: () => 'AAAA-BBBB' })
  expect(refused.code).toBe(1)
  expect(refused.said.at(-1)).toContain('was not made')
  const made = await alcove(args, {
    dir: false,
    answers: (said) => said.findLast((line) => /^ {2}\S/.test(line)) ?? '',
  })
  expect(made.code).toBe(0)
})

test('a short password, an existing clinic and a missing option are refused in a sentence', async () => {
  const fresh = join(home, 'short')
  const args = ['--facility', 'Neem', '--admin', 'asha', '--recovery-noted']
  const short = await alcove(['init', '--data', fresh, ...args], { dir: false, env: { ALCOVE_PASSWORD: 'short' } })
  expect(short).toMatchObject({ code: 1, said: [expect.stringContaining('12 characters')] })
  expect(await alcove(['init', ...args, '--json'])).toMatchObject({ code: 1, error: { code: 'clinic-exists' } })
  expect(await alcove(['init', '--admin', 'asha', '--recovery-noted'])).toMatchObject({
    code: 1,
    said: ['--facility NAME is missing.'],
  })
})

test('a wrong password and an unknown user get the same answer', async () => {
  const wrong = await alcove(['verify', '--json'], { env: { ALCOVE_PASSWORD: 'not the password' } })
  const unknown = await alcove(['verify', '--json', '--user', 'nobody'])
  expect(wrong).toMatchObject({ code: 1, error: { code: 'wrong-password' } })
  expect(unknown.error).toEqual(wrong.error)
})

test('records come in, are found, shown, checked, and go out again', async () => {
  const imported = await alcove(['import', join(home, 'good.json'), '--json'])
  expect(imported).toMatchObject({ code: 0, value: { patients: 1, failed: [], unchanged: 0 } })
  expect((await alcove(['import', join(home, 'good.json'), '--json'])).value).toMatchObject({ patients: 0 })
  const { value } = await alcove(['search', 'laxmi', '--json'])
  expect(Object.keys(value.results[0])).toEqual(['id', 'name', 'birthDate', 'sex', 'mrn'])
  const shown = await alcove(['show', value.results[0].id, '--json'])
  expect(shown.value).toMatchObject({ patient: { given: 'Lakshmi' }, records: { condition: [{}] } })
  expect((await alcove(['verify', '--json'])).value).toMatchObject({ ok: true, problems: [] })
  const out = join(home, 'out.json')
  expect((await alcove(['export', '--out', out, '--json'])).value.resources).toBeGreaterThan(1)
  expect(JSON.parse(await readFile(out, 'utf8'))).toMatchObject({ resourceType: 'Bundle', type: 'collection' })
})

test('a broken file changes nothing, says where, and does not keep a good one out', async () => {
  const alone = await alcove(['import', join(home, 'broken.json'), '--json'])
  expect(alone).toMatchObject({ code: 1, error: { code: 'import-broken' }, value: { patients: 0 } })
  expect(alone.value.failed[0]).toMatchObject({ where: expect.any(String), reason: expect.any(String) })
  const both = await alcove(['import', join(home, 'broken.json'), join(home, 'good.json'), '--json'])
  expect(both.code).toBe(1)
  expect(both.value.failed).toHaveLength(1)
  expect(both.value.unchanged).toBeGreaterThan(0)
  expect((await alcove(['search', 'meera', '--json'])).value.results).toEqual([])
})

test('sync is off, says so, and takes no code that is none', async () => {
  expect((await alcove(['sync', 'status', '--json'])).value).toMatchObject({ enabled: false, failed: 0, remote: null })
  expect(await alcove(['sync', 'now', '--json'])).toMatchObject({ code: 1, error: { code: 'sync-off' } })
  expect(await alcove(['sync', 'on', '--json'])).toMatchObject({ code: 1, error: { code: 'sync-off' } })
  expect(await alcove(['sync', 'enroll', 'ALC1-NONSENSE', '--json'])).toMatchObject({
    code: 1,
    error: { code: 'enrollment-code' },
  })
})

test('who came to the cloud is listed and taken along; a broken chain ends with 1', async () => {
  const own = join(home, 'cloud')
  await alcove(['init', '--data', own, '--facility', 'Neem', '--admin', 'asha', '--recovery-noted'], { dir: false })
  const none = await alcove(['sync', 'access', '--data', own], { dir: false })
  expect(none).toMatchObject({ code: 0, printed: [expect.stringContaining('not read yet')] })
  expect(await alcove(['sync', 'access', '--data', own, '--out', 'x.txt'], { dir: false })).toMatchObject({
    code: 1,
    said: ['Name a file that ends with .csv or .json.'],
  })

  const clinic = await openClinic({ dir: own, login: 'asha', password: PASSWORD })
  unwrap(await clinic.dispatch('sync.enroll', { code: 'ALC1-…' }))
  const remote = { url: 'https://10.0.0.7', pin: 'ab'.repeat(32), facility: 'f1', device: clinic.device, epoch: 'e' }
  await clinic.outbox.enrolled({ ...remote, secret: 's'.repeat(43), privateKey: 'key' })
  const { id = '' } = (await clinic.outbox.remote()) ?? {}
  const came = { at: '2026-11-21T08:00:00.000Z', device: clinic.device, act: 'push', rows: 3, address: '10.0.0.9' }
  const first = { ...came, seq: 1, outcome: 'ok', prev: '' }
  const row = { ...first, hash: createHash('sha256').update(accessText(first)).digest('hex') }
  await clinic.outbox.addAccess(id, { epoch: 'e', rows: [row], head: row })
  const file = join(home, 'visits.csv')
  await clinic.close()
  const held = await alcove(['sync', 'access', '--data', own, '--out', file], { dir: false })
  expect(held.printed[0]).toContain('The chain holds: 1 row since')
  expect(await readFile(file, 'utf8')).toContain(`1,${came.at},${clinic.device},push,3,10.0.0.9,ok,`)

  const again = await openClinic({ dir: own, login: 'asha', password: PASSWORD })
  await again.outbox.addAccess(id, { epoch: 'e', rows: [], head: { seq: 0, hash: '' } })
  await again.close()
  const broken = await alcove(['sync', 'access', '--data', own, '--json'], { dir: false })
  expect(broken).toMatchObject({ code: 1, value: { ok: false, rows: 1, breaks: [{ seq: 1, what: 'lost' }] } })
})

test('every command has help, and what is no command is answered in a sentence', async () => {
  for (const { name } of COMMANDS) {
    const { code, printed } = await alcove([...name.split(' '), '--help'])
    expect(code).toBe(0)
    expect(printed.join()).toContain(`alcove ${name}`)
  }
  expect((await alcove(['--help'], { dir: false })).code).toBe(0)
  for (const args of [[], ['serch'], ['sync'], ['search', '--unknown', 'x'], ['search'], ['search', 'a', 'b']]) {
    const { code, said, printed } = await alcove(args, { dir: false })
    expect(code).toBe(1)
    expect([...said, ...printed]).toHaveLength(1)
  }
})

interface Options {
  /** Adds `--data`, unless false. */
  dir?: false
  env?: NodeJS.ProcessEnv
  /** Somebody at the terminal, who has read what was said. */
  answers?: (said: string[]) => string
}

interface Outcome {
  code: number
  printed: string[]
  said: string[]
  // biome-ignore lint/suspicious/noExplicitAny: what a script sees is whatever was printed
  value: any
  error: { code: string; message: string } | undefined
}

async function alcove(args: string[], options: Options = {}): Promise<Outcome> {
  const printed: string[] = []
  const said: string[] = []
  const { answers } = options
  const terminal: Terminal = {
    interactive: answers !== undefined,
    say: (text) => void said.push(text),
    ask: async () => answers?.(said) ?? '',
    askHidden: async () => PASSWORD,
  }
  const code = await run([...args, ...(options.dir === false ? [] : ['--data', dir])], {
    commands: COMMANDS,
    env: { ALCOVE_USER: 'asha', ALCOVE_PASSWORD: PASSWORD, ...options.env },
    terminal,
    print: (text) => void printed.push(text),
  })
  const value = args.includes('--json') ? JSON.parse(printed.join('\n')) : undefined
  return { code, printed, said, value, error: value?.error }
}

function bundle(given: string): object {
  return {
    resourceType: 'Bundle',
    type: 'collection',
    entry: [
      {
        fullUrl: `urn:uuid:${crypto.randomUUID()}`,
        resource: {
          resourceType: 'Patient',
          id: `patient-${given}`,
          name: [{ family: 'Sample', given: [given] }],
          gender: 'female',
          birthDate: '1980-02-03',
        },
      },
      {
        resource: {
          resourceType: 'Condition',
          id: `condition-${given}`,
          subject: { reference: `Patient/patient-${given}` },
          code: { text: 'Cough' },
        },
      },
    ],
  }
}

test('verify ends with 1 where something is wrong, and says what in the same object', async () => {
  const tampered = join(home, 'tampered')
  const made = ['init', '--data', tampered, '--facility', 'Neem', '--admin', 'asha', '--recovery-noted']
  await alcove(made, { dir: false })
  const clinic = await openClinic({ dir: tampered, login: 'asha', password: PASSWORD })
  clinic.engine.context?.db.run(`update user set name = 'Somebody'`)
  await clinic.close()
  const { code, printed } = await alcove(['verify', '--data', tampered, '--json'], { dir: false })
  expect(code).toBe(1)
  expect(printed.map((line) => JSON.parse(line))).toMatchObject([{ ok: false, problems: [expect.any(String)] }])
})
