/**
 * A cloud to which bad things happen: its PostgreSQL can be stopped, crashed and started again, and the gateway reaches it
 * by way of a relay that can fall silent, break, and lead to another server.
 */
import { readFileSync } from 'node:fs'
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import type pg from 'pg'
import { gatewayLogin, serverOf } from '../../sync/cloud/cluster.ts'
import type { GatewayOptions } from '../../sync/cloud/gateway/gateway.ts'
import { openLocalPostgres } from '../../sync/cloud/postgres/local.ts'
import { createFacility } from '../../sync/cloud/provision/create.ts'
import { postmaster, type TestCloud, testCluster, testGateway } from '../../sync/cloud/testing/postgres.ts'

/** Stands between the gateway and PostgreSQL. */
export class Relay {
  /** Where it leads to. */
  target: number
  #silent = false
  readonly #pairs = new Set<readonly [Socket, Socket]>()
  readonly #server: Server

  private constructor(target: number) {
    this.target = target
    this.#server = createServer((near) => {
      const far = connect({ host: '127.0.0.1', port: this.target, noDelay: true })
      near.setNoDelay(true)
      const pair = [near, far] as const
      this.#pairs.add(pair)
      for (const [one, other] of [pair, [far, near] as const]) {
        one.on('data', (chunk) => other.write(chunk))
        if (this.#silent) one.pause()
        one.on('error', () => {})
        one.on('close', () => {
          this.#pairs.delete(pair)
          other.destroy()
        })
      }
    })
  }

  static async to(target: number): Promise<Relay> {
    const relay = new Relay(target)
    await new Promise<void>((done) => relay.#server.listen(0, '127.0.0.1', done))
    return relay
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port
  }

  /** Nothing comes through any more, and nobody is told: a switch that died, a firewall that forgot. */
  hush(): void {
    this.#silent = true
    for (const pair of this.#pairs) for (const socket of pair) socket.pause()
  }

  /** What was held back goes on its way. */
  speak(): void {
    this.#silent = false
    for (const pair of this.#pairs) for (const socket of pair) socket.resume()
  }

  /** Breaks what goes through it now. */
  cut(): void {
    for (const pair of this.#pairs) for (const socket of pair) socket.destroy()
  }

  close(): void {
    this.cut()
    this.#server.close()
  }
}

export interface UpsetCloud extends TestCloud {
  relay: Relay
  /** Ends PostgreSQL: `fast` as an operator does, `crash` as a power cut does. */
  end(how: 'fast' | 'crash'): Promise<void>
  /** Starts it again; the relay leads to it. */
  begin(): Promise<void>
}

export async function upsetCloud(options: Partial<GatewayOptions> = {}): Promise<UpsetCloud> {
  const cluster = await testCluster()
  const relay = await Relay.to(cluster.admin.port as number)
  const front = await testGateway(cluster, {
    registry: { ...(await gatewayLogin(cluster)), port: relay.port },
    server: { ...serverOf(cluster.admin), port: relay.port },
    ...options,
  })
  const cloud: UpsetCloud = {
    ...cluster,
    ...front,
    relay,
    facility: (name) => createFacility(cloud, name, front.address),
    end: (how) => endPostgres(cluster.dir, how),
    begin: async () => {
      cloud.admin = await beginPostgres(cluster.dir)
      relay.target = cloud.admin.port as number
    },
    remove: async () => {
      await front.gateway.close()
      relay.close()
      await cluster.remove()
    },
  }
  return cloud
}

/** Ends the PostgreSQL of a data folder, and waits until it is gone. */
export async function endPostgres(dir: string, how: 'fast' | 'crash'): Promise<void> {
  const pid = postmaster(dir)
  process.kill(pid, how === 'fast' ? 'SIGINT' : 'SIGQUIT')
  while (isThere(pid)) await sleep(10)
}

/** Starts it again, at whatever port it gets. */
export async function beginPostgres(dir: string): Promise<pg.ClientConfig> {
  return (await openLocalPostgres(dir)).admin
}

function isThere(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'))
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
