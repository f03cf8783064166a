/** The tables themselves: their columns, keys and indexes, and the tag that every row carries and no other can be written. */
import type { TableShape } from '../expected/facility.ts'
import { TAG_CHECK, TAG_DEFAULT } from '../expected/facility.ts'
import { type Finding, finding } from '../finding.ts'
import type { Facility, Scene } from '../scene.ts'
import { type Portion, shapeOf } from './relations.ts'

/** A table as it stands. */
interface Table {
  oid: number
  /** Type, `not null`, and ` default …` of each column. */
  columns: Record<string, string>
  constraints: Record<string, string> | null
  indexes: Record<string, string> | null
  /** Tables that it is a child or a parent of. */
  ties: string[]
}

/** The tags of facilities, by what the defaults and checks of their tables say most. */
export type Tags = ReadonlyMap<Facility, string>

export async function checkShapes(scene: Scene, portion: Portion): Promise<{ findings: Finding[]; tags: Tags }> {
  const { rows } = await scene.client.query<Table>(TABLES, [portion.tables])
  const tags = tagsOf(portion, rows)
  const findings = rows.flatMap((table) => {
    const { facility, relation } = portion.relations.get(table.oid) ?? {}
    const shape = facility && relation && shapeOf(facility).tables[relation.name]
    return shape ? checkTable(facility, relation.name, shape, table, tags.get(facility)) : []
  })
  return { findings, tags }
}

function checkTable(
  facility: Facility,
  name: string,
  shape: TableShape,
  table: Table,
  tag: string | undefined,
): Finding[] {
  const about = { facility: facility.id, object: name }
  const findings: Finding[] = []
  const { [TAG_CHECK.name]: check = 'not checked', ...constraints } = table.constraints ?? {}
  const found = (text: string) => written(text, facility, tag)

  const [type = '', given = 'none'] = (table.columns.tag ?? '').split(/ default (.*)/s)
  if (found(given) !== TAG_DEFAULT)
    findings.push(finding('tag-default', { ...about, expected: TAG_DEFAULT, found: found(given) }))
  if (found(check) !== TAG_CHECK.is)
    findings.push(finding('tag-check', { ...about, expected: TAG_CHECK.is, found: found(check) }))

  const foreign = Object.values(constraints).filter((one) => one.startsWith('FOREIGN KEY'))
  findings.push(...foreign.map((one) => finding('foreign-key', { ...about, found: one })))
  const keys = Object.entries(constraints).filter(([, one]) => !one.startsWith('FOREIGN KEY'))
  const indexes = Object.entries(table.indexes ?? {}).filter(([index]) => !Object.hasOwn(constraints, index))
  const columns = { ...table.columns, ...(table.columns.tag === undefined ? {} : { tag: type }) }
  findings.push(
    ...table.ties.map((other) => finding('inheritance', { ...about, found: other })),
    ...differences(columns, shape.columns).map((one) => finding('table-shape', { ...about, ...one })),
    ...differences(Object.fromEntries(keys), shape.keys).map((one) => finding('table-shape', { ...about, ...one })),
    ...differences(Object.fromEntries(indexes), shape.indexes ?? {}).map((one) =>
      finding('index-shape', { ...about, ...one }),
    ),
  )
  return findings
}

/** What is there and must not be, what must be and is not, and what is otherwise. */
function differences(
  found: Readonly<Record<string, string>>,
  expected: Readonly<Record<string, string>>,
): { expected: string; found: string }[] {
  const names = new Set([...Object.keys(found), ...Object.keys(expected)])
  return [...names]
    .filter((name) => found[name] !== expected[name])
    .map((name) => ({
      found: found[name] === undefined ? `${name} is not there` : `${name} is ${found[name]}`,
      expected: expected[name] ?? 'not there',
    }))
}

/** An expression as PostgreSQL wrote it out, with what differs from facility to facility replaced by what it stands for. */
export function written(text: string, facility: Facility, tag: string | undefined): string {
  const named = text.replaceAll(`'${facility.role}'::name`, '<role>')
  return tag === undefined ? named : named.replaceAll(`'${tag}'::uuid`, '<tag>')
}

function tagsOf(portion: Portion, tables: readonly Table[]): Tags {
  const seen = new Map<Facility, Map<string, number>>()
  for (const { oid, columns, constraints } of tables) {
    const facility = portion.relations.get(oid)?.facility
    if (!facility) continue
    const counts = seen.get(facility) ?? new Map<string, number>()
    seen.set(facility, counts)
    for (const text of [columns.tag, constraints?.[TAG_CHECK.name]]) {
      const tag = text && /'([0-9a-f-]{36})'::uuid/.exec(text)?.[1]
      if (tag) counts.set(tag, (counts.get(tag) ?? 0) + 1)
    }
  }
  const tags = new Map<Facility, string>()
  for (const [facility, counts] of seen) {
    const [most] = [...counts].sort(([a, many], [b, more]) => more - many || (a < b ? -1 : 1))
    if (most) tags.set(facility, most[0])
  }
  return tags
}

/** A tag that another facility has, or that can be reckoned from a name, is no secret. */
export function checkTags(tags: Tags): Finding[] {
  const findings: Finding[] = []
  const owners = new Map<string, Facility>()
  for (const [facility, tag] of tags) {
    const { id: object } = facility
    const other = owners.get(tag)
    if (other)
      findings.push(
        finding('tag-shared', { facility: facility.id, object, found: other.id }),
        finding('tag-shared', { facility: other.id, object: other.id, found: facility.id }),
      )
    owners.set(tag, facility)
    const bits = tag.replaceAll('-', '')
    const known = (['id', 'role', 'schema'] as const).find((name) => facility[name].includes(bits))
    if (known) findings.push(finding('tag-known', { facility: facility.id, object, found: known }))
  }
  return findings
}

const TABLES = `
  select class.oid, (
      select pg_catalog.jsonb_object_agg(attname,
        pg_catalog.format_type(atttypid, atttypmod)
        || case when attnotnull then ' not null' else '' end
        || case attidentity when '' then '' else ' identity' end
        || case attgenerated when '' then '' else ' generated' end
        || coalesce(' default ' || pg_catalog.pg_get_expr(adbin, adrelid), ''))
      from pg_catalog.pg_attribute
      left join pg_catalog.pg_attrdef on adrelid = attrelid and adnum = attnum
      where attrelid = class.oid and attnum > 0 and not attisdropped
    ) as columns, (
      select pg_catalog.jsonb_object_agg(conname, pg_catalog.pg_get_constraintdef(oid))
      from pg_catalog.pg_constraint where conrelid = class.oid and contype not in ('n', 't')
    ) as constraints, (
      select pg_catalog.jsonb_object_agg(relname,
        pg_catalog.regexp_replace(pg_catalog.pg_get_indexdef(indexrelid), '^.* USING ', '')
        || case when indisunique then ' unique' else '' end || case when indisvalid then '' else ' invalid' end)
      from pg_catalog.pg_index join pg_catalog.pg_class as index on index.oid = indexrelid where indrelid = class.oid
    ) as indexes, array(
      select (case inhrelid when class.oid then inhparent else inhrelid end)::regclass::text
      from pg_catalog.pg_inherits where class.oid in (inhrelid, inhparent) order by 1
    ) as ties
  from pg_catalog.unnest($1::oid[]) as class (oid)`
