/**
 * A copy of everything that the gateway stores, and of what its processes were given, in the hands of somebody who tries
 * all of it as a key. With it the promise that the gateway's machine needs no administrator's login.
 */
import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { Workstation } from './client/workstation.ts'
import { serverOf } from './cluster.ts'
import { open } from './keys/box.ts'
import { createFacility, type NewFacility } from './provision/create.ts'
import { connected, loginOf, type TestCluster, testCluster } from './testing/postgres.ts'

const MAIN = join(import.meta.dirname, 'main.ts')
const CANARY = 'CANARY-in-the-gateways-environment'
const folder = mkdtempSync(join(tmpdir(), 'alcove-stolen-'))
const state = join(folder, 'state')
let own: TestCluster
let facility: NewFacility
let station: Workstation
let gateway: ChildProcess
let said = ''
let url: string
let metrics: string

beforeAll(async () => {
  own = await testCluster()
  const { host, port, user, password, database } = own.admin
  const address = `postgres://${user}:${password}@${host}:${port}/${database}`
  const setup = await run(['setup', '--state', state, '--public-url', 'https://alcove.example:7443', '--json'], {
    ALCOVE_DATABASE_URL: address,
  })
  const { pin } = JSON.parse(setup)
  // Only the folder from here on. The environment is the shell's of whoever starts it.
  gateway = spawn(process.execPath, [MAIN, 'start', '--state', state, '--port', '0', '--metrics-port', '0'], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...without(process.env, 'ALCOVE_DATABASE_URL'), PGPASSWORD: CANARY, SECRET: CANARY },
  })
  gateway.stderr?.on('data', (chunk) => {
    said += chunk
  })
  const line = await new Promise<string>((done, fail) => {
    gateway.stdout?.once('data', (chunk) => done(String(chunk)))
    gateway.once('exit', () => fail(new Error(`ended: ${said}`)))
  })
  ;({ url, metrics } = JSON.parse(line))
  facility = await createFacility({ ...own, state }, 'Stolen', { url, pin })
  station = await Workstation.enrolled(facility.enrollmentCode)
  station.change('patient', 'p', { family: 'A' })
  expect((await station.push()).status).toBe(200)
}, 60_000)

afterAll(async () => {
  station?.close()
  const ended = new Promise((done) => gateway?.once('exit', done))
  if (gateway?.kill()) await ended
  await own?.remove()
  rmSync(folder, { recursive: true, force: true })
})

function run(args: string[], env: NodeJS.ProcessEnv): Promise<string> {
  return new Promise((done, fail) =>
    execFile(process.execPath, [MAIN, ...args], { env: { ...process.env, ...env } }, (error, out, err) =>
      error ? fail(new Error(out + err)) : done(out),
    ),
  )
}

function without(env: NodeJS.ProcessEnv, name: string): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([key]) => key !== name))
}

/** The processes below one. */
function childrenOf(pid: number): number[] {
  return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(/\s+/).map(Number)
}

