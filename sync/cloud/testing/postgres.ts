/** A real PostgreSQL for a test file: made in a temporary folder, stopped and removed when the file is done. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { type Cluster, gatewayLogin, serverOf, setUpCluster } from '../cluster.ts'
import { type Gateway, openGateway } from '../gateway/gateway.ts'
import { openLocalPostgres } from '../postgres/local.ts'
import { createFacility, type NewFacility } from '../provision.ts'
import { type TlsIdentity, tlsIdentity } from '../tls.ts'

export interface TestCluster extends Cluster {
  dir: string
  /** Runs something as the administrator: what no one else may, such as breaking a barrier on purpose. */
  admin: pg.ClientConfig
  remove(): Promise<void>
}

/** A cluster, set up. */
export async function testCluster(): Promise<TestCluster> {
  const dir = mkdtempSync(join(tmpdir(), 'alcove-cloud-'))
  const postgres = await openLocalPostgres(dir)
  const cluster = { admin: postgres.admin, state: join(dir, 'gateway'), dir }
  await setUpCluster(cluster)
  return {
    ...cluster,
    remove: async () => {
      await postgres.stop()
      rmSync(dir, { recursive: true, force: true })
    },
  }
}

export interface TestCloud extends TestCluster {
  gateway: Gateway
  url: string
  tls: TlsIdentity
  /** What the gateway said of its own faults. */
  faults: string[]
  facility(name: string): Promise<NewFacility>
}

/** A cluster with a gateway in front of it. */
export async function testCloud(): Promise<TestCloud> {
  const cluster = await testCluster()
  const tls = await tlsIdentity(cluster.state)
  const faults: string[] = []
  const gateway = await openGateway({
    tls,
    host: '127.0.0.1',
    port: 0,
    registry: await gatewayLogin(cluster),
    server: serverOf(cluster.admin),
    onFault: (what) => faults.push(what),
  })
  const url = `https://127.0.0.1:${gateway.port}`
  return {
    ...cluster,
    gateway,
    url,
    tls,
    faults,
    facility: (name) => createFacility(cluster, name, { url, pin: tls.pin }),
    remove: async () => {
      await gateway.close()
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

/** The SQLSTATE that a statement is refused with; `accepted` when it is not. */
export async function refusal(client: pg.Client, text: string, values: unknown[] = []): Promise<string> {
  try {
    await client.query(text, values)
    return 'accepted'
  } catch (error) {
    return (error as { code?: string }).code ?? String(error)
  }
}
