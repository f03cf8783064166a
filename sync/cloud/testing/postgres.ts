/** A real PostgreSQL for a test file: made in a temporary folder, stopped and removed when the file is done. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { encodeEnrollmentCode, enrollmentId, newEnrollmentSecret } from '../../protocol/enrollment-code.ts'
import type { Workstation } from '../client/workstation.ts'
import { type Cluster, gatewayLogin, serverOf, setUpCluster } from '../cluster.ts'
import { type Gateway, type GatewayOptions, openGateway } from '../gateway/gateway.ts'
import { open } from '../keys/box.ts'
import { openLocalPostgres } from '../postgres/local.ts'
import { type Address, boxFor, createFacility, type NewFacility } from '../provision/create.ts'
import { type TlsIdentity, tlsIdentity } from '../tls.ts'

export interface TestCluster extends Cluster {
  dir: string
  /** Runs something as the administrator: what no one else may, such as breaking a barrier on purpose. */
  admin: pg.ClientConfig
  remove(): Promise<void>
}

/** A cluster, set up; without a registry it is one to be added to another's. */
export async function testCluster({ registry = true } = {}): Promise<TestCluster> {
  const dir = mkdtempSync(join(tmpdir(), 'alcove-cloud-'))
  const postgres = await openLocalPostgres(dir)
  // A run that is cut off must not leave a server behind.
  const atExit = () => endServer(dir)
  process.once('exit', atExit)
  const cluster = { admin: postgres.admin, state: join(dir, 'gateway'), dir }
  if (registry) await setUpCluster(cluster)
  return {
    ...cluster,
    remove: async () => {
      await postgres.stop()
      process.off('exit', atExit)
      rmSync(dir, { recursive: true, force: true })
    },
  }
}

/** Ends a cluster's server at once, as a power cut does. */
export function endServer(dir: string): void {
  try {
    process.kill(postmaster(dir), 'SIGQUIT')
  } catch {
    // It is gone already.
  }
}

/** The server's process. */
export function postmaster(dir: string): number {
  return Number(readFileSync(join(dir, 'postgres', 'postmaster.pid'), 'utf8').split('\n')[0])
}

export interface TestGateway {
  gateway: Gateway
  url: string
  tls: TlsIdentity
  /** What enrollment codes say of it. */
  address: Address
  /** What the gateway said of its own faults. */
  faults: string[]
}

export interface TestCloud extends TestCluster, TestGateway {
  facility(name: string): Promise<NewFacility>
}

/** For facilities that no workstation ever comes to. */
export const NOWHERE: Address = { url: 'https://127.0.0.1:1', pin: 'a'.repeat(64) }

/** A gateway in front of a cluster, at whatever port is free; `options` take the place of what it would have. */
export async function testGateway(cluster: Cluster, options: Partial<GatewayOptions> = {}): Promise<TestGateway> {
  const tls = await tlsIdentity(cluster.state)
  const faults: string[] = []
  const gateway = await openGateway({
    tls,
    host: '127.0.0.1',
    port: 0,
    registry: await gatewayLogin(cluster),
    server: serverOf(cluster.admin),
    onFault: (what) => faults.push(what),
    ...options,
  })
  const url = `https://127.0.0.1:${gateway.port}`
  return { gateway, url, tls, address: { url, pin: tls.pin }, faults }
}

/** A cluster with a gateway in front of it. */
export async function testCloud(): Promise<TestCloud> {
  const cluster = await testCluster()
  const front = await testGateway(cluster)
  return {
    ...cluster,
    ...front,
    facility: (name) => createFacility(cluster, name, front.address),
    remove: async () => {
      await front.gateway.close()
      await cluster.remove()
    },
  }
}

/** One connection, for the length of some work. */
export async function connected<T>(login: pg.ClientConfig, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client(login)
  client.on('error', () => {})
  await client.connect()
  try {
    return await work(client)
  } finally {
    await client.end().catch(() => {})
  }
}

/** One statement of the administrator's, in a connection of its own. */
export function sqlOn(cluster: Pick<Cluster, 'admin'>) {
  return (text: string, values: unknown[] = []) => connected(cluster.admin, (client) => client.query(text, values))
}

/** The SQLSTATE that a statement is refused with; `accepted` when it is not. */
export async function refusal(client: pg.Client, text: string, values: unknown[] = []): Promise<string> {
  try {
    await client.query(text, values)
    return 'accepted'
  } catch (error) {
    return (error as { code?: string }).code ?? String(error)
  }
}

/** A facility's login, by way of a workstation that is enrolled with it: what an attacker with one stolen device has. */
export async function loginOf(cluster: Cluster, facility: NewFacility, station: Workstation): Promise<pg.ClientConfig> {
  return connected(cluster.admin, async (client) => {
    const { rows } = await client.query('select wrap from registry.device where facility = $1 and id = $2', [
      facility.facility,
      station.device,
    ])
    const box = { facility: facility.facility, role: facility.role, holder: `device ${station.device}` }
    const password = await open(rows[0].wrap, Buffer.from(station.secret, 'base64url'), box)
    if (password === undefined) throw new Error('the box does not open')
    return { ...serverOf(cluster.admin), user: facility.role, password }
  })
}

/** Another code for a facility, made with a workstation's help, for a second workstation. */
export async function anotherCode(cloud: TestCloud, facility: NewFacility, station: Workstation): Promise<string> {
  const { password } = await loginOf(cloud, facility, station)
  const secret = newEnrollmentSecret()
  const id = enrollmentId(secret)
  const box = { facility: facility.facility, role: facility.role, holder: `enrollment ${id}` }
  const { boxKey, voucher, wrap } = await boxFor(Buffer.from(secret, 'base64url'), password as string, box)
  await connected(cloud.admin, (client) =>
    client.query(
      `insert into registry.enrollment (id, facility, box_key, box_voucher, wrap, expires_at)
       values ($1, $2, $3, $4, $5, now() + interval '1 day')`,
      [id, facility.facility, boxKey, voucher, wrap],
    ),
  )
  return encodeEnrollmentCode({ ...cloud.address, secret })
}
