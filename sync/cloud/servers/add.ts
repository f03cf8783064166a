/** Adding a server to the fleet, or a further database: set up like the registry's own, and its address noted. */
import { isIP } from 'node:net'
import type pg from 'pg'
import { asAdmin, asProvisioner, type Cluster, programLogin, refuseUnfit, setUpServer } from '../cluster.ts'
import { CloudError } from '../errors.ts'
import { together } from './pair.ts'
import { HOME, type ServerAddress, serverAddresses, serverId } from './server.ts'

export interface ListedServer {
  server: string
  host: string | null
  port: number | null
  database: string | null
  tls: boolean
  facilities: number
  /** Copies there that are not in use. */
  spares: number
}

/**
 * Adds a server by an administrator's login to it, of which only the address is kept. Said again, it notes another address
 * for the same server.
 */
export async function addServer(cluster: Cluster, typed: string, admin: pg.ClientConfig): Promise<ServerAddress> {
  const id = serverId(typed)
  const address = addressOf(id, admin)
  const others = (await serverAddresses(cluster)).filter((one) => one.id !== id)
  const same = others.find(
    ({ host, port, database }) => host === address.host && port === address.port && database === address.database,
  )
  if (same) throw new CloudError('server-exists', `That is the server "${same.id}" already.`)
  await asAdmin(admin, (there) => fitting(cluster, id, there))
  await setUpServer(admin)
  await programLogin({ admin, state: cluster.state }, 'watchdog', { takeOver: true })
  await asProvisioner(cluster, (client) =>
    client.query(
      `insert into registry.server (id, host, port, database, ca) values ($1, $2, $3, $4, $5)
       on conflict (id) do update
         set host = excluded.host, port = excluded.port, database = excluded.database, ca = excluded.ca`,
      [id, address.host, address.port, address.database, address.ca],
    ),
  )
  return address
}

/** Every server, home first. */
export async function listServers(cluster: Cluster): Promise<ListedServer[]> {
  return asAdmin(cluster.admin, async (client) => {
    const { rows } = await client.query<ListedServer>(`
      select id as server, host, port, database, ca is not null as tls,
        (select count(*)::int from registry.facility where facility.server = server.id and state <> 'removed') as facilities,
        (select count(*)::int from registry.spare where spare.server = server.id) as spares
      from registry.server order by id <> 'home', id`)
    return rows
  })
}

function addressOf(id: string, { host, port, database, ssl }: pg.ClientConfig): ServerAddress {
  if (id === HOME)
    throw new CloudError('already-home', '`home` is the registry’s own server; it is there from the start.')
  if (!host || !port || !database)
    throw new CloudError('bad-arguments', 'The URL of a server names its host, its port and a database of its own.')
  const ca = typeof ssl === 'object' && ssl.ca !== undefined ? String(ssl.ca) : null
  if (ca === null && !isHere(host))
    throw new CloudError(
      'needs-tls',
      'Records would cross the network unprotected. Give the authority of the server’s certificate with --ca FILE.',
    )
  return { id, host, port, database, ca }
}

function isHere(host: string): boolean {
  return host === 'localhost' || (isIP(host) === 4 && host.startsWith('127.')) || host === '::1' || host.startsWith('/')
}

/** Refuses what cannot be, or must not be, a further server. */
async function fitting(cluster: Cluster, id: string, there: pg.Client): Promise<void> {
  await refuseUnfit(there)
  await asAdmin(cluster.admin, async (home) => {
    if ((await together(home, there)).database)
      throw new CloudError('already-home', 'That is the registry’s own database, `home`.')
    const { rows } = await there.query<{ registry: boolean; encoding: string }>(
      "select to_regnamespace('registry') is not null as registry, current_setting('server_encoding') as encoding",
    )
    if (rows[0]?.registry)
      throw new CloudError('other-fleet', 'There is a registry in that database: it is the home of another fleet.')
    if (rows[0]?.encoding !== 'UTF8')
      throw new CloudError('bad-encoding', 'That database is not in UTF-8; make one that is.')
    // Another address for a server that holds facilities: it has to be the one that holds them.
    const lives = await home.query<{ schema: string }>(
      "select schema from registry.facility where server = $1 and state <> 'removed'",
      [id],
    )
    const found = await there.query<{ count: number }>(
      'select count(*)::int as count from pg_namespace where nspname = any($1)',
      [lives.rows.map(({ schema }) => schema)],
    )
    if (found.rows[0]?.count !== lives.rows.length)
      throw new CloudError(
        'other-server',
        `The facilities of the server "${id}" are not there. Its address was not changed.`,
      )
  })
}
