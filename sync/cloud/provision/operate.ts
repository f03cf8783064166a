/**
 * An act of the operator's on one facility: the registry, the facility's role and schema, and the facility's own access
 * log change together or not at all.
 *
 * On the registry's own server that is one transaction. For a facility on another server there are two: the registry's is
 * made ready first and committed last. If we die between the two commits, the registry has the word of before, and `repair`
 * makes it true again.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { asAdmin, asProvisioner, type Cluster, lockSetUp } from '../cluster.ts'
import { CloudError, facilityBusy, isCollision, isInTheWay, sqlState } from '../errors.ts'
import { HOME, serverLogin } from '../servers/server.ts'
import { type Facility, findFacility } from './find.ts'

export interface At {
  /** To the registry: the provisioner's rights, in the transaction of the act. */
  registry: pg.Client
  /** To the server that holds the facility's role and schema, likewise. The same connection, if it is the registry's. */
  server: pg.Client
  /** Locked until the act is over. */
  facility: Facility
}

const LOCK_MS = 20_000

/**
 * Finds a facility, locks it, and does something to it. All of it is done when this returns, or none of it ever was. Where
 * PostgreSQL took it back because another command wrote the same row of a catalog at that moment, it is done once more.
 */
export async function onFacility<T>(cluster: Cluster, typed: string, act: (at: At) => Promise<T>): Promise<T> {
  for (let tries = 3; ; tries--) {
    try {
      return await once(cluster, typed, act)
    } catch (error) {
      const cause = error instanceof CloudError ? error.cause : undefined
      if (tries === 0 || !cause || !(isCollision(cause) || sqlState(cause) === DEADLOCK)) throw error
      await sleep(50 + Math.random() * 200)
    }
  }
}

const DEADLOCK = '40P01'

function once<T>(cluster: Cluster, typed: string, act: (at: At) => Promise<T>): Promise<T> {
  return asProvisioner(cluster, (registry) =>
    transaction(registry, async () => {
      const facility = await findFacility(registry, typed, { lock: true })
      if (facility.server === HOME) return act({ registry, server: registry, facility })
      return asAdmin(await serverLogin(cluster, facility.server), async (server) => {
        await lockSetUp(server)
        await server.query("set session authorization alcove_provisioner; set search_path = ''")
        return transaction(server, () => act({ registry, server, facility }))
      })
    }),
  )
}

/** The same as an administrator, for what only one may do. */
export async function onFacilityAsAdmin<T>(cluster: Cluster, typed: string, act: (at: At) => Promise<T>): Promise<T> {
  return onFacility(cluster, typed, async (at) => {
    for (const client of new Set([at.registry, at.server]))
      await client.query('set local session authorization default')
    return act(at)
  })
}

/** Ends every session that a facility's role has open: after its password has changed, or while it may not log in. */
export async function endSessions(
  cluster: Cluster,
  { role, server }: Pick<Facility, 'role' | 'server'>,
): Promise<void> {
  await asAdmin(await serverLogin(cluster, server), (client) =>
    client.query('select pg_terminate_backend(pid, 5000) from pg_stat_activity where usename = $1', [role]),
  )
}

async function transaction<T>(client: pg.Client, work: () => Promise<T>): Promise<T> {
  await client.query(`begin; set local lock_timeout = ${LOCK_MS}`)
  try {
    const result = await work()
    await client.query('commit')
    return result
  } catch (error) {
    await client.query('rollback').catch(() => {})
    if (isInTheWay(error)) throw facilityBusy(error)
    throw error
  }
}

/** A role as it is written in a statement that takes no parameters. */
export function quoted(role: string): string {
  if (!/^t_[0-9a-f]{32}$/.test(role)) throw new TypeError('that is not the name of a facility role')
  return pg.escapeIdentifier(role)
}
