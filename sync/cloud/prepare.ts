/**
 * What the gateway and the watchdog need in order to run: an address, a login each, a TLS key. An administrator prepares
 * it in a state folder, once; from then on the folder is enough, and the machine that runs them need never see the
 * administrator. Nothing in it opens a facility.
 *
 *     STATE/home.json       where the registry is
 *     STATE/gateway.json    STATE/watchdog.json    their passwords
 *     STATE/tls.json        the key that enrollment codes name
 */
import { join } from 'node:path'
import type pg from 'pg'
import { type Cluster, programLogin, serverOf } from './cluster.ts'
import { CloudError } from './errors.ts'
import { isKept, keptPassword, readKept, replaceKept } from './state.ts'
import { type TlsIdentity, tlsIdentity } from './tls.ts'

export interface Prepared {
  tls: TlsIdentity
  /** The registry's server, without a login. */
  server: pg.ClientConfig
  registry: pg.ClientConfig
  watchdog: pg.ClientConfig
}

/** Prepares the state folder for a cluster that is set up. */
export async function prepare(cluster: Cluster, options: { takeOver?: boolean } = {}): Promise<Prepared> {
  const tls = await tlsIdentity(cluster.state)
  const registry = await programLogin(cluster, 'gateway', options)
  const watchdog = await programLogin(cluster, 'watchdog', options)
  const server = serverOf(cluster.admin)
  replaceKept(join(cluster.state, 'home.json'), server)
  return { tls, server, registry, watchdog }
}

/** What was prepared before. Throws CloudError `not-prepared`. */
export async function prepared(state: string): Promise<Prepared> {
  const files = ['home.json', 'gateway.json', 'watchdog.json', 'tls.json']
  if (!files.every((file) => isKept(join(state, file))))
    throw new CloudError(
      'not-prepared',
      'That folder was not prepared. Run `setup` once with an administrator’s login (--database-url or --data) and the same --state.',
    )
  const server = readKept(join(state, 'home.json'), ({ host, port }: pg.ClientConfig) => Boolean(host && port))
  const login = (user: string, file: string) => ({ ...server, user, password: keptPassword(join(state, file)) })
  return {
    tls: await tlsIdentity(state),
    server,
    registry: login('alcove_gateway', 'gateway.json'),
    watchdog: login('alcove_watchdog', 'watchdog.json'),
  }
}
