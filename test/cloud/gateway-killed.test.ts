/** The gateway is killed in the middle of what it does, and is there again where workstations know it to be. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Answer, Workstation } from '../../sync/cloud/client/workstation.ts'
import { gatewayLogin, programLogin, serverOf } from '../../sync/cloud/cluster.ts'
import { openLocalPostgres } from '../../sync/cloud/postgres/local.ts'
import { createFacility } from '../../sync/cloud/provision/create.ts'
import { runServices, type Services } from '../../sync/cloud/services.ts'
import { forFile } from '../../sync/cloud/testing/for-file.ts'
import { connected, endServer, testCluster } from '../../sync/cloud/testing/postgres.ts'
import { tlsIdentity } from '../../sync/cloud/tls.ts'
import { expectWhole } from './whole.ts'

const MAIN = join(import.meta.dirname, '../../sync/cloud/main.ts')
const folder = mkdtempSync(join(tmpdir(), 'alcove-killed-'))

const cluster = forFile(testCluster)
let services: Services
let address: { url: string; pin: string }
const faults: string[] = []
beforeAll(async () => {
  const tls = await tlsIdentity(cluster.state)
  services = await runServices(
    {
      ...{ tls, host: '127.0.0.1', port: 0 },
      registry: await gatewayLogin(cluster),
      watchdog: await programLogin(cluster, 'watchdog'),
      server: serverOf(cluster.admin),
    },
    (what) => faults.push(what),
  )
  address = { url: `https://127.0.0.1:${services.port}`, pin: tls.pin }
})
afterAll(async () => {
  await services?.stop()
  endServer(join(folder, 'data'))
  rmSync(folder, { recursive: true, force: true })
})

const kill = () => process.kill(services.pid as number, 'SIGKILL')

/** An answer; undefined if the gateway died over it, or was not there. */
const tried = (call: Promise<Answer>): Promise<Answer | undefined> => call.catch(() => undefined)

async function untilTaken(station: Workstation, from = 1): Promise<void> {
  for (const until = Date.now() + 30_000; ; await sleep(50)) {
    if ((await tried(station.push(from)))?.status === 200) return
    if (Date.now() > until) throw new Error('the gateway did not come back')
  }
}

test('in the middle of a push, before it is committed: nothing of it is there, and then all of it', async () => {
  const facility = await createFacility(cluster, 'Before', address)
  const station = await Workstation.enrolled(facility.enrollmentCode)
  for (let count = 0; count < 300; count++) station.change('patient', `p${count}`, { family: 'A' })
  await connected(cluster.admin, async (holder) => {
    await holder.query(`begin; lock table ${facility.schema}.record in access exclusive mode`)
    const pushing = tried(station.push())
    for (let waiting = 0; waiting === 0; await sleep(10))
      waiting = (
        await holder.query("select from pg_stat_activity where usename = $1 and wait_event_type = 'Lock'", [
          facility.role,
        ])
      ).rowCount as number
    kill()
    expect(await pushing).toBeUndefined()
    await holder.query('rollback')
  })
  await untilTaken(station)
  await expectWhole(cluster, facility, station)
  expect(faults).toContain('the gateway ended by itself; it is started again')
  station.close()
})

test('at any moment, several times, under several workstations: every entry once, the access logs whole', async () => {
  const all = await Promise.all(
    ['One', 'Two', 'Three'].map(async (name) => {
      const facility = await createFacility(cluster, name, address)
      return { facility, station: await Workstation.enrolled(facility.enrollmentCode) }
    }),
  )
  let stopping = false
  const work = all.map(async ({ station }) => {
    while (!stopping) {
      const from = station.entries.length + 1
      for (let count = 0; count < 20; count++)
        station.change('patient', `p${station.entries.length}`, { family: 'A', note: 'x'.repeat(2000) })
      await untilTaken(station, from)
      await sleep(20)
    }
  })
  for (let times = 0; times < 2; times++) {
    await sleep(400 + 150 * times)
    const before = services.pid
    kill()
    while (services.pid === before) await sleep(20)
    await sleep(500)
  }
  stopping = true
  await Promise.all(work)
  for (const { facility, station } of all) {
    await expectWhole(cluster, facility, station)
    station.close()
  }
}, 60_000)

function start(args: string[]): { child: ChildProcess; said: Promise<string> } {
  const child = spawn(process.execPath, [MAIN, 'start', '--json', ...args], { stdio: ['ignore', 'pipe', 'ignore'] })
  const said = once(child.stdout as NodeJS.ReadableStream, 'data').then(([text]) => String(text))
  return { child, said }
}

/** The login to a folder's PostgreSQL, without keeping it up. */
async function adminOf(data: string) {
  const { admin, leave } = await openLocalPostgres(data)
  await leave()
  return admin
}

test('with everything that belongs to it: started again on the same port and folder, workstations go on', async () => {
  const data = join(folder, 'data')
  const first = start(['--data', data, '--port', '0'])
  const { url, pin } = JSON.parse(await first.said)
  const cloud = { admin: await adminOf(data), state: join(data, 'gateway') }
  const facility = await createFacility(cloud, 'Killed', { url, pin })
  const station = await Workstation.enrolled(facility.enrollmentCode)
  for (let count = 0; count < 20; count++) station.change('patient', `p${count}`, { family: 'A' })
  expect((await station.push(1, 10)).status).toBe(200)
  const pushing = tried(station.push(11))
  first.child.kill('SIGKILL')
  process.kill(Number(readFileSync(join(data, 'postgres', 'postmaster.pid'), 'utf8').split('\n')[0]), 'SIGQUIT')
  await once(first.child, 'exit')
  await pushing

  const port = new URL(url).port
  let second = start(['--data', data, '--port', port])
  // The gateway of before may be at its end only, and then it is said that the port is taken.
  for (let said = JSON.parse(await second.said); said.url === undefined; said = JSON.parse(await second.said)) {
    expect(said.error.code).toBe('port-in-use')
    await sleep(200)
    second = start(['--data', data, '--port', port])
  }
  await untilTaken(station, 11)
  cloud.admin = await adminOf(data)
  await expectWhole(cloud, facility, station)
  station.close()
  second.child.kill('SIGTERM')
  await once(second.child, 'exit')
}, 60_000)
