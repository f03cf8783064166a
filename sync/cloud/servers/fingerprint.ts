/**
 * Whether two copies hold the same: for each table, how many rows there are, and a sum over the hashes of all of them,
 * which does not depend on the order in which a server finds them.
 */
import type pg from 'pg'
import { CloudError } from '../errors.ts'
import { quoted } from '../provision/operate.ts'
import { columnsOf, type Ends, notWhole, type Reached } from './copying.ts'
import { tablesOf } from './seal.ts'

/** Compares what is only ever added to, up to there, while the facility goes on writing. */
export async function compareAhead(ends: Ends, { seq, access }: Reached): Promise<void> {
  await sameIn(ends, 'journal', `where seq <= ${seq}`)
  await sameIn(ends, 'access_log', `where seq <= ${access}`)
}

/** Compares the rest, once nobody writes: with `compareAhead` before, every row of every table was looked at. */
export async function compareRest(ends: Ends, { seq, access }: Reached): Promise<void> {
  const tables = await tablesOf(ends.from, ends.schema)
  if (tables.join() !== (await tablesOf(ends.to, ends.schema)).join()) throw notWhole()
  const later: Record<string, string> = { journal: `where seq > ${seq}`, access_log: `where seq > ${access}` }
  for (const table of tables) {
    await sameIn(ends, table, later[table] ?? '')
    if (later[table]) await bothSay(ends, (client) => countOf(client, ends.schema, table), table)
  }
}

async function sameIn(ends: Ends, table: string, where: string): Promise<void> {
  const names = await columnsOf(ends.from, ends.schema, table)
  await bothSay(ends, (client) => fingerprint(client, `${quoted(ends.schema)}.${table}`, names, where), table)
}

async function bothSay(ends: Ends, ask: (client: pg.Client) => Promise<string>, table: string): Promise<void> {
  const [here, there] = await Promise.all([ask(ends.from), ask(ends.to)])
  if (here !== there)
    throw new CloudError('copy-differs', `The copy is not the same as the original (table ${table}). It was not used.`)
}

async function fingerprint(client: pg.Client, table: string, names: readonly string[], where: string): Promise<string> {
  // SHA-256 as text of the row: the same on every version of PostgreSQL, which its own hash functions need not be.
  const hash = `sha256(convert_to(row(${names})::text, 'UTF8'))`
  const { rows } = await client.query<{ rows: string; sum: string }>(
    `select count(*)::text as rows,
       coalesce(sum(('x' || encode(substr(${hash}, 1, 8), 'hex'))::bit(64)::bigint), 0)::text as sum
     from ${table} ${where}`,
  )
  return `${rows[0]?.rows} ${rows[0]?.sum}`
}

async function countOf(client: pg.Client, schema: string, table: string): Promise<string> {
  const { rows } = await client.query<{ rows: string }>(`select count(*)::text as rows from ${quoted(schema)}.${table}`)
  return rows[0]?.rows ?? ''
}
