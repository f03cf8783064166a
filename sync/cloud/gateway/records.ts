/**
 * The projection: keeps `record` equal to the fold of `journal`, for the records that a batch touched. A change made on
 * top of what stands extends it; anything else is folded from all of the record's changes, as the workstation does.
 */
import type pg from 'pg'
import type { Change } from '../../../domain/entry.ts'
import type { Json } from '../../../domain/fields.ts'
import { type Conflict, extend, type Folded, fold } from '../../../domain/fold.ts'
import { kindNamed } from '../../../domain/kinds.ts'
import { jsonb } from './entry.ts'
import type { Statements } from './statements.ts'

/** A change, and the record that it is of. */
export interface PlacedChange {
  record: string
  id: string
  change: Change
}

interface Touched {
  record: string
  id: string
  folded: Folded | undefined
  /** Some change was not made on top of what stands. */
  branched: boolean
}

/** Folds changes, whose entries are in the journal already, into `record`. */
export async function project(
  client: pg.Client,
  sql: Statements,
  changes: readonly PlacedChange[],
  seq: number,
): Promise<void> {
  if (changes.length === 0) return
  const touched = await standing(client, sql, changes)
  for (const { record, id, change } of changes) {
    const one = touched.get(keyOf(record, id)) as Touched
    if (one.branched) continue
    const next = one.folded ? extend(one.folded, change) : fold(kindNamed(record), [change])
    if (next) one.folded = next
    else one.branched = true
  }
  await refold(
    client,
    sql,
    [...touched.values()].filter((one) => one.branched),
  )
  await save(client, sql, [...touched.values()], seq)
}

/** The records as they stand before the batch. */
async function standing(
  client: pg.Client,
  sql: Statements,
  changes: readonly PlacedChange[],
): Promise<Map<string, Touched>> {
  const touched = new Map<string, Touched>()
  for (const { record, id } of changes)
    touched.set(keyOf(record, id), { record, id, folded: undefined, branched: false })
  const wanted = [...touched.values()]
  const { rows } = await client.query<Row>({
    ...sql.records,
    values: [wanted.map((one) => one.record), wanted.map((one) => one.id)],
  })
  for (const { kind, id, fields, heads, conflicts, created, updated } of rows) {
    const one = touched.get(keyOf(kind, id))
    if (one) one.folded = { fields, heads, conflicts, created, updated }
  }
  return touched
}

interface Row {
  kind: string
  id: string
  fields: Record<string, Json>
  heads: string[]
  conflicts: Conflict[]
  created: string
  updated: string
}

async function refold(client: pg.Client, sql: Statements, branched: readonly Touched[]): Promise<void> {
  if (branched.length === 0) return
  const { rows } = await client.query<{ record: string; id: string; hash: string; body: string }>({
    ...sql.changes,
    values: [branched.map((one) => one.id), branched.map((one) => one.record)],
  })
  const all = new Map<string, Change[]>()
  for (const { record, id, hash, body } of rows) {
    const { hlc, author, fields = {}, base = [] } = JSON.parse(body) as Change
    const key = keyOf(record, id)
    const change = { hash, hlc, author, fields, base }
    const changes = all.get(key)
    if (changes) changes.push(change)
    else all.set(key, [change])
  }
  for (const one of branched) one.folded = fold(kindNamed(one.record), all.get(keyOf(one.record, one.id)) ?? [])
}

async function save(client: pg.Client, sql: Statements, records: readonly Touched[], seq: number): Promise<void> {
  const folded = records.map((one) => one.folded as Folded)
  await client.query({
    ...sql.saveRecords,
    values: [
      records.map((one) => one.record),
      records.map((one) => one.id),
      folded.map((one) => jsonb(one.fields)),
      folded.map((one) => `{${one.heads.join(',')}}`),
      folded.map((one) => (one.conflicts.length > 0 ? jsonb(one.conflicts) : '[]')),
      folded.map((one) => one.created),
      folded.map((one) => one.updated),
      records.map(() => seq),
    ],
  })
}

function keyOf(record: string, id: string): string {
  return `${record}\n${id}`
}
