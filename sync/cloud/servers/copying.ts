/**
 * A facility's rows from one server to another, by COPY, through an administrator's sessions: row-level security does not
 * bind those, and the rows are never anywhere but on their way.
 *
 * Entries and the access log are only ever added to, each under the next number; a record takes the number of the entry that
 * changed it last. So most of it is copied while the facility goes on writing, in rounds, each of what came since the one
 * before; when nobody writes any more, what is left is little.
 */
import { pipeline } from 'node:stream/promises'
import type pg from 'pg'
import { from as copyFrom, to as copyTo } from 'pg-copy-streams'
import { CloudError } from '../errors.ts'
import { quoted } from '../provision/operate.ts'
import { tablesOf } from './seal.ts'

/** Two administrators' sessions, prepared by `ready`. */
export interface Ends {
  from: pg.Client
  to: pg.Client
  schema: string
}

/** Up to which numbers all is on the other side. */
export interface Reached {
  seq: number
  access: number
}

/** Rows in one COPY: an old snapshot would keep PostgreSQL from tidying up after everybody on the server. */
const CHUNK = 50_000
/** Entries that may be left for when nobody writes. */
const CLOSE = 1000
const ROUNDS = 8

/** Settings under which the same value is the same text on every server. */
export async function ready(client: pg.Client): Promise<void> {
  await client.query(`set search_path = ''; set statement_timeout = 0; set lock_timeout = '15s'; set timezone = 'UTC';
    set datestyle = 'ISO, YMD'; set intervalstyle = 'postgres'; set bytea_output = 'hex'; set extra_float_digits = 1`)
}

/** Copies while the facility goes on writing, until it is close behind. */
export async function copyAhead(ends: Ends, onCopied: (rows: number) => void = () => {}): Promise<Reached> {
  let reached: Reached = { seq: 0, access: 0 }
  for (let round = 0; round < ROUNDS; round++) {
    const head = await headOf(ends)
    if (round > 0 && head.seq - reached.seq <= CLOSE) break
    onCopied(await copySince(ends, reached, head))
    reached = head
  }
  return reached
}

/** Copies what is left. Nobody may be writing. */
export async function copyRest(ends: Ends, reached: Reached): Promise<number> {
  const rows = await copySince(ends, reached, await headOf(ends))
  const wholly = (await tablesOf(ends.from, ends.schema)).filter((table) => !IN_ROUNDS.includes(table))
  let more = 0
  for (const table of wholly) more += await replace(ends, table)
  return rows + more
}

const IN_ROUNDS = ['journal', 'access_log', 'record', 'blob']

async function copySince(ends: Ends, reached: Reached, head: Reached): Promise<number> {
  let rows = 0
  for (let seq = reached.seq; seq < head.seq; seq += CHUNK)
    rows += await pour(ends, 'journal', `where seq > ${seq} and seq <= ${Math.min(seq + CHUNK, head.seq)}`)
  for (let seq = reached.access; seq < head.access; seq += CHUNK)
    rows += await pour(ends, 'access_log', `where seq > ${seq} and seq <= ${Math.min(seq + CHUNK, head.access)}`)
  rows += await copyRecords(ends, reached.seq, head.seq)
  return rows + (await copyBlobs(ends))
}

async function headOf({ from, schema }: Ends): Promise<Reached> {
  const { rows } = await from.query<Reached>(
    `select seq::float8 as seq, access_seq::float8 as access from ${quoted(schema)}.head`,
  )
  if (rows.length !== 1 || !rows[0]) throw notWhole()
  return rows[0]
}

/** The records that were changed since; those that are there already are replaced. */
async function copyRecords(ends: Ends, after: number, upTo: number): Promise<number> {
  const { to, schema } = ends
  const changed = `where seq > ${after} and seq <= ${upTo}`
  if (after === 0) return pour(ends, 'record', changed)
  const columns = await columnsOf(ends.from, schema, 'record')
  const target = `${quoted(schema)}.record`
  await to.query(`create temp table if not exists incoming (like ${target}); truncate pg_temp.incoming`)
  const rows = await pour(ends, 'record', changed, 'pg_temp.incoming')
  const set = columns.map((column) => `${column} = excluded.${column}`).join(', ')
  await to.query(`insert into ${target} (${columns}) select ${columns} from pg_temp.incoming
    on conflict (kind, id) do update set ${set}`)
  return rows
}

/** The attachments that are not there yet: they are named by their content, and have no number. */
async function copyBlobs(ends: Ends): Promise<number> {
  const { from, to, schema } = ends
  const blobs = `${quoted(schema)}.blob`
  await from.query('create temp table if not exists there (hash text primary key); truncate pg_temp.there')
  await stream(to, `copy (select hash from ${blobs}) to stdout`, from, 'copy pg_temp.there (hash) from stdin')
  return pour(ends, 'blob', 'where not exists (select from pg_temp.there where there.hash = blob.hash)')
}

/** A small table, as a whole. */
async function replace(ends: Ends, table: string): Promise<number> {
  await ends.to.query(`delete from ${quoted(ends.schema)}.${table}`)
  return pour(ends, table, '')
}

async function pour(ends: Ends, table: string, where: string, into?: string): Promise<number> {
  const columns = await columnsOf(ends.from, ends.schema, table)
  const name = `${quoted(ends.schema)}.${table}`
  return stream(
    ends.from,
    `copy (select ${columns} from ${name} ${where}) to stdout`,
    ends.to,
    `copy ${into ?? name} (${columns}) from stdin`,
  )
}

async function stream(from: pg.Client, out: string, to: pg.Client, into: string): Promise<number> {
  const taking = to.query(copyFrom(into))
  await pipeline(from.query(copyTo(out)), taking)
  return taking.rowCount
}

const columns = new WeakMap<pg.Client, Map<string, string[]>>()

/** The names of a table's columns, quoted, in their order. */
export async function columnsOf(client: pg.Client, schema: string, table: string): Promise<string[]> {
  const known = columns.get(client) ?? new Map<string, string[]>()
  columns.set(client, known)
  const found = known.get(table)
  if (found) return found
  const { rows } = await client.query<{ name: string }>(
    `select quote_ident(attname) as name from pg_attribute
     where attrelid = to_regclass($1) and attnum > 0 and not attisdropped and attgenerated = '' order by attnum`,
    [`${quoted(schema)}.${table}`],
  )
  const names = rows.map(({ name }) => name)
  if (names.length === 0) throw notWhole()
  known.set(table, names)
  return names
}

export function notWhole(): CloudError {
  return new CloudError(
    'facility-not-whole',
    'That facility’s schema is not what it should be. `isolation scan` says how.',
  )
}
