/** What a command says when its PostgreSQL is silent, has no connection to spare, or is lost in the middle. */
import { execFile } from 'node:child_process'
import { createServer, type Socket } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { asProvisioner, programLogin } from './cluster.ts'
import { connected, type TestCluster, testCluster } from './testing/postgres.ts'
import { urlOf } from './testing/two-servers.ts'

let cluster: TestCluster
beforeAll(async () => {
  cluster = await testCluster()
})
afterAll(() => cluster?.remove())

test('a server that takes the connection and says nothing is given up, not waited for', async () => {
  const sockets: Socket[] = []
  const silent = createServer((socket) => void sockets.push(socket))
  await new Promise<void>((done) => silent.listen(0, '127.0.0.1', done))
  const { port } = silent.address() as { port: number }
  const given = programLogin({ ...cluster, admin: { ...cluster.admin, port } }, 'gateway')
  await expect(Promise.race([given, sleep(30_000)])).rejects.toMatchObject({ code: 'postgres-unreachable' })
  for (const socket of sockets) socket.destroy()
  silent.close()
})

test('a server without a connection to spare is not taken for one that is not there', async () => {
  const login = await programLogin(cluster, 'gateway')
  await connected(cluster.admin, (client) => client.query('alter role alcove_gateway connection limit 0'))
  await expect(programLogin(cluster, 'gateway')).rejects.toMatchObject({ code: 'postgres-busy' })
  await connected(cluster.admin, (client) => client.query('alter role alcove_gateway connection limit 32'))
  expect(await programLogin(cluster, 'gateway')).toEqual(login)
})

test('a connection that is lost in the middle is told as that, with what to do', async () => {
  const args = [
    'facility',
    'create',
    'Lost',
    '--database-url',
    urlOf(cluster.admin),
    '--state',
    cluster.state,
    '--json',
  ]
  const said = await asProvisioner(cluster, async () => {
    const ended = new Promise<string>((done) =>
      execFile(process.execPath, [join(import.meta.dirname, 'main.ts'), ...args], (_, out) => done(out)),
    )
    await connected(cluster.admin, async (client) => {
      const end = "select pg_terminate_backend(pid) from pg_stat_activity where wait_event = 'advisory'"
      while (!(await client.query(end)).rowCount) await sleep(20)
    })
    return ended
  })
  expect(JSON.parse(said).error).toMatchObject({ code: 'postgres-lost', message: expect.stringContaining('again') })
})
