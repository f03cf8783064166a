/**
 * Copies of a facility that are not the one in use: one that is being made on another server, one that a move is filling,
 * one that a move has left. Each is written down in the registry before it is there and until it is gone. So whatever a
 * command that was killed has left behind, the next one finds it and takes it away.
 */
import type pg from 'pg'
import { asAdmin, type Cluster, lockSetUpHere } from '../cluster.ts'
import { CloudError, sqlState } from '../errors.ts'
import { transaction } from '../gateway/transaction.ts'
import { quoted } from '../provision/operate.ts'
import type { Copy } from './seal.ts'
import { serverLogin } from './server.ts'

export interface Spare {
  schema: string
  server: string
  why: 'making' | 'copy' | 'old'
  kept: boolean
  /** Set while the facility is `moving`: what it is to be afterwards. */
  state: 'active' | 'suspended' | 'frozen' | null
}

/** Any number will do, as long as it is ours. */
const MOVING = 0x0a1c0f

const SPARES = 'select schema, server, why, kept, state from registry.spare'

export async function sparesOf(client: pg.ClientBase, schema: string): Promise<Spare[]> {
  const { rows } = await client.query<Spare>(`${SPARES} where schema = $1 order by server`, [schema])
  return rows
}

async function sparesOn(client: pg.ClientBase, server: string): Promise<Spare[]> {
  const { rows } = await client.query<Spare>(`${SPARES} where server = $1 order by schema`, [server])
  return rows
}

/** Keeps others from moving the facility for as long as the connection lasts; false if somebody is at it. */
export async function lockMoves(client: pg.ClientBase, schema: string): Promise<boolean> {
  const { rows } = await client.query<{ had: boolean }>('select pg_try_advisory_lock($1, hashtext($2)) as had', [
    MOVING,
    schema,
  ])
  return rows[0]?.had === true
}

export async function unlockMoves(client: pg.ClientBase, schema: string): Promise<void> {
  await client.query('select pg_advisory_unlock($1, hashtext($2))', [MOVING, schema])
}

/** Takes a copy away, and then its line in the registry. `home` is an administrator's connection to the registry. */
export async function dropSpare(cluster: Cluster, home: pg.ClientBase, { schema, server }: Spare): Promise<void> {
  const inUse = await home.query(
    "select from registry.facility where schema = $1 and server = $2 and state <> 'removed'",
    [schema, server],
  )
  if (inUse.rowCount)
    throw new CloudError(
      'registry-damaged',
      'The registry calls a facility’s only copy a spare one. Nothing was taken away.',
    )
  const login = await serverLogin(cluster, server)
  await asAdmin(login, (admin) => dropCopy(admin, { role: schema, schema }))
  await home.query('delete from registry.spare where schema = $1 and server = $2', [schema, server])
}

/**
 * Takes away what commands that did not come to their end have left on a server: halves of new facilities, and copies of
 * moves that nobody is making any more. What the operator keeps stays.
 */
export async function sweep(cluster: Cluster, server: string): Promise<number> {
  return asAdmin(cluster.admin, async (home) => {
    let swept = 0
    for (const { schema } of await sparesOn(home, server)) {
      if (!(await lockMoves(home, schema))) continue
      try {
        // Read again: whoever was at it a moment ago may have come to the end of it, and it is in use now.
        const spare = (await sparesOf(home, schema)).find((one) => one.server === server)
        // A facility that waits in the middle of its move is for `facility move` to bring to its end.
        if (!spare || spare.kept || spare.state !== null) continue
        await dropSpare(cluster, home, spare)
        swept++
      } finally {
        await unlockMoves(home, schema)
      }
    }
    return swept
  })
}

/** Takes a facility's schema and its role off a server. The role stays if the facility lives in another database there. */
export async function dropCopy(admin: pg.Client, { role, schema }: Copy): Promise<void> {
  await admin.query(`drop schema if exists ${quoted(schema)} cascade`)
  const { rows } = await admin.query<{ database: string }>(
    `select quote_ident(current_database()) as database from pg_roles where rolname = $1`,
    [role],
  )
  if (!rows[0]) return
  const { database } = rows[0]
  const revoke = `revoke connect on database ${database} from ${quoted(role)}`
  await transaction(admin, async () => {
    await lockSetUpHere(admin)
    await admin.query(`set local session authorization alcove_provisioner; ${revoke}`)
  })
  try {
    await admin.query(`drop role ${quoted(role)}`)
  } catch (error) {
    // PostgreSQL keeps a role on which something still depends: the facility itself, in another database of this server.
    if (sqlState(error) !== '2BP01') throw error
  }
}
