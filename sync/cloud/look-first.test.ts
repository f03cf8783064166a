/** What is looked at before anything is served, with two real servers. */
import { execFile } from 'node:child_process'
import { connect, createServer, type Server, type Socket } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { Workstation } from './client/workstation.ts'
import { keepLooking, refuseIfOpen } from './look-first.ts'
import { prepare } from './prepare.ts'
import { createFacility, type NewFacility } from './provision/create.ts'
import { FACILITY_VERSION } from './schema/steps.ts'
import { addServer } from './servers/add.ts'
import { loginVariable, serverNamed } from './servers/server.ts'
import { runServices } from './services.ts'
import { forFile } from './testing/for-file.ts'
import { connected } from './testing/postgres.ts'
import { giveLogin, twoServers, urlOf } from './testing/two-servers.ts'

/** Two servers, the second behind a wire that can be cut, with a facility each. */
const shared = forFile(async () => {
  const { cloud, second, remove } = await twoServers()
  const wire = new Wire(second.admin.port ?? 0)
  const admin = { ...second.admin, port: await wire.join() }
  giveLogin('second', { admin })
  await addServer(cloud, 'second', admin)
  const here = await cloud.facility('Here')
  const to = { server: await serverNamed(cloud, 'second') }
  const there = await createFacility(cloud, 'There', cloud.address, FACILITY_VERSION, to)
  return { cloud, second, wire, here, there, remove: async () => void (await Promise.all([wire.cut(), remove()])) }
})

class Wire {
  readonly #to: number
  #port = 0
  #server: Server | undefined
  readonly #sockets = new Set<Socket>()
  constructor(to: number) {
    this.#to = to
  }

  async join(): Promise<number> {
    const server = createServer((socket) => {
      const other = connect(this.#to, '127.0.0.1')
      for (const [one, another] of [[socket, other] as const, [other, socket] as const]) {
        this.#sockets.add(one)
        one.on('error', () => another.destroy())
        one.on('close', () => another.destroy())
        one.pipe(another)
      }
    })
    await new Promise<void>((done) => server.listen(this.#port, '127.0.0.1', done))
    this.#server = server
    this.#port = (server.address() as { port: number }).port
    return this.#port
  }

  async cut(): Promise<void> {
    const closed = new Promise((done) => this.#server?.close(done))
    for (const socket of this.#sockets) socket.destroy()
    await closed
  }
}

/** Something broken on the second server for a while. */
async function broken<T>({ schema }: NewFacility, work: () => Promise<T>): Promise<T> {
  const alter = (how: string) =>
    connected(shared.second.admin, (client) => client.query(`alter table ${schema}.journal ${how} row level security`))
  await alter('no force')
  try {
    return await work()
  } finally {
    await alter('force')
  }
}

test('where all is as it must be, everything may be served', async () => {
  expect(await refuseIfOpen(shared.cloud)).toEqual([])
})

test('a critical finding on any server keeps `start` from serving, and the server is named', async () => {
  const { cloud, there } = shared
  const args = ['start', '--database-url', urlOf(cloud.admin), '--state', cloud.state, '--port', '0', '--json']
  const { code, out } = await broken(there, () => command(args))
  const { error } = JSON.parse(out)
  expect([code, error.code]).toEqual([1, 'not-isolated'])
  expect(error.message).toContain('on the server "second"')
  expect(error.message).toContain(there.facility)
})

test('a server that nobody may look at is said to be the reason, and what is needed', async () => {
  const variable = loginVariable('second')
  const refused = refuseIfOpen(shared.cloud, { ...process.env, [variable]: '' })
  await expect(refused).rejects.toMatchObject({ code: 'server-login' })
  await expect(refused).rejects.toThrow(new RegExp(`^Nothing is served.*${variable}`))
})

test('facilities of a server that does not answer wait until it was looked at, and nobody else does', async () => {
  const { cloud, wire, here, there } = shared
  await wire.cut()
  const closed = await refuseIfOpen(cloud)
  expect(closed).toEqual(['second'])
  const { tls, ...logins } = await prepare(cloud)
  const said: string[] = []
  const onFault = (what: string) => said.push(what)
  const services = await runServices({ tls, ...logins, host: '127.0.0.1', port: 0, closed }, onFault)
  const stop = keepLooking(cloud, closed, { onSeen: (id) => services.open(id), onFault, everyMs: 50 })
  const address = { url: `https://127.0.0.1:${services.port}`, pin: tls.pin }
  const [mine, theirs] = [new Workstation(address), new Workstation(address)]
  try {
    expect((await mine.enroll(here.enrollmentCode)).status).toBe(200)
    const enroll = () => theirs.enroll(there.enrollmentCode)
    expect(await enroll()).toMatchObject({ status: 503, body: { error: { code: 'busy' } } })
    expect(said.join()).toContain(
      'the server "second" is looked at before its facilities are served: it does not answer',
    )

    await broken(there, async () => {
      await wire.join()
      await until(() => said.join().includes(there.facility))
      // Reached by now, and not gone to.
      expect((await enroll()).status).toBe(503)
    })
    await until(async () => (await enroll()).status === 200)
    theirs.change('patient', 'x', { family: 'A' })
    expect((await theirs.push()).status).toBe(200)
  } finally {
    await stop()
    await services.stop()
    mine.close()
    theirs.close()
  }
}, 60_000)

test('a gateway that ends by itself comes back with the same servers closed', async () => {
  const { cloud } = shared
  const to = { server: await serverNamed(cloud, 'second') }
  const { enrollmentCode } = await createFacility(cloud, 'Another', cloud.address, FACILITY_VERSION, to)
  const { tls, ...logins } = await prepare(cloud)
  const settings = { tls, ...logins, host: '127.0.0.1', port: 0, closed: ['second'] }
  const services = await runServices(settings, () => {})
  const station = new Workstation({ url: `https://127.0.0.1:${services.port}`, pin: tls.pin })
  // Not there at all while it is started again.
  const enroll = () =>
    station.enroll(enrollmentCode).then(
      ({ status }) => status,
      () => 0,
    )
  try {
    expect(await enroll()).toBe(503)
    process.kill(services.pid as number, 'SIGKILL')
    await until(async () => (await enroll()) === 0)
    await until(async () => (await enroll()) !== 0)
    expect(await enroll()).toBe(503)
    services.open('second')
    await until(async () => (await enroll()) === 200)
  } finally {
    await services.stop()
    station.close()
  }
}, 60_000)

async function until(is: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await is())) await sleep(50)
}

function command(args: string[]): Promise<{ code: number; out: string }> {
  return new Promise((done) => {
    execFile(process.execPath, [join(import.meta.dirname, 'main.ts'), ...args], (error, out) =>
      done({ code: typeof error?.code === 'number' ? error.code : error ? -1 : 0, out }),
    )
  })
}
