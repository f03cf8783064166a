/** The commands as scripts use them: real processes, real exit codes, JSON and nothing else. */
import { execFile, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { decodeEnrollmentCode } from '../protocol/enrollment-code.ts'
import { Workstation } from './client/workstation.ts'
import { connected, testCluster } from './testing/postgres.ts'
import { tlsIdentity } from './tls.ts'

const MAIN = join(import.meta.dirname, 'main.ts')
const folder = mkdtempSync(join(tmpdir(), 'alcove-commands-'))
const data = join(folder, 'below', 'cloud')
afterAll(() => rmSync(folder, { recursive: true, force: true }))

interface Outcome {
  code: number
  out: string
  err: string
}

function cloud(args: string[], environment: NodeJS.ProcessEnv = {}): Promise<Outcome> {
  return new Promise((done) => {
    const options = { env: { ...process.env, ...environment }, cwd: folder }
    execFile(process.execPath, [MAIN, ...args], options, (error, out, err) =>
      done({ code: typeof error?.code === 'number' ? error.code : error ? -1 : 0, out, err }),
    )
  })
}

/** `start`, once it has said where it is; `stop` ends it and gives back how it went. */
function started(args: string[]) {
  const child = spawn(process.execPath, [MAIN, 'start', ...args], { stdio: ['ignore', 'pipe', 'pipe'] })
  const ended = new Promise<number | null>((done) => child.once('exit', done))
  const ready = new Promise<{ url: string; pin: string }>((done, fail) => {
    let out = ''
    child.stdout.on('data', (chunk) => {
      out += chunk
      if (out.includes('\n')) done(JSON.parse(out))
    })
    void ended.then((code) => fail(new Error(`ended with ${code}`)))
  })
  let said = ''
  child.stderr.on('data', (chunk) => {
    said += chunk
  })
  return {
    ready,
    said: () => said,
    stop: (signal: NodeJS.Signals = 'SIGTERM') => {
      child.kill(signal)
      return ended
    },
  }
}

test('a facility from nothing: made, listed, started, enrolled, pushed to, stopped, and still there', async () => {
  const made = await cloud(['facility', 'create', 'Sunrise “A&B” Clinic', '--data', data, '--json'])
  expect(made).toMatchObject({ code: 0, err: '' })
  const facility = JSON.parse(made.out)
  expect(Object.keys(facility).sort()).toEqual(['enrollmentCode', 'facility', 'recoveryCode', 'role', 'schema'])
  expect(facility.role).toMatch(/^t_[0-9a-f]{32}$/)

  const gateway = started(['--data', data, '--port', '0', '--json'])
  const { url, pin } = await gateway.ready
  const second = JSON.parse((await cloud(['facility', 'create', 'Second', '--data', data, '--json'])).out)
  const station = await Workstation.enrolled(second.enrollmentCode)
  expect(station.url).toBe(url)
  station.change('patient', 'x', { family: 'A' })
  expect((await station.push()).status).toBe(200)
  // The key is the one that codes made before the first start already named.
  const early = new Workstation({ url, pin })
  expect((await early.enroll(facility.enrollmentCode)).status).toBe(200)
  station.close()
  early.close()
  expect(await gateway.stop()).toBe(0)

  const listed = JSON.parse((await cloud(['facility', 'list', '--data', data, '--json'])).out)
  expect(listed.facilities.map((one: { name: string; devices: number }) => [one.name, one.devices])).toEqual([
    ['Sunrise “A&B” Clinic', 1],
    ['Second', 1],
  ])
  // Nothing of ours runs any more, and every file with a secret in it is its owner's alone.
  expect(readdirSync(join(data, 'postgres'))).not.toContain('postmaster.pid')
  for (const file of [
    'admin.json',
    'gateway/gateway.json',
    'gateway/watchdog.json',
    'gateway/home.json',
    'gateway/tls.json',
    'postgres.log',
  ])
    expect(statSync(join(data, file)).mode & 0o077).toBe(0)
  const secrets = JSON.parse(readFileSync(join(data, 'admin.json'), 'utf8'))
  expect(made.out + made.err).not.toContain(secrets.password)
}, 60_000)

test('a gateway that was killed leaves a PostgreSQL that the next one takes over and stops', async () => {
  const first = started(['--data', data, '--port', '0'])
  await first.ready
  await first.stop('SIGKILL')
  expect(readdirSync(join(data, 'postgres'))).toContain('postmaster.pid')
  const second = started(['--data', data, '--port', '0'])
  const { url } = await second.ready
  const taken = await cloud(['start', '--data', data, '--port', new URL(url).port, '--json'])
  expect([taken.code, JSON.parse(taken.out).error.code]).toEqual([1, 'port-in-use'])
  // The one that could not listen leaves the other its PostgreSQL.
  expect(readdirSync(join(data, 'postgres'))).toContain('postmaster.pid')
  await second.stop()
  expect(readdirSync(join(data, 'postgres'))).not.toContain('postmaster.pid')
}, 60_000)

test.skipIf(process.platform === 'win32')(
  'a gateway that npm started stops with npm, though a shell stands between them',
  async () => {
    const shell = spawn('sh', ['-c', `"${process.execPath}" "${MAIN}" start --data "${data}" --port 0 & wait`], {
      stdio: ['ignore', 'pipe', 'ignore'],
      env: { ...process.env, npm_lifecycle_event: 'cloud' },
    })
    await new Promise((ready) => shell.stdout.once('data', ready))
    // Closed only when the gateway, which holds the other end as well, has ended.
    const ended = new Promise((done) => shell.stdout.once('close', done))
    shell.kill('SIGTERM')
    await ended
    expect(readdirSync(join(data, 'postgres'))).not.toContain('postmaster.pid')
  },
  60_000,
)

test('several commands at once on a new folder all come to the same PostgreSQL', async () => {
  const fresh = join(folder, 'fresh')
  const all = await Promise.all(
    ['A', 'B', 'C'].map((name) => cloud(['facility', 'create', name, '--data', fresh, '--json'])),
  )
  expect(all.map((one) => one.code)).toEqual([0, 0, 0])
  const listed = JSON.parse((await cloud(['facility', 'list', '--data', fresh, '--json'])).out)
  expect(listed.facilities.map((one: { name: string }) => one.name).sort()).toEqual(['A', 'B', 'C'])
}, 60_000)

test('a server of one’s own, by its administrator’s login', async () => {
  const own = await testCluster()
  try {
    const { host, port, user, password, database } = own.admin
    const url = `postgres://${user}:${password}@${host}:${port}/${database}`
    const environment = { XDG_STATE_HOME: join(folder, 'state') }
    const made = await cloud(['facility', 'create', 'Own', '--database-url', url, '--json'], environment)
    expect(made.code).toBe(0)
    expect((await cloud(['facility', 'list', '--json'], { ...environment, ALCOVE_DATABASE_URL: url })).out).toContain(
      '"Own"',
    )
    const gateway = started(['--database-url', url, '--state', join(folder, 'state', 'alcove-cloud'), '--port', '0'])
    const { pin } = await gateway.ready
    const station = new Workstation({ url: (await gateway.ready).url, pin })
    expect((await station.enroll(JSON.parse(made.out).enrollmentCode)).status).toBe(200)
    station.close()
    expect(await gateway.stop('SIGINT')).toBe(0)
    const wrong = await cloud(['facility', 'list', '--database-url', url.replace(String(password), 'guess'), '--json'])
    expect([wrong.code, JSON.parse(wrong.out).error.code]).toEqual([1, 'postgres-refused'])
    expect(wrong.out + wrong.err).not.toContain('guess')
  } finally {
    await own.remove()
  }
}, 60_000)

test.each([
  [['facility', 'list'], 'bad-arguments'],
  [['facility', 'create', '--data', data], 'bad-arguments'],
  [['facility', 'create', ' ', '--data', data], 'bad-name'],
  [['facility', 'create', 'Second', '--data', data], 'facility-exists'],
  [['facility', 'create', 'a\u0007b', '--data', data], 'bad-name'],
  [['facility', 'create', 'a\u2028b', '--data', data], 'bad-name'],
  [['facility', 'create', 'a\u202eb', '--data', data], 'bad-name'],
  [['facility', 'create', '\u200b', '--data', data], 'bad-name'],
  [['facility', 'list', '--data', data, '--database-url', 'postgres://x'], 'bad-arguments'],
  [['facility', 'list', '--database-url', 'mysql://root:secret@x'], 'bad-arguments'],
  [['facility', 'list', '--database-url', 'postgres://root:secret@127.0.0.1:1/x'], 'postgres-unreachable'],
  [['start', '--data', data, '--port', 'x'], 'bad-arguments'],
  [['start', '--data', data, '--public-url', 'http://x'], 'bad-arguments'],
  [['start', '--nonsense'], 'bad-arguments'],
  [['nonsense'], 'bad-arguments'],
])(
  '%j fails with %s: one JSON object, or one sentence',
  async (args, code) => {
    const json = await cloud([...args, '--json'])
    expect([json.code, JSON.parse(json.out).error.code, json.err]).toEqual([1, code, ''])
    const prose = await cloud(args)
    expect([prose.code, prose.out, prose.err.trim().split('\n').length]).toEqual([1, '', 1])
    expect(json.out + prose.err).not.toContain('secret')
  },
  30_000,
)

test.each([[[]], [['--help']], [['start', '--help']], [['facility', '--help']], [['facility', 'create', '-h']]])(
  '%j says how it is used',
  async (args) => {
    const { code, out } = await cloud(args)
    expect(code).toBe(0)
    expect(out).toContain('npm run cloud --')
  },
)

test('two gateways on one folder: the one that stops first leaves the other its PostgreSQL', async () => {
  const shared = join(folder, 'shared')
  const first = started(['--data', shared, '--port', '0'])
  await first.ready
  const second = started(['--data', shared, '--port', '0'])
  const { url, pin } = await second.ready
  const made = await cloud(['facility', 'create', 'Shared', '--data', shared, '--json'])
  expect(await first.stop()).toBe(0)
  const station = new Workstation({ url, pin })
  expect((await station.enroll(JSON.parse(made.out).enrollmentCode)).status).toBe(200)
  station.close()
  expect(await second.stop()).toBe(0)
  expect(readdirSync(join(shared, 'postgres'))).not.toContain('postmaster.pid')
}, 60_000)

test('a file of the state folder that is damaged is named, and is not replaced', async () => {
  const attempts = [
    ['gateway/tls.json', ['null', '{}', '{"key":"x","certificate":"y"}']],
    ['gateway/gateway.json', ['null', '{}', '{"password":5}', '{"password":""}']],
    ['admin.json', ['', 'null', '{}']],
  ] as const
  for (const [file, damages] of attempts) {
    const path = join(data, file)
    const whole = readFileSync(path, 'utf8')
    for (const damage of damages) {
      writeFileSync(path, damage)
      const { code, out } = await cloud(['start', '--data', data, '--port', '0', '--json'])
      expect([file, damage, code, JSON.parse(out).error.code]).toEqual([file, damage, 1, 'state-damaged'])
      expect(readFileSync(path, 'utf8')).toBe(damage)
    }
    const { key } = JSON.parse(readFileSync(join(data, 'gateway/tls.json'), 'utf8'))
    if (file === 'gateway/tls.json') {
      const other = await tlsIdentity(join(folder, 'other'))
      writeFileSync(path, JSON.stringify({ key, certificate: other.certificate }))
      expect((await cloud(['start', '--data', data, '--port', '0', '--json'])).out).toContain('state-damaged')
    }
    writeFileSync(path, whole)
  }
  expect(readdirSync(join(data, 'postgres'))).not.toContain('postmaster.pid')
}, 60_000)

test.runIf(existsSync('/proc/self/comm'))(
  'after a power cut, a number in postmaster.pid that is somebody else’s by now does not matter',
  async () => {
    const lines = [process.pid, join(data, 'postgres'), 0, 1, '', '127.0.0.1', '']
    writeFileSync(join(data, 'postgres', 'postmaster.pid'), lines.join('\n'))
    expect(await cloud(['facility', 'list', '--data', data, '--json'])).toMatchObject({ code: 0 })
  },
  60_000,
)

test('codes name one key, whichever state folder was given; a gateway that has another says so', async () => {
  const fresh = join(folder, 'keys')
  const pins: string[] = []
  for (const state of ['one', 'two']) {
    const { out } = await cloud(['facility', 'create', state, '--data', fresh, '--state', join(fresh, state), '--json'])
    pins.push(decodeEnrollmentCode(JSON.parse(out).enrollmentCode).pin)
  }
  expect(pins[0]).toBe(pins[1])
  const right = started(['--data', fresh, '--state', join(fresh, 'one'), '--port', '0'])
  expect((await right.ready).pin.startsWith(pins[0] as string)).toBe(true)
  await right.stop()
  const third = ['--data', fresh, '--state', join(fresh, 'three'), '--port', '0']
  // The server's gateway has its login elsewhere: not locked out unless that is said.
  const refused = await cloud(['start', ...third, '--json'])
  expect([refused.code, JSON.parse(refused.out).error.code]).toEqual([1, 'other-state'])
  const wrong = started([...third, '--take-over'])
  await wrong.ready
  await wrong.stop()
  expect([right.said(), wrong.said().includes('another TLS key')]).toEqual(['', true])
}, 60_000)

test('a server where facilities are not apart is not served, and the reason is named', async () => {
  const open = await testCluster()
  try {
    const { host, port, user, password, database } = open.admin
    const environment = {
      ALCOVE_DATABASE_URL: `postgres://${user}:${password}@${host}:${port}/${database}`,
      XDG_STATE_HOME: join(folder, 'open'),
    }
    const made = JSON.parse((await cloud(['facility', 'create', 'Open', '--json'], environment)).out)
    await connected(open.admin, (admin) =>
      admin.query(`alter table ${made.schema}.journal no force row level security`),
    )
    const { code, out } = await cloud(['start', '--port', '0', '--json'], environment)
    const { error } = JSON.parse(out)
    expect([code, error.code]).toEqual([1, 'not-isolated'])
    expect(error.message).toContain(made.facility)
  } finally {
    await open.remove()
  }
})
