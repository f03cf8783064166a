/** Floods of one facility, or of a stranger, at the gateway; beside each, a quiet facility that goes on as if nothing were. */
import { connect as connectTcp, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type Answer, Workstation } from '../client/workstation.ts'
import type { NewFacility } from '../provision/create.ts'
import { forFile } from '../testing/for-file.ts'
import { connected, loginOf, testCloud, testGateway } from '../testing/postgres.ts'
import { BOUNDS, type GatewayBounds } from './bounds.ts'
import type { Gateway } from './gateway.ts'

const cloud = forFile(testCloud)
let noisy: NewFacility
let quiet: NewFacility
let codes = 0
const closing: (() => unknown)[] = []

beforeEach(async () => {
  noisy = await cloud.facility(`Noisy ${++codes}`)
  quiet = await cloud.facility(`Quiet ${codes}`)
})
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

/** A gateway with other bounds than usual, in front of the same facilities. */
async function bounded(bounds: Partial<GatewayBounds>, faults: string[] = []): Promise<Gateway> {
  const { gateway } = await testGateway(cloud, { bounds, onFault: (what) => faults.push(what) })
  closing.push(() => gateway.close())
  return gateway
}

/** A workstation of a facility, which comes to that gateway. */
async function station(facility: NewFacility, gateway: { port: number } = cloud.gateway): Promise<Workstation> {
  const first = new Workstation({ url: `https://127.0.0.1:${gateway.port}`, pin: cloud.tls.pin })
  closing.push(() => first.close())
  const answer = await first.enroll(facility.enrollmentCode)
  if (answer.status !== 200) throw new Error(`not enrolled: ${JSON.stringify(answer.body)}`)
  return first
}

/** That the quiet one's pushes all go through meanwhile, and how long the slowest took. */
async function goesOn(one: Workstation, while_: () => boolean): Promise<number> {
  let slowest = 0
  do {
    one.change('patient', `p${one.entries.length}`, { family: 'B' })
    const began = performance.now()
    const answer = await one.push(one.entries.length)
    slowest = Math.max(slowest, performance.now() - began)
    expect(answer.status).toBe(200)
    // A clinic's pace, which no rate minds.
    await new Promise((done) => setTimeout(done, 40))
  } while (while_())
  return slowest
}

function tells(answers: Answer[]): void {
  for (const { status, headers, body } of answers) {
    if (status === 200) continue
    expect([429, 503]).toContain(status)
    expect(body.error.code).toBe('busy')
    expect(Number(headers['retry-after'])).toBeGreaterThan(0)
  }
}

test('a flood of tiny batches is answered in turn, refused beyond its bounds, and passes its neighbor by', async () => {
  const gateway = await bounded({ working: { ...BOUNDS.working, places: 2, each: 1, waitingEach: 4 } })
  const [flood, other] = [await station(noisy, gateway), await station(quiet, gateway)]
  flood.change('patient', 'p', { family: 'A' })
  let flooding = true
  const answers: Answer[] = []
  const hands = Array.from({ length: 12 }, async () => {
    while (flooding && answers.length < 300) answers.push(await flood.push())
  })
  const until = Date.now() + 2000
  const slowest = await goesOn(other, () => Date.now() < until)
  flooding = false
  await Promise.all(hands)
  tells(answers)
  const count = (status: number) => answers.filter((answer) => answer.status === status).length
  expect(count(200)).toBeGreaterThan(0)
  expect(count(429)).toBeGreaterThan(0)
  // One turn, not the twelve that were there before: on an idle machine some 30 ms.
  expect(slowest).toBeLessThan(1500)
}, 30_000)

