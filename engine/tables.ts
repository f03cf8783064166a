/**
 * The table of a kind, derived from the kind. A column a field, and beside them what the fold knows: the heads, open
 * conflicts, first and last change, fields that only a newer program knows, and the record's time in a form that sorts.
 */
import type { Column } from '../domain/fields.ts'
import type { AnyKind } from '../domain/kind.ts'
import { KINDS } from '../domain/kinds.ts'
import type { Database } from './database.ts'
import { NewerDatabase } from './errors.ts'

const STORED: Record<Column, string> = {
  text: 'text',
  integer: 'integer',
  real: 'real',
  boolean: 'integer',
  json: 'text',
}

/** What every table has beside its fields. The underscore keeps them apart: no field begins with one. */
const OWN = {
  _heads: 'text not null',
  _conflicts: 'text',
  _created: 'text not null',
  _updated: 'text not null',
  _more: 'text',
  _at: 'text',
  /** The entry that made the record here; the others are found by the journal's index. */
  _seq: 'integer',
} as const
export const OWN_COLUMNS = Object.keys(OWN)
/** A record's number at this workstation, in the order in which they came. Named, as SQLite would change an implicit one when a backup is made. */
const NUMBER = '_row'

/** Quotes a name for SQL. */
export function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}

/**
 * Makes what is missing of every kind's table. A column that no kind of this program has was made by a newer one.
 * Fields are never `not null` here: what is required is checked when a person writes, and a record that was merged
 * from two workstations has to be storable whatever it is.
 */
export function alignTables(db: Database): { widened: AnyKind[] } {
  const widened: AnyKind[] = []
  for (const kind of Object.values<AnyKind>(KINDS)) {
    const present = new Set(
      db.all<{ name: string }>('select name from pragma_table_info(?)', [kind.name]).map((row) => row.name),
    )
    if (present.size === 0) {
      db.exec(tableOf(kind))
    } else {
      const known = new Set([NUMBER, 'id', ...OWN_COLUMNS, ...kind.columns.map((column) => column.name)])
      if ([...present].some((name) => !known.has(name))) throw new NewerDatabase()
      const missing = kind.columns.filter((column) => !present.has(column.name))
      for (const { name, column } of missing) {
        db.exec(`alter table ${quoted(kind.name)} add column ${quoted(name)} ${STORED[column]}`)
      }
      if (missing.length > 0) widened.push(kind)
    }
    for (const index of indexesOf(kind)) db.exec(index)
  }
  return { widened }
}

function tableOf(kind: AnyKind): string {
  const fields = kind.columns.map(({ name, column }) => `${quoted(name)} ${STORED[column]}`)
  const own = Object.entries(OWN).map(([name, type]) => `${name} ${type}`)
  const all = [`${NUMBER} integer primary key`, 'id text not null unique', ...fields, ...own]
  return `create table ${quoted(kind.name)} (${all.join(', ')}) strict`
}

/** Few: each is paid for at every write. A chart is read by patient and time, a visit by its encounter. */
function indexesOf(kind: AnyKind): string[] {
  const index = (name: string, columns: string, where = '') =>
    `create index if not exists ${quoted(`${kind.name}_${name}`)} on ${quoted(kind.name)} (${columns}) ${where}`
  const has = (field: string) => kind.columns.some((column) => column.name === field)
  return [
    // A measurement's own index, below, begins with the patient as well.
    ...(kind.patient && kind.name !== 'observation' ? [index('chart', `${quoted(kind.patient)}, _at`)] : []),
    ...(kind.patient && has('encounter') ? [index('visit', 'encounter', 'where encounter is not null')] : []),
    // Next to nothing is in conflict, so this index is all but empty, and says so at once.
    ...(kind.patient ? [index('conflict', quoted(kind.patient), 'where _conflicts is not null')] : []),
    ...(kind.name === 'encounter' ? [index('day', '_at')] : []),
    // The last and all values of one measurement, among thousands of a patient's others.
    ...(kind.name === 'observation'
      ? [
          index('code', `patient, json_extract(code, '$.code'), _at`),
          index('correction', 'replaces', 'where replaces is not null'),
        ]
      : []),
  ]
}
