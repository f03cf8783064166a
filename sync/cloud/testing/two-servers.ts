/** Two real PostgreSQL servers, and a facility's workstation that goes on working through whatever is done to them. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Workstation } from '../client/workstation.ts'
import { addServer } from '../servers/add.ts'
import { loginVariable } from '../servers/server.ts'
import { connected, type TestCloud, type TestCluster, testCloud, testCluster } from './postgres.ts'

export interface TwoServers {
  cloud: TestCloud
  /** The one that was added, as `second`. */
  second: TestCluster
  remove(): Promise<void>
}

export async function twoServers(): Promise<TwoServers> {
  const [cloud, second] = await Promise.all([testCloud(), testCluster({ registry: false })])
  const remove = async () => void (await Promise.all([cloud.remove(), second.remove()]))
  try {
    giveLogin('second', second)
    await addServer(cloud, 'second', second.admin)
    return { cloud, second, remove }
  } catch (error) {
    await remove()
    throw error
  }
}

/** An administrator's URL of a server, where commands look for it. */
export function giveLogin(id: string, { admin }: Pick<TestCluster, 'admin'>): void {
  process.env[loginVariable(id)] = urlOf(admin)
}

export function urlOf({ user, password, host, port, database }: TestCluster['admin']): string {
  return `postgres://${user}:${encodeURIComponent(String(password))}@${host}:${port}/${database}`
}

/** A workstation that pushes one entry after the other, again and again if need be, until it is told to stop. */
export function working(station: Workstation) {
  let running = true
  /** For how long nothing was taken, at most; and what it was told meanwhile. */
  const seen = { longestMs: 0, told: new Set<string>(), pushed: 0 }
  const done = (async () => {
    let last = performance.now()
    while (running) {
      station.change('patient', `p${station.entries.length % 50}`, { family: `F${station.entries.length}` })
      for (;;) {
        const answer = await station.push(station.entries.length)
        if (answer.status === 200) break
        seen.told.add(`${answer.status} ${answer.body.error.code} ${answer.headers['retry-after']}`)
        await sleep(50)
      }
      const now = performance.now()
      seen.longestMs = Math.max(seen.longestMs, now - last)
      seen.pushed++
      last = now
    }
  })()
  return {
    seen,
    stop: async () => {
      running = false
      await done
      return seen
    },
  }
}

/** On which of the servers the facility's role can be logged in as, and write: what must be true of exactly one. */
export async function whereItWrites(servers: readonly TestCluster[], schema: string): Promise<number[]> {
  const writable: number[] = []
  for (const [at, { admin }] of servers.entries()) {
    const open = await connected(admin, async (client) => {
      const { rows } = await client.query<{ may: boolean; sealed: number }>(
        `select rolcanlogin and has_database_privilege(rolname, current_database(), 'connect') as may,
           (select count(*)::int from pg_trigger where tgname = 'sealed' and tgrelid in
             (select oid from pg_class where relnamespace = to_regnamespace($1))) as sealed
         from pg_roles where rolname = $1`,
        [schema],
      )
      return rows[0]?.may === true && rows[0].sealed === 0
    })
    if (open) writable.push(at)
  }
  return writable
}

/** Whether a schema, or a role, of that name is there. */
export async function traces({ admin }: TestCluster, schema: string): Promise<{ schema: boolean; role: boolean }> {
  return connected(admin, async (client) => {
    const { rows } = await client.query<{ schema: boolean; role: boolean }>(
      'select to_regnamespace($1) is not null as schema, to_regrole($1) is not null as role',
      [schema],
    )
    return rows[0] as { schema: boolean; role: boolean }
  })
}