test('calls beyond a rate are told when to come back, by device and by facility', async () => {
  const gateway = await bounded({ device: { burst: 3, perSecond: 0.5 } })
  const [flood, other] = [await station(noisy, gateway), await station(quiet, gateway)]
  const answers = []
  for (let i = 0; i < 6; i++) answers.push(await flood.hello())
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 429, 429, 429])
  tells(answers)
  expect((await other.hello()).status).toBe(200)
  const together = await bounded({ facility: { burst: 2, perSecond: 0.5 } })
  const third = new Workstation({ url: `https://127.0.0.1:${together.port}`, pin: cloud.tls.pin })
  closing.push(() => third.close())
  Object.assign(third, { facility: flood.facility, device: flood.device, secret: flood.secret })
  const statuses = []
  for (let i = 0; i < 3; i++) statuses.push((await third.hello()).status)
  expect(statuses).toEqual([200, 200, 429])
})

test('bodies that are being sent are counted before they are there, and each facility has its part', async () => {
  const gateway = await bounded({ bodies: { all: 3 << 20, each: 1 << 20 } })
  const [flood, other] = [await station(noisy, gateway), await station(quiet, gateway)]
  const authorization = `Alcove ${flood.facility}.${flood.device}.${flood.secret}`
  const begin = async () => {
    const socket = await tls(gateway.port)
    socket.write(
      `POST /v1/push HTTP/1.1\r\nhost: x\r\nauthorization: ${authorization}\r\ncontent-length: ${900 << 10}\r\n\r\n`,
    )
    return socket
  }
  const first = await begin()
  await new Promise((done) => setTimeout(done, 200))
  const second = await begin()
  expect(await heard(second)).toMatch(/^HTTP\/1.1 429 .*retry-after: \d+/s)
  expect(await goesOn(other, () => false)).toBeGreaterThan(0)
  first.destroy()
  // What was set aside for a body that never came is there again.
  flood.change('patient', 'p', { family: 'A' })
  await expect.poll(async () => (await flood.push()).status).toBe(200)
})

test('what is too large is refused by what it says of itself, before it is sent', async () => {
  const one = await station(noisy)
  const authorization = `Alcove ${one.facility}.${one.device}.${one.secret}`
  for (const [path, length] of [
    ['/v1/push', (4 << 20) + 1],
    ['/v1/hello', (16 << 10) + 1],
    ['/v1/enroll', (16 << 10) + 1],
  ] as const) {
    const socket = await tls(cloud.gateway.port)
    socket.write(
      `POST ${path} HTTP/1.1\r\nhost: x\r\nauthorization: ${authorization}\r\ncontent-length: ${length}\r\n\r\n`,
    )
    expect(await heard(socket)).toMatch(/^HTTP\/1.1 413 .*too-large/s)
  }
})

test('a flood of connections from one address ends at its bound; another address still comes in', async () => {
  const gateway = await bounded({ connections: { all: 200, each: 20, burst: 1000, perSecond: 1000 } })
  const other = await station(quiet, gateway)
  const sockets = await Promise.all(Array.from({ length: 60 }, () => tcp(gateway.port, '127.0.0.2')))
  await expect.poll(() => sockets.filter((socket) => !socket.destroyed).length).toBeLessThanOrEqual(20)
  expect(await goesOn(other, () => false)).toBeGreaterThan(0)
  for (const socket of sockets) socket.destroy()
  // Its places are free again.
  await expect
    .poll(async () => {
      const socket = await tcp(gateway.port, '127.0.0.2')
      await new Promise((done) => setTimeout(done, 50))
      return socket.destroyed
    })
    .toBe(false)
})

test('connections that come too fast are closed before TLS', async () => {
  const gateway = await bounded({ connections: { all: 200, each: 100, burst: 5, perSecond: 0.1 } })
  const sockets = await Promise.all(Array.from({ length: 12 }, () => tcp(gateway.port, '127.0.0.3')))
  await expect.poll(() => sockets.filter((socket) => !socket.destroyed).length).toBe(5)
  expect(await goesOn(await station(quiet, gateway), () => false)).toBeGreaterThan(0)
})

