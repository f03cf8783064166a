/**
 * With sync off no socket is opened, and the code that could open one is not loaded: a day's work on the command line,
 * watched from outside (strace, where there is one) and from inside (what Node loaded, which sockets it held).
 */
import { spawnSync } from 'node:child_process'
import { closeSync, existsSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Testimony } from './witness.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))
const witness = fileURLToPath(new URL('./witness.ts', import.meta.url))
const cli = join(root, 'electron/cli/main.ts')
const dir = mkdtempSync(join(tmpdir(), 'alcove-network-'))
const strace = spawnSync('strace', ['-f', '-e', 'trace=socket', 'true']).status === 0

const BUNDLE = {
  resourceType: 'Bundle',
  type: 'collection',
  entry: [
    {
      resource: {
        resourceType: 'Patient',
        id: 'p1',
        name: [{ family: 'Quietus', given: ['Nora'] }],
        gender: 'female',
        birthDate: '1980-02-03',
      },
    },
    {
      resource: {
        resourceType: 'Observation',
        id: 'o1',
        status: 'final',
        code: { coding: [{ system: 'http://loinc.org', code: '8867-4', display: 'Heart rate' }] },
        subject: { reference: 'Patient/p1' },
        effectiveDateTime: '2026-03-01T10:00:00Z',
        valueQuantity: { value: 72, unit: '/min', system: 'http://unitsofmeasure.org', code: '/min' },
      },
    },
  ],
}

interface Ran {
  status: number | null
  out: string
  errors: string
  testimony: Testimony[]
  /** `socket` and `connect` calls, as strace saw them. */
  trace: string
}

let runs = 0

/** Runs a program under watch. Its output goes to a file: for a pipe, Node itself would load its socket code. */
function watched(script: string, args: string[], traced: boolean): Ran {
  runs += 1
  const [out, report, trace] = ['out', 'report', 'trace'].map((name) => join(dir, `${name}-${runs}`)) as [
    string,
    string,
    string,
  ]
  const node = [process.execPath, '--import', witness, script, ...args]
  const line = traced ? ['strace', '-f', '-qq', '-e', 'trace=socket,connect', '-o', trace, ...node] : node
  const fd = openSync(out, 'w')
  const ran = spawnSync(line[0] as string, line.slice(1), {
    stdio: ['ignore', fd, fd],
    env: {
      PATH: process.env.PATH,
      HOME: dir,
      ALCOVE_PASSWORD: 'correct horse battery',
      ALCOVE_USER: 'admin',
      ALCOVE_WITNESS: report,
    },
  })
  closeSync(fd)
  const text = readFileSync(out, 'utf8')
  return {
    status: ran.status,
    out: text,
    errors: ran.status === 0 ? '' : text,
    testimony: existsSync(report)
      ? readFileSync(report, 'utf8')
          .trim()
          .split('\n')
          .map((each) => JSON.parse(each) as Testimony)
      : [],
    trace: existsSync(trace) ? readFileSync(trace, 'utf8') : '',
  }
}

/** The lines of a trace that are about the internet, in any of its versions. */
const inet = (trace: string) => trace.split('\n').filter((line) => /AF_INET|AF_PACKET|AF_NETLINK|sin6?_addr/.test(line))

/** A day's work: make a clinic, bring records in, find a patient, look at the chart, check everything, ask about sync. */
function day(data: string, traced: boolean): Ran[] {
  const bundle = join(dir, 'bundle.json')
  writeFileSync(bundle, JSON.stringify(BUNDLE))
  const alcove = (...args: string[]) => {
    const [command, ...rest] = args as [string, ...string[]]
    const ran = watched(cli, [...command.split(' '), '--data', data, '--json', ...rest], traced)
    expect(ran.errors, command).toBe('')
    return ran
  }
  const made = alcove('init', '--facility', 'Quiet Clinic', '--admin', 'admin', '--recovery-noted')
  const imported = alcove('import', bundle)
  const found = alcove('search', 'quietus')
  const [patient] = (JSON.parse(found.out) as { results: { id: string }[] }).results
  const shown = alcove('show', patient?.id ?? '')
  return [made, imported, found, shown, alcove('verify'), alcove('sync status')]
}

beforeAll(() => {
  if (!strace) console.warn('SKIPPED: no strace here (or it may not trace): sockets are watched from inside only')
})
afterAll(() => rmSync(dir, { recursive: true, force: true }))

describe('with sync off', () => {
  test('no code that could open a socket is loaded, and none is open', { timeout: 120_000 }, () => {
    for (const { testimony } of day(join(dir, 'inside'), false))
      expect(testimony).toEqual([{ pid: expect.any(Number), modules: [], sockets: 0 }])
  })

  test('no inet socket is opened, says the kernel', { timeout: 180_000 }, (context) => {
    context.skip(!strace, 'strace is not here, or may not trace; sockets are watched from inside only')
    for (const { trace } of day(join(dir, 'outside'), true)) expect(inet(trace)).toEqual([])
  })
})

describe('the watchers', () => {
  const loud = join(dir, 'loud.ts')
  beforeAll(() => {
    const transport = JSON.stringify(join(root, 'sync/worker/transport.ts'))
    writeFileSync(
      loud,
      `const { openTransport } = await import(${transport})
       const { createServer } = await import('node:net')
       const server = createServer((socket) => setTimeout(() => socket.destroy(), 100)).listen(0, '127.0.0.1', async () => {
         const transport = openTransport('https://127.0.0.1:' + server.address().port, 'ab'.repeat(32))
         await transport.ask({ method: 'GET', path: '/', limit: 10 }).catch(() => undefined)
         server.close()
       })`,
    )
  })

  test('would have seen a socket from inside', () => {
    const { testimony } = watched(loud, [], false)
    expect(testimony[0]?.modules).toEqual(
      expect.arrayContaining(['NativeModule net', 'NativeModule tls', 'NativeModule https']),
    )
    expect(testimony[0]?.sockets).toBeGreaterThan(0)
  })

  test('would have seen a socket from outside', (context) => {
    context.skip(!strace, 'strace is not here, or may not trace; sockets are watched from inside only')
    expect(inet(watched(loud, [], true).trace).length).toBeGreaterThan(1)
  })
})
