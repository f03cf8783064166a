/**
 * Before anything is served: whether facilities are apart, on every server of the fleet. A server with a critical finding
 * keeps everybody from being served, since nobody knows how far it reaches. One that does not answer keeps its own
 * facilities waiting, and nobody else's: an outage of one server is none of the others.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { asAdmin, type Cluster } from './cluster.ts'
import { CloudError } from './errors.ts'
import { isPassing } from './gateway/refusal.ts'
import { criticalOf, type Finding } from './isolation/scan/finding.ts'
import { registryOf } from './isolation/scan/scene.ts'
import { scanServer } from './isolation/scan/servers.ts'
import { allServers, HOME, type Server } from './servers/server.ts'

const AGAIN_MS = 30_000

/**
 * The servers that did not answer, by id. Throws CloudError `not-isolated` when it is not safe to serve, and `server-login`
 * when a server cannot be looked at for want of an administrator's login.
 */
export async function refuseIfOpen(cluster: Cluster, environment = process.env): Promise<string[]> {
  const unseen: string[] = []
  const open: { id: string; finding: Finding }[] = []
  for (const server of await everyServer(cluster, environment)) {
    const found = await criticalOn(cluster, server)
    if (found) open.push(...found.map((finding) => ({ id: server.id, finding })))
    else unseen.push(server.id)
  }
  const [first, ...others] = open
  if (!first) return unseen
  const where = first.id === HOME ? '' : ` on the server "${first.id}"`
  const more = others.length > 0 ? ` And ${others.length} more: \`isolation scan\` lists them.` : ''
  throw new CloudError(
    'not-isolated',
    `Nothing is served, because facilities may not be apart${where}: ${first.finding.message}${more}`,
  )
}

interface Again {
  /** It has answered, and is as it must be. */
  onSeen: (id: string) => void
  onFault: (what: string) => void
  environment?: NodeJS.ProcessEnv
  everyMs?: number
}

/** Looks at the servers that did not answer, until each has been seen. Gives back what ends it. */
export function keepLooking(
  cluster: Cluster,
  unseen: readonly string[],
  { onSeen, onFault, environment = process.env, everyMs = AGAIN_MS }: Again,
): () => Promise<void> {
  const stopping = new AbortController()
  const { signal } = stopping
  const left = new Map(unseen.map((id) => [id, 'it does not answer']))
  for (const [id, why] of left) onFault(waits(id, why))
  const look = async () => {
    for (const server of await everyServer(cluster, environment)) {
      const before = left.get(server.id)
      if (before === undefined || signal.aborted) continue
      const found = await criticalOn(cluster, server)
      if (found?.length === 0) {
        left.delete(server.id)
        onSeen(server.id)
        continue
      }
      const why = found?.[0]?.message ?? 'it does not answer'
      left.set(server.id, why)
      if (why !== before) onFault(waits(server.id, why))
    }
  }
  const done = (async () => {
    while (left.size > 0) {
      await sleep(everyMs, undefined, { signal }).catch(() => {})
      if (signal.aborted) return
      // The registry's own server may be away for a moment as well.
      await look().catch((error: unknown) => onFault(`a look at the servers: ${(error as { code?: string }).code}`))
    }
  })()
  return async () => {
    stopping.abort()
    await done
  }
}

const waits = (id: string, why: string) => `the server "${id}" is looked at before its facilities are served: ${why}`

async function everyServer(cluster: Cluster, environment: NodeJS.ProcessEnv): Promise<Server[]> {
  try {
    return await allServers(cluster, environment)
  } catch (error) {
    if (!(error instanceof CloudError) || error.code !== 'server-login') throw error
    throw new CloudError(
      'server-login',
      `Nothing is served, because nobody has looked whether facilities are apart. ${error.message}`,
    )
  }
}

/** What is critical on a server; undefined if it does not answer. */
async function criticalOn(home: Cluster, { id, cluster }: Server): Promise<Finding[] | undefined> {
  const read = () => asAdmin(home.admin, registryOf)
  // Outside: a registry that does not answer is not this server's silence.
  const known = [await read()]
  try {
    return criticalOf(await scanServer({ id, admin: cluster.admin }, async () => known.pop() ?? read()))
  } catch (error) {
    const gone = error instanceof CloudError ? error.code === 'postgres-unreachable' : isPassing(error)
    if (id === HOME || !gone) throw error
    return undefined
  }
}
