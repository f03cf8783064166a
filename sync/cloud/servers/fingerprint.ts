/**
 * Whether two copies hold the same: for each table, how many rows there are, and a sum over the hashes of all of them,
 * which does not depend on the order in which a server finds them.
 *
 * Most of it is compared while the facility goes on writing. Entries and the access log do not change any more. Records do,
 * and then have a later number; they are compared in some thousand parts by the end of their ids, and a part is compared
 * again, once nobody writes, if any of its records was changed, or if the two were not the same the first time.
 */
import type pg from 'pg'
import { CloudError } from '../errors.ts'
import { quoted } from '../provision/operate.ts'
import { columnsOf, type Ends, notWhole, type Reached } from './copying.ts'
import { tablesOf } from './seal.ts'

/** What is left to be compared. */
export interface Compared extends Reached {
  /** Parts of the records that were not the same. */
  doubtful: string[]
}

const PART = 'right(id, 3)'

/** Compares what was copied up to there, while the facility goes on writing. */
export async function compareAhead(ends: Ends, { seq, access }: Reached): Promise<Compared> {
  await same(ends, 'journal', `where seq <= ${seq}`)
  await same(ends, 'access_log', `where seq <= ${access}`)
  const [here, there] = await Promise.all([ends.from, ends.to].map((client) => partsOf(client, ends.schema, seq)))
  const parts = new Set([...(here?.keys() ?? []), ...(there?.keys() ?? [])])
  return { seq, access, doubtful: [...parts].filter((part) => here?.get(part) !== there?.get(part)) }
}

/** Compares the rest, once nobody writes: then every row of every table was looked at. */
export async function compareRest(ends: Ends, { seq, access, doubtful }: Compared): Promise<void> {
  const tables = await tablesOf(ends.from, ends.schema)
  if (tables.join() !== (await tablesOf(ends.to, ends.schema)).join()) throw notWhole()
  const parts = new Set([...doubtful, ...(await changedSince(ends, seq))])
  const left: Record<string, [string, unknown[]]> = {
    journal: [`where seq > ${seq}`, []],
    access_log: [`where seq > ${access}`, []],
    record: [`where ${PART} = any($1)`, [[...parts]]],
  }
  for (const table of tables) {
    const [where, values] = left[table] ?? ['', []]
    await same(ends, table, where, values)
    if (left[table]) await sameCount(ends, table)
  }
}

async function same(ends: Ends, table: string, where: string, values: unknown[] = []): Promise<void> {
  const text = `${await summing(ends, table)} ${where}`
  await bothSay(ends, table, async (client) => {
    const { rows } = await client.query<Sum>(text, values)
    return said(rows[0])
  })
}

async function sameCount(ends: Ends, table: string): Promise<void> {
  await bothSay(ends, table, async (client) => {
    const { rows } = await client.query<Sum>(
      `select count(*)::text as rows, '' as sum from ${quoted(ends.schema)}.${table}`,
    )
    return said(rows[0])
  })
}

async function bothSay(ends: Ends, table: string, ask: (client: pg.Client) => Promise<string>): Promise<void> {
  const [here, there] = await Promise.all([ask(ends.from), ask(ends.to)])
  if (here !== there)
    throw new CloudError('copy-differs', `The copy is not the same as the original (table ${table}). It was not used.`)
}

/** The fingerprint of each part of the records, of those that were not changed since. */
async function partsOf(client: pg.Client, schema: string, upTo: number): Promise<Map<string, string>> {
  const text = await summing({ from: client, schema }, 'record', `${PART} as part, `)
  const { rows } = await client.query<Sum & { part: string }>(`${text} where seq <= ${upTo} group by part`)
  return new Map(rows.map((row) => [row.part, said(row)]))
}

async function changedSince(ends: Ends, seq: number): Promise<string[]> {
  const text = `select distinct ${PART} as part from ${quoted(ends.schema)}.record where seq > ${seq}`
  const found = await Promise.all([ends.from, ends.to].map((client) => client.query<{ part: string }>(text)))
  return found.flatMap(({ rows }) => rows.map(({ part }) => part))
}

interface Sum {
  rows: string
  sum: string
}

function said(sum: Sum | undefined): string {
  return `${sum?.rows} ${sum?.sum}`
}

async function summing({ from, schema }: Pick<Ends, 'from' | 'schema'>, table: string, first = ''): Promise<string> {
  const names = await columnsOf(from, schema, table)
  // SHA-256 of the row as text: the same on every version of PostgreSQL, which its own hash functions need not be.
  const hash = `sha256(convert_to(row(${names})::text, 'UTF8'))`
  return `select ${first}count(*)::text as rows,
    coalesce(sum(('x' || encode(substr(${hash}, 1, 8), 'hex'))::bit(64)::bigint), 0)::text as sum
    from ${quoted(schema)}.${table}`
}
