/**
 * Taking throw-away facilities away again, wholly: unlike a customer's, whose name stays taken, nothing of them is kept.
 * Also those of a proof that was killed, which the next one finds by their names.
 */
import pg from 'pg'
import { CloudError } from '../../errors.ts'

const NAME = /^isolation proof [0-9a-f]{16} ./
/** Any number will do, as long as it is ours. */
const PROOF_LOCK = 0x15014e

/** The name of a throw-away facility; `run` keeps two proofs apart. */
export function throwAwayName(run: string, word: string): string {
  return `isolation proof ${run} ${word}`
}

/** Holds the server for one proof at a time, for as long as the connection is open: what another one left is then dead. */
export async function holdForProof(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ held: boolean }>('select pg_try_advisory_lock($1) as held', [PROOF_LOCK])
  if (!rows[0]?.held)
    throw new CloudError('proof-running', 'Another proof is running on this server. Try again when it is done.')
}

/** Removes the facilities of a run; without one, of every run there was. */
export async function clear(client: pg.Client, run?: string): Promise<number> {
  const { rows } = await client.query<Doomed>('select id, name, role, schema from registry.facility')
  const doomed = rows.filter(({ name }) => NAME.test(name) && (run === undefined || name.split(' ')[2] === run))
  for (const facility of doomed) await clearOne(client, facility)
  return doomed.length
}

interface Doomed {
  id: string
  name: string
  role: string
  schema: string
}

async function clearOne(client: pg.Client, { id, role, schema }: Doomed): Promise<void> {
  const [roleName, schemaName] = [pg.escapeIdentifier(role), pg.escapeIdentifier(schema)]
  await client.query('select pg_terminate_backend(pid) from pg_stat_activity where usename = $1', [role])
  await client.query('begin')
  try {
    await client.query(`drop schema if exists ${schemaName} cascade`)
    const there = await client.query('select from pg_roles where rolname = $1', [role])
    if (there.rowCount) {
      await takeBack(client, role)
      await client.query(`drop owned by ${roleName}; drop role ${roleName}`)
    }
    // Every table of the registry that names it, the newest ones too.
    const naming = await client.query<{ table: string; column: string }>(`
      select conrelid::regclass::text as table, attname as column from pg_constraint
        join pg_attribute on attrelid = conrelid and attnum = conkey[1]
      where contype = 'f' and confrelid = 'registry.facility'::regclass`)
    for (const { table, column } of naming.rows) await client.query(`delete from ${table} where ${column} = $1`, [id])
    await client.query('delete from registry.facility where id = $1', [id])
    await client.query('commit')
  } catch (error) {
    await client.query('rollback').catch(() => {})
    throw error
  }
}

/** Rights on the database are taken back as whoever gave them: DROP OWNED leaves those of another grantor alone. */
async function takeBack(client: pg.Client, role: string): Promise<void> {
  const { rows } = await client.query<{ database: string; grantor: string }>(
    `select datname as database, acl.grantor::regrole::text as grantor from pg_database, aclexplode(datacl) as acl
     where acl.grantee = (select oid from pg_roles where rolname = $1)`,
    [role],
  )
  for (const { database, grantor } of rows)
    await client.query(
      `set local role ${grantor}; revoke all on database ${pg.escapeIdentifier(database)} from ${pg.escapeIdentifier(role)}; reset role`,
    )
}
