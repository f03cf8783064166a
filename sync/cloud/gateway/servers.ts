/** Which PostgreSQL a facility is on, for the pool: the registry's word, remembered for a few seconds. */
import type pg from 'pg'
import { HOME, type ServerAddress, tlsTo } from '../servers/server.ts'
import { busy } from './refusal.ts'

const FRESH_MS = 5000

const ADDRESS = 'select id, host, port, database, ca from registry.server where id = $1'

/** From a server's id to its address without a login. */
export type Servers = (id: string) => Promise<pg.ClientConfig>

/** `home` is where the registry is, which has no address of its own in it. */
export function serversOf(registry: pg.Pool, home: pg.ClientConfig, freshMs = FRESH_MS): Servers {
  const known = new Map<string, { until: number; address: Promise<pg.ClientConfig> }>()
  return (id) => {
    if (id === HOME) return Promise.resolve(home)
    const found = known.get(id)
    if (found && found.until > performance.now()) return found.address
    const address = look(registry, id)
    known.set(id, { until: performance.now() + freshMs, address })
    // What could not be found out is not remembered.
    address.catch(() => known.delete(id))
    return address
  }
}

async function look(registry: pg.Pool, id: string): Promise<pg.ClientConfig> {
  const { rows } = await registry.query<ServerAddress>({ name: 'server', text: ADDRESS, values: [id] })
  const address = rows[0]
  if (!address?.host || !address.port || !address.database) throw busy(5)
  const { host, port, database, ca } = address
  return { host, port, database, ssl: ca === null ? false : tlsTo(ca) }
}