test('whoever sends a header a byte at a time, or none, is let go in seconds', async () => {
  const slow = [await tcp(cloud.gateway.port), await tls(cloud.gateway.port), await tls(cloud.gateway.port)]
  // Read, or their end would not be noticed.
  for (const socket of slow) socket.resume()
  const drip = setInterval(() => slow[2]?.write('x'), 500)
  closing.push(() => clearInterval(drip))
  slow[2]?.write('GET /v1/hello HTTP/1.1\r\nx: ')
  await goesOn(await station(quiet), () => false)
  await expect.poll(() => slow.every((socket) => socket.destroyed), { timeout: 25_000, interval: 200 }).toBe(true)
}, 40_000)

test('a password that PostgreSQL does not take any more is not called busy for ever: the operator is told what to do', async () => {
  const faults: string[] = []
  const gateway = await bounded({}, faults)
  const [one, other] = [await station(noisy, gateway), await station(quiet, gateway)]
  const login = await loginOf(cloud, noisy, one)
  const ended = (
    await connected(login, (client) => client.query("alter role current_user password 'of its own choice'"))
  ).command
  expect(ended).toBe('ALTER')
  // Connections that were open before stay so; what counts is the next one.
  await connected(cloud.admin, (admin) =>
    admin.query('select pg_terminate_backend(pid) from pg_stat_activity where usename = $1', [noisy.role]),
  )
  const first = await one.hello()
  expect([first.status, first.body.error.code]).toEqual([503, 'busy'])
  await expect.poll(async () => (await one.hello()).body.error.code, { timeout: 10_000, interval: 500 }).toBe('repair')
  expect(Number((await one.hello()).headers['retry-after'])).toBeGreaterThanOrEqual(900)
  expect(faults.join('\n')).toContain(`facility repair ${noisy.facility}`)
  expect((await other.hello()).status).toBe(200)
  await connected(cloud.admin, async (admin) => {
    const { rows } = await admin.query('select verifier from registry.facility where id = $1', [noisy.facility])
    await admin.query(`alter role ${noisy.role} password '${rows[0].verifier}'`)
  })
  expect((await one.hello()).status).toBe(200)
}, 20_000)

test.each([
  ['suspended', 403, 'suspended', false],
  ['frozen', 403, 'frozen', false],
  ['moving', 503, 'busy', true],
])('a facility that is %s is told so', async (state, status, code, comesBack) => {
  const one = await station(noisy)
  const set = (to: string) =>
    connected(cloud.admin, (admin) =>
      admin.query('update registry.facility set state = $2 where id = $1', [noisy.facility, to]),
    )
  await set(state)
  const { headers, body, ...answer } = await one.hello()
  expect([answer.status, body.error.code]).toEqual([status, code])
  expect(body.error.message).toMatch(/^(The operator|This facility).* Nothing was lost/)
  expect(Number(headers['retry-after']) > 0).toBe(comesBack)
  await set('active')
  expect((await one.hello()).status).toBe(200)
})

test('a facility at a version that is not served is told to come back', async () => {
  const one = await station(noisy)
  await connected(cloud.admin, (admin) =>
    admin.query('update registry.facility set version = 99 where id = $1', [noisy.facility]),
  )
  const answer = await one.hello()
  expect([answer.status, answer.body.error.code]).toEqual([503, 'busy'])
  expect(Number(answer.headers['retry-after'])).toBeGreaterThanOrEqual(60)
})

async function tcp(port: number, localAddress = '127.0.0.1'): Promise<Socket> {
  const socket = connectTcp({ port, host: '127.0.0.1', localAddress })
  return opened(socket, 'connect')
}

async function tls(port: number): Promise<Socket> {
  return opened(connectTls({ port, host: '127.0.0.1', rejectUnauthorized: false }), 'secureConnect')
}

async function opened(socket: Socket, event: string): Promise<Socket> {
  socket.on('error', () => {})
  // Read, or its end would not be noticed.
  if (event === 'connect') socket.resume()
  closing.push(() => socket.destroy())
  await new Promise((done) => socket.once(event, done).once('close', done))
  return socket
}

function heard(socket: Socket): Promise<string> {
  return new Promise((done) => {
    let text = ''
    socket.on('data', (chunk) => {
      text += chunk
      if (text.includes('}}')) done(text)
    })
    socket.on('close', () => done(text))
  })
}
