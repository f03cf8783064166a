/**
 * A view for each kind of record, with typed columns, for a facility's own reports. Derived from the kinds, like the
 * tables on the workstation, so that a new field needs no SQL of its own.
 */
import type { Column } from '../../../domain/fields.ts'
import type { AnyKind } from '../../../domain/kind.ts'
import { KINDS } from '../../../domain/kinds.ts'

const TABLES = ['journal', 'record', 'blob', 'device', 'access_log', 'head', 'meta']

/** The statements that make a facility's views, in place of those that are there if need be. `schema` is quoted already. */
export function viewsOf(schema: string, role: string, { again = false } = {}): string {
  return Object.values(KINDS)
    .map((kind) => (again ? `\ndrop view if exists ${schema}.${quoted(kind.name)};` : '') + viewOf(schema, role, kind))
    .join('\n')
}

function viewOf(schema: string, role: string, kind: AnyKind): string {
  if (TABLES.includes(kind.name)) throw new TypeError(`${kind.name} is the name of a table`)
  const columns = kind.columns.map(({ name, column }) => `${typed(name, column)} as ${quoted(snake(name))}`)
  return `
create view ${schema}.${quoted(kind.name)} with (security_invoker = true) as
  select id, ${columns.join(', ')},
    ${time('created')} as recorded_at, ${time('updated')} as changed_at, conflicts, seq
  from ${schema}.record where kind = '${kind.name}';
grant select on ${schema}.${quoted(kind.name)} to ${role};`
}

/**
 * A field as its type. One that holds something else (a newer program's, or nonsense) is null, so that one odd record
 * does not make a report of ten thousand fail.
 */
function typed(name: string, column: Column): string {
  const value = `(fields->'${name}')`
  switch (column) {
    case 'text':
      return `(fields->>'${name}')`
    case 'boolean':
      return `case when jsonb_typeof${value} = 'boolean' then ${value}::boolean end`
    case 'real':
      return `case when jsonb_typeof${value} = 'number' and abs(${value}::numeric) < 1e300 then ${value}::double precision end`
    case 'integer':
      return `case when jsonb_typeof${value} = 'number' and abs(${value}::numeric) < 9007199254740992 then ${value}::bigint end`
    case 'json':
      return value
  }
}

/** The wall time of a hybrid clock reading (domain/hlc.ts): its first 48 bits are milliseconds. */
function time(column: string): string {
  return `to_timestamp(('x' || substr(${column}, 1, 12))::bit(48)::bigint / 1000.0)`
}

/** camelCase to snake_case: what a person who writes SQL expects to type. */
function snake(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
}

function quoted(name: string): string {
  if (!/^[a-z_][a-z0-9_]{0,62}$/.test(name)) throw new TypeError(`${name} is not a name for a column`)
  return `"${name}"`
}
