/** Records as they stand: reads a row into what the fold knows of it, and writes a fold into its row. */

import canonicalize from 'canonicalize'
import type { Change } from '../domain/entry.ts'
import type { Json } from '../domain/fields.ts'
import { extend, type Folded, fold } from '../domain/fold.ts'
import type { AnyKind, ColumnOf } from '../domain/kind.ts'
import type { Database } from './database.ts'
import { sortable } from './instants.ts'
import { OWN_COLUMNS, quoted } from './tables.ts'

export type Row = Record<string, string | number | null>

interface Statements {
  names: readonly string[]
  select: string
  write: string
}
const statements = new WeakMap<AnyKind, Statements>()

export class Rows {
  readonly #db: Database
  readonly #changes: (record: string, id: string) => Change[]

  /** `changes` gives all changes of a record, for when a new one was not made on top of what stands. */
  constructor(db: Database, changes: (record: string, id: string) => Change[]) {
    this.#db = db
    this.#changes = changes
  }

  /** The record as it stands, or undefined if there is none. */
  current(kind: AnyKind, id: string): Folded | undefined {
    const row = this.#db.get<Row>(sqlOf(kind).select, [id])
    return row && decodeRow(kind, row)
  }

  /**
   * Puts a change that is in the journal on its record. `standing` is what `current` gave in the same transaction, for
   * a caller who has just read it, `null` if there is none; `seq` is then the entry's, which makes the record.
   */
  apply(
    kind: AnyKind,
    id: string,
    change: Change,
    standing: Folded | null | undefined = this.current(kind, id),
    seq?: number,
  ): Folded {
    const folded =
      (standing ? extend(standing, change) : change.base.length === 0 ? fold(kind, [change]) : undefined) ??
      fold(kind, this.#changes(kind.name, id))
    this.write(kind, id, folded, seq)
    return folded
  }

  /** Folds a record anew from everything in the journal. */
  refold(kind: AnyKind, id: string): Folded {
    const folded = fold(kind, this.#changes(kind.name, id))
    this.write(kind, id, folded)
    return folded
  }

  write(kind: AnyKind, id: string, folded: Folded, seq?: number): void {
    const { names, write } = sqlOf(kind)
    const row = encodeRow(kind, id, folded)
    if (seq !== undefined) row._seq = seq
    this.#db.run(
      write,
      names.map((name) => row[name] ?? null),
    )
  }
}

/** The row of a fold, column by column. */
export function encodeRow(kind: AnyKind, id: string, folded: Folded): Row {
  const row: Row = { id }
  const more: Record<string, Json> = { ...folded.fields }
  for (const column of kind.columns) {
    const value = folded.fields[column.name]
    const stored = value === undefined ? null : store(column, value)
    row[column.name] = stored ?? null
    // A newer program's value of another type does not fit the column: it is kept beside, like a field we don't know.
    if (stored !== undefined) delete more[column.name]
  }
  const at = [kind.at ?? []]
    .flat()
    .map((name) => folded.fields[name])
    .find((value) => typeof value === 'string')
  row._heads = JSON.stringify(folded.heads)
  row._conflicts = folded.conflicts.length > 0 ? text(folded.conflicts) : null
  row._created = folded.created
  row._updated = folded.updated
  row._more = Object.keys(more).length > 0 ? text(more) : null
  row._at = (typeof at === 'string' ? sortable(at) : undefined) ?? null
  return row
}

/** What the fold knew when it wrote that row. */
export function decodeRow(kind: AnyKind, row: Row): Folded {
  const fields: Record<string, Json> = {}
  for (const { name, column } of kind.columns) {
    const value = row[name]
    if (value === null || value === undefined) continue
    if (column === 'json') fields[name] = JSON.parse(String(value)) as Json
    else fields[name] = column === 'boolean' ? value === 1 : value
  }
  if (row._more) Object.assign(fields, JSON.parse(String(row._more)))
  return {
    fields,
    heads: JSON.parse(String(row._heads)) as string[],
    conflicts: row._conflicts ? (JSON.parse(String(row._conflicts)) as Folded['conflicts']) : [],
    created: String(row._created),
    updated: String(row._updated),
  }
}

/** JSON as the journal has it, where keys are sorted: a row that was just written and one folded anew are the same text. */
function text(value: unknown): string {
  return canonicalize(value) ?? 'null'
}

/** The value as the column keeps it; undefined if it cannot. */
function store({ column }: ColumnOf, value: Json): string | number | undefined {
  switch (column) {
    case 'json':
      return text(value)
    case 'text':
      return typeof value === 'string' ? value : undefined
    case 'boolean':
      return typeof value === 'boolean' ? Number(value) : undefined
    case 'integer':
      return Number.isSafeInteger(value) ? (value as number) : undefined
    case 'real':
      return typeof value === 'number' ? value : undefined
  }
}

function sqlOf(kind: AnyKind): Statements {
  const known = statements.get(kind)
  if (known) return known
  const names = ['id', ...kind.columns.map((column) => column.name), ...OWN_COLUMNS]
  const set = names
    .slice(1)
    .filter((name) => name !== '_seq')
    .map((name) => `${quoted(name)} = excluded.${quoted(name)}`)
  const made = {
    names,
    select: `select * from ${quoted(kind.name)} where id = ?`,
    write: `insert into ${quoted(kind.name)} (${names.map(quoted).join(', ')}) values (${names.map(() => '?').join(', ')})
            on conflict (id) do update set ${set.join(', ')}`,
  }
  statements.set(kind, made)
  return made
}
