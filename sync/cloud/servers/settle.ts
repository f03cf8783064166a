/**
 * The end of every move, whether it came to its end, failed, or was killed: the copy on the server that the registry names
 * is opened, the facility is again what it was, and other copies are taken away. It may be done any number of times.
 */
import type pg from 'pg'
import { asAdmin, type Cluster } from '../cluster.ts'
import { isPassing } from '../gateway/refusal.ts'
import { transaction } from '../gateway/transaction.ts'
import type { Facility } from '../provision/find.ts'
import { quoted } from '../provision/operate.ts'
import { unseal } from './seal.ts'
import { serverLogin } from './server.ts'
import { dropSpare, type Spare, sparesOf } from './spare.ts'

type Placed = Pick<Facility, 'id' | 'role' | 'schema'>

/** `home`: an administrator's connection to the registry that holds the lock on the facility's moves. */
export async function settle(cluster: Cluster, home: pg.Client, facility: Placed): Promise<void> {
  await reopen(cluster, home, facility)
  for (const spare of await sparesOf(home, facility.schema)) if (!spare.kept) await dropIfReached(cluster, home, spare)
}

/** One on a server that cannot be reached now stays written down, and does not hold up what is about other servers. */
async function dropIfReached(cluster: Cluster, home: pg.Client, spare: Spare): Promise<void> {
  try {
    await dropSpare(cluster, home, spare)
  } catch (error) {
    const { code } = error as { code?: string }
    if (code !== 'server-login' && !code?.startsWith('postgres-') && !isPassing(error)) throw error
  }
}

/** Ends the pause, if there is one. */
export async function reopen(cluster: Cluster, home: pg.Client, { id, role, schema }: Placed): Promise<void> {
  const before = (await sparesOf(home, schema)).find(({ state }) => state !== null)?.state
  if (!before) return
  const { rows } = await home.query<{ server: string; state: string }>(
    'select server, state from registry.facility where id = $1',
    [id],
  )
  const { server, state } = rows[0] as { server: string; state: string }
  await asAdmin(await serverLogin(cluster, server), async (admin) => {
    // Frozen while it moved: it stays so, and is so on this server as well.
    await unseal(admin, { role, schema }, { login: state === 'moving' && before === 'active' })
    await transaction(home, async () => {
      const { rowCount } = await home.query(
        "update registry.facility set state = $2, changed_at = now() where id = $1 and state = 'moving'",
        [id, before],
      )
      if (rowCount === 0) await admin.query(`alter role ${quoted(role)} nologin`)
      await home.query('update registry.spare set state = null where schema = $1', [schema])
    })
  })
}
