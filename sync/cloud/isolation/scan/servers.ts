/** One server of a fleet, as the registry has it. */
import type pg from 'pg'
import { asAdmin } from '../../cluster.ts'
import { HOME } from '../../servers/server.ts'
import type { Finding } from './finding.ts'
import { scan } from './scan.ts'
import type { Registry } from './scene.ts'

/**
 * What differs on a server. The registry's own is seen in one moment with the registry; of any other the registry is read a
 * little earlier, and facilities are made, moved, stopped and brought along meanwhile: so what is found there is looked for a
 * second time, by a registry that was read again, and only what is found twice is so.
 */
export async function scanServer(
  { id, admin }: { id: string; admin: pg.ClientConfig },
  registry: () => Promise<Registry>,
): Promise<Finding[]> {
  if (id === HOME) return asAdmin(admin, (client) => scan(client))
  const look = async () => {
    const known = await registry()
    return asAdmin(admin, (client) => scan(client, { server: id, registry: known }))
  }
  const first = await look()
  if (first.length === 0) return first
  const again = new Set((await look()).map(({ message }) => message))
  return first.filter(({ message }) => again.has(message))
}
