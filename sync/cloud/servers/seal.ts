/**
 * Closing a copy of a facility for writing, and opening one. A facility may have two copies while it moves, and afterwards
 * for as long as the operator keeps the old one; only ever one of them takes writes.
 *
 * A sealed copy refuses three times over: its role may not connect to the database, may not log in to the server (unless
 * the other copy is on that same server), and each table has a trigger that refuses every write, whoever makes it. The
 * first two keep new sessions out; the trigger is for one that was just logging in.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import type pg from 'pg'
import { lockSetUpHere } from '../cluster.ts'
import { CloudError, isInTheWay } from '../errors.ts'
import { transaction } from '../gateway/transaction.ts'
import { quoted } from '../provision/operate.ts'

export interface Copy {
  role: string
  schema: string
}

/** How long calls that are under way get to end, before their sessions are ended. */
const GRACE_MS = 2000
const LOCK_MS = 3000

const BUSY = `select count(*)::int as busy from pg_stat_activity
  where usename = $1 and datname = current_database() and state <> 'idle'`
// Tells of each whether it is gone; waits for that.
const END = `select bool_and(pg_terminate_backend(pid, 5000)) as gone from pg_stat_activity
  where usename = $1 and datname = current_database()`

/** `shared`: the other copy is on the same server, where both have one role. */
export async function seal(admin: pg.Client, copy: Copy, { shared }: { shared: boolean }): Promise<void> {
  await connecting(admin, copy, 'revoke')
  if (!shared) await admin.query(`alter role ${quoted(copy.role)} nologin`)
  for (const until = Date.now() + GRACE_MS; Date.now() < until; await sleep(20)) {
    const { rows } = await admin.query<{ busy: number }>(BUSY, [copy.role])
    if (rows[0]?.busy === 0) break
  }
  for (let attempts = 5; ; attempts--) {
    const { rows } = await admin.query<{ gone: boolean | null }>(END, [copy.role])
    try {
      if (rows[0]?.gone !== false) return await refuseWrites(admin, copy)
    } catch (error) {
      // Somebody who had been let in a moment ago holds a lock: ended at the next attempt.
      if (!isInTheWay(error)) throw error
    }
    if (attempts === 0)
      throw new CloudError('facility-busy', 'Sessions of that facility do not end. Try again in a moment.')
  }
}

/** Opens a copy. `login`: its role may log in, unless the facility is suspended or frozen. */
export async function unseal(admin: pg.Client, copy: Copy, { login }: { login: boolean }): Promise<void> {
  await admin.query(`drop function if exists ${quoted(copy.schema)}.sealed() cascade`)
  await connecting(admin, copy, 'grant')
  if (login) await admin.query(`alter role ${quoted(copy.role)} login`)
}

/**
 * A trigger on each table. To make it takes a lock that waits for whoever is writing and keeps further writers waiting;
 * they find the trigger when they have it. What was acknowledged before is therefore in the tables, and nothing comes after.
 */
async function refuseWrites(admin: pg.Client, { schema }: Copy): Promise<void> {
  const s = quoted(schema)
  const tables = await tablesOf(admin, schema)
  const triggers = tables.map(
    (table) => `create or replace trigger sealed before insert or update or delete on ${s}.${table}
      for each statement execute function ${s}.sealed();`,
  )
  await transaction(admin, () =>
    admin.query(`set local lock_timeout = ${LOCK_MS}; set local role fleet_owner;
     create or replace function ${s}.sealed() returns trigger language plpgsql set search_path = ''
       as $$ begin raise exception 'this copy takes no writes' using errcode = '57P03'; end $$;
     ${triggers.join('\n')}`),
  )
}

/** The names of a schema's tables, quoted. */
export async function tablesOf(admin: pg.Client, schema: string): Promise<string[]> {
  const { rows } = await admin.query<{ name: string }>(
    `select quote_ident(relname) as name from pg_class
     where relnamespace = to_regnamespace($1) and relkind in ('r', 'p') order by relname`,
    [schema],
  )
  return rows.map(({ name }) => name)
}

/** Lets a role connect to the database, or no longer. As the provisioner, whose grant it is: nobody else can take it back. */
async function connecting(admin: pg.Client, { role }: Copy, verb: 'grant' | 'revoke'): Promise<void> {
  const { rows } = await admin.query<{ name: string }>('select quote_ident(current_database()) as name')
  const statement = `${verb} connect on database ${rows[0]?.name} ${verb === 'grant' ? 'to' : 'from'} ${quoted(role)}`
  await transaction(admin, async () => {
    await lockSetUpHere(admin)
    await admin.query(`set local session authorization alcove_provisioner; ${statement}`)
  })
  const after = await admin.query<{ may: boolean }>(
    "select has_database_privilege($1, current_database(), 'connect') as may",
    [role],
  )
  if (after.rows[0]?.may !== (verb === 'grant'))
    throw new CloudError(
      'not-sealed',
      'That facility may connect to its database by a grant that is not of Alcove’s making. `isolation scan` names it.',
    )
}