/** Every text of a value that might be a secret, however deep. */
function texts(value: unknown): string[] {
  if (typeof value === 'string') return [value, ...value.split(/[\s.:$,=/"{}]+/)]
  if (Buffer.isBuffer(value)) return [value.toString('base64url'), value.toString('hex'), value.toString('latin1')]
  if (typeof value === 'object' && value !== null) return Object.values(value).flatMap(texts)
  return []
}

test.runIf(process.platform === 'linux')(
  'a stolen copy of the gateway opens no facility',
  async () => {
    const loot = new Set<string>()
    const take = (value: unknown) => {
      for (const text of texts(value)) if (text.length >= 8 && text.length < 5000) loot.add(text)
    }
    // What the registry holds, whole, the parts that the gateway may not read included.
    const boxes = await connected(own.admin, async (admin) => {
      const tables = await admin.query("select tablename from pg_tables where schemaname = 'registry'")
      const wraps: { wrap: Buffer; holders: string[] }[] = []
      for (const { tablename } of tables.rows)
        for (const row of (await admin.query(`select * from registry.${tablename}`)).rows) {
          take(row)
          for (const wrap of [row.wrap, row.recovery_wrap])
            if (wrap) wraps.push({ wrap, holders: [`device ${row.id}`, `enrollment ${row.id}`, 'recovery'] })
        }
      return wraps
    })
    expect(boxes.length).toBeGreaterThanOrEqual(2)
    for (const file of readdirSync(state)) {
      const text = readFileSync(join(state, file), 'utf8')
      take(text)
      take(JSON.parse(text))
    }
    const pids = childrenOf(gateway.pid as number)
    expect(pids).toHaveLength(2)
    for (const pid of pids) {
      const [environment, arguments_] = ['environ', 'cmdline'].map((file) =>
        readFileSync(`/proc/${pid}/${file}`, 'latin1').split('\0'),
      ) as [string[], string[]]
      for (const word of [...environment, ...arguments_]) take(word)
      // The parent's environment, with whatever was in it, did not come along.
      expect(environment.join(' ')).not.toMatch(/CANARY|PG|ALCOVE|HOME/)
      // No login in either; what there is of one, is in the folder.
      for (const file of ['gateway.json', 'watchdog.json']) {
        const { password } = JSON.parse(readFileSync(join(state, file), 'utf8'))
        expect([...environment, ...arguments_].join(' ')).not.toContain(password)
      }
    }
    expect([...loot].join('\n')).not.toContain(String(own.admin.password))
    expect(loot.size).toBeGreaterThan(30)

    // As a password, for the facility's role and for those that could give themselves a way in.
    const { rows } = await connected(own.admin, (admin) =>
      admin.query("select rolname from pg_roles where rolcanlogin and rolname !~ '^alcove_(gateway|watchdog)$'"),
    )
    const roles = rows.map((row) => row.rolname as string)
    expect(roles).toEqual(expect.arrayContaining([facility.role, 'postgres']))
    const opened: string[] = []
    const tries = roles.flatMap((user) => [...loot].map((password) => ({ user, password })))
    for (let at = 0; at < tries.length; at += 16)
      await Promise.all(
        tries.slice(at, at + 16).map(async ({ user, password }) => {
          if (await logsIn({ ...serverOf(own.admin), user, password })) opened.push(`${user} with a text of the copy`)
        }),
      )
    expect(opened).toEqual([])

    // As the secret of a box, in every reading of it.
    const ids = { facility: facility.facility, role: facility.role }
    for (const { wrap, holders } of boxes)
      for (const text of loot)
        for (const secret of [Buffer.from(text), Buffer.from(text, 'base64url'), Buffer.from(text, 'hex')])
          for (const holder of holders) if (await open(wrap, secret, { ...ids, holder })) opened.push(holder)
    expect(opened).toEqual([])

    // The two logins in the folder are good, and see no record.
    for (const [user, file] of [
      ['alcove_gateway', 'gateway.json'],
      ['alcove_watchdog', 'watchdog.json'],
    ] as const) {
      const { password } = JSON.parse(readFileSync(join(state, file), 'utf8'))
      await connected({ ...serverOf(own.admin), user, password }, async (client) => {
        await expect(client.query(`select from ${facility.schema}.journal`)).rejects.toMatchObject({ code: '42501' })
        for (const role of [facility.role, 'fleet_owner', 'alcove_provisioner'])
          await expect(client.query(`set role ${role}`)).rejects.toMatchObject({ code: '42501' })
      })
    }
    // Whoever has the workstation's secret can: the copy lacks it, and nothing else.
    const login = await loginOf({ ...own, state }, facility, station)
    const count = await connected(login, (client) =>
      client.query(`select count(*)::int as n from ${facility.schema}.journal`),
    )
    expect(count.rows[0].n).toBe(1)
  },
  300_000,
)

async function logsIn(login: pg.ClientConfig): Promise<boolean> {
  const client = new pg.Client(login)
  client.on('error', () => {})
  try {
    await client.connect()
    return true
  } catch (error) {
    if (/^28/.test((error as { code?: string }).code ?? '')) return false
    throw error
  } finally {
    await client.end().catch(() => {})
  }
}

test('metrics are on a door of their own, by opaque id, and not on the one that workstations come to', async () => {
  const text = await (await fetch(metrics)).text()
  expect(text).toContain(`alcove_requests_total{facility="${facility.facility}",call="push",outcome="ok"} 1`)
  expect(text).toMatch(new RegExp(`alcove_entries_total\\{facility="${facility.facility}",call="push"\\} 1`))
  expect(text).not.toContain('Stolen')
  expect(text).not.toContain(station.device)
  expect((await station.send('GET', '/metrics')).status).toBe(404)
  expect((await fetch(metrics.replace('/metrics', '/'))).status).toBe(404)
})

test.runIf(process.platform === 'linux')(
  'a gateway whose process dies is there again, where it was',
  async () => {
    const [pid] = childrenOf(gateway.pid as number) as [number]
    process.kill(pid, 'SIGKILL')
    await expect
      .poll(async () => (await station.hello().catch(() => ({ status: 0 }))).status, { timeout: 15_000, interval: 200 })
      .toBe(200)
    expect(said).toContain('the gateway ended by itself')
    expect(childrenOf(gateway.pid as number)).not.toContain(pid)
  },
  20_000,
)
