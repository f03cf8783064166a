/**
 * The projection: keeps `record` equal to the fold of `journal`, for the records that a batch touched. A change made on
 * top of what stands extends it; anything else is folded from all of the record's changes, as the workstation does.
 */
import type { Change } from '../../../domain/entry.ts'
import type { Json } from '../../../domain/fields.ts'
import { type Conflict, extend, type Folded, fold, folding } from '../../../domain/fold.ts'
import { kindNamed } from '../../../domain/kinds.ts'
import { Breath, inStretches } from './breath.ts'
import { jsonb } from './entry.ts'
import { lines } from './lines.ts'
import type { Send } from './pipelined.ts'
import type { Statements } from './statements.ts'

/** A change, and the record that it is of. */
export interface PlacedChange {
  record: string
  id: string
  change: Change
  /** The place that its entry takes in the facility's order. */
  seq: number
}

interface Touched {
  record: string
  id: string
  folded: Folded | undefined
  /** There is a row of it already. */
  stands: boolean
  /** If there is none: its changes, which are all in this batch, and the place of the first. */
  changes: Change[]
  opened: number
  /** Some change was not made on top of what stands. */
  branched: boolean
}

/**
 * Adds entries to the journal, by way of `add`, and folds their changes into `record`. What stands is read first: it says
 * which entries make a record, and most of the folding is done here while PostgreSQL is busy with the journal. What is
 * written is only sent: that all of it succeeds is for the transaction to wait for.
 */
export async function project(
  send: Send,
  sql: Statements,
  changes: readonly PlacedChange[],
  seq: number,
  add: (opening: ReadonlySet<number>) => void,
): Promise<void> {
  const touched = await standing(send, sql, changes)
  add(openings(touched, changes))
  const breath = new Breath()
  for (const { record, id, change } of changes) {
    const one = touched.get(keyOf(record, id)) as Touched
    if (one.branched) continue
    const next = one.folded ? extend(one.folded, change) : fold(kindNamed(record), [change])
    if (next) one.folded = next
    else one.branched = true
    if (breath.due) await breath.take()
  }
  const all = [...touched.values()]
  const write = (records: readonly Touched[]) => writing(sql, records, seq).forEach((statement) => void send(statement))
  write(all.filter((one) => !one.branched))
  const branched = all.filter((one) => one.branched)
  await refold(send, sql, branched)
  write(branched)
}

/** The records as they stand before the batch. */
async function standing(send: Send, sql: Statements, changes: readonly PlacedChange[]): Promise<Map<string, Touched>> {
  const touched = new Map<string, Touched>()
  for (const { record, id } of changes)
    touched.set(keyOf(record, id), {
      ...{ record, id, folded: undefined, stands: false, branched: false },
      ...{ changes: [], opened: 0 },
    })
  const wanted = [...touched.values()]
  if (wanted.length === 0) return touched
  const { rows } = await send({
    ...sql.records,
    values: [lines(wanted, (one) => one.record), lines(wanted, (one) => one.id)],
  })
  for (const { kind, id, fields, heads, conflicts, created, updated } of rows as Row[]) {
    const one = touched.get(keyOf(kind, id))
    if (!one) continue
    one.folded = { fields, heads, conflicts, created, updated }
    one.stands = true
  }
  return touched
}

/** The places of the entries that make their records. */
function openings(touched: ReadonlyMap<string, Touched>, changes: readonly PlacedChange[]): Set<number> {
  const opening = new Set<number>()
  for (const { record, id, change, seq } of changes) {
    const one = touched.get(keyOf(record, id)) as Touched
    if (one.stands) continue
    if (one.changes.push(change) > 1) continue
    one.opened = seq
    opening.add(seq)
  }
  return opening
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

async function refold(send: Send, sql: Statements, branched: readonly Touched[]): Promise<void> {
  for (const one of branched)
    if (!one.stands) one.folded = await inStretches(folding(kindNamed(one.record), one.changes))
  const standing = branched.filter((one) => one.stands)
  if (standing.length === 0) return
  const { rows } = await send({
    ...sql.changes,
    values: [lines(standing, (one) => one.id), lines(standing, (one) => one.record)],
  })
  const all = new Map<string, Change[]>()
  const breath = new Breath()
  for (const { record, id, hash, body } of rows as { record: string; id: string; hash: string; body: string }[]) {
    if (breath.due) await breath.take()
    const { hlc, author, fields = {}, base = [] } = JSON.parse(body) as Change
    const key = keyOf(record, id)
    const change = { hash, hlc, author, fields, base }
    const changes = all.get(key)
    if (changes) changes.push(change)
    else all.set(key, [change])
  }
  for (const one of standing)
    one.folded = await inStretches(folding(kindNamed(one.record), all.get(keyOf(one.record, one.id)) ?? []))
}

type Write = Statements['addRecords' | 'changeRecords'] & { values: (string | number)[] }

/** The statements that write records, with their values: at most one for the new and one for those that stand. */
function writing(sql: Statements, records: readonly Touched[], seq: number): Write[] {
  const added = records.filter((one) => !one.stands)
  const changed = records.filter((one) => one.stands)
  const opened = () => lines(added, (one) => one.opened)
  return [
    ...(added.length > 0 ? [{ ...sql.addRecords, values: [...columnsOf(added, seq), opened()] }] : []),
    ...(changed.length > 0 ? [{ ...sql.changeRecords, values: columnsOf(changed, seq) }] : []),
  ]
}

function columnsOf(records: readonly Touched[], seq: number): (string | number)[] {
  const folded = records.map((one) => one.folded as Folded)
  return [
    lines(records, (one) => one.record),
    lines(records, (one) => one.id),
    lines(folded, (one) => jsonb(one.fields)),
    lines(folded, (one) => `{${one.heads.join(',')}}`),
    lines(folded, (one) => (one.conflicts.length > 0 ? jsonb(one.conflicts) : '[]')),
    lines(folded, (one) => one.created),
    lines(folded, (one) => one.updated),
    seq,
  ]
}

function keyOf(record: string, id: string): string {
  return `${record}\n${id}`
}
