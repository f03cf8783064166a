/** What a facility's views read: its own records, by the one condition, and no function that anybody made. */
import { viewSays } from '../expected/views.ts'
import { type Finding, finding } from '../finding.ts'
import { portions } from '../portions.ts'
import type { Facility, Scene } from '../scene.ts'
import { isKnown, type Portion, shapeOf } from './relations.ts'

export async function checkViews(scene: Scene, portion: Portion): Promise<Finding[]> {
  const { rows } = await scene.client.query<Reads>(READS, [portion.views])
  const crossing = rows.flatMap(({ view, reads }) => {
    const { facility, relation } = portion.relations.get(view) ?? {}
    if (!facility || !relation) return []
    const expected = `${facility.schema}.record`
    const found = reads.filter((one) => one !== expected)
    return found.length === 0
      ? []
      : [finding('view-crosses', { facility: facility.id, object: relation.name, expected, found: found.join(', ') })]
  })
  return [...crossing, ...(await checkTexts(scene, portion))]
}

interface Reads {
  view: number
  /** Relations and functions that PostgreSQL did not come with. */
  reads: string[]
}

interface Alike {
  /** Views of one name that were parsed to the same, each in its own schema. */
  views: number[]
}

/**
 * What the views say, word by word. PostgreSQL writes out one of those that are alike: for each that it does it keeps some
 * twenty kilobytes until the session ends, and locks what the view reads until the transaction does or is taken back to
 * before it.
 */
async function checkTexts({ client }: Scene, { relations, views }: Portion): Promise<Finding[]> {
  const alike = (await client.query<Alike>(ALIKE, [views])).rows
  const findings: Finding[] = []
  for (const some of portions(alike, 500)) {
    await client.query('savepoint views')
    const { rows } = await client.query<{ view: number; text: string }>(TEXTS, [some.map((one) => one.views[0])])
    await client.query('rollback to savepoint views; release savepoint views')
    const texts = new Map(rows.map(({ view, text }) => [view, text]))
    for (const { views } of some) {
      const parts = partsOf(texts.get(views[0] ?? 0) ?? '')
      for (const view of views) {
        const { facility, relation } = relations.get(view) ?? {}
        if (facility && relation) findings.push(...checkText(facility, relation.name, parts))
      }
    }
  }
  return findings
}

function checkText(facility: Facility, object: string, found: readonly string[]): Finding[] {
  const fields = shapeOf(facility).views[object]
  if (fields === undefined) return []
  const must = viewSays(object, fields)
  const at = must.findIndex((part, index) => part !== found[index])
  if (at < 0 && found.length === must.length) return []
  return [
    finding('view-changed', {
      ...{ facility: facility.id, object },
      ...{ expected: must[at] ?? 'no more', found: found[at < 0 ? must.length : at] ?? 'nothing' },
      ...(isKnown(facility) ? {} : { severity: 'warning' }),
    }),
  ]
}

/** Its columns, each with its name, and then all that follows them. Versions differ in line breaks and in needless names. */
function partsOf(text: string): string[] {
  const plain = text
    .replace(/\s+/g, ' ')
    .replace(/(?<=[ (])record\./g, '')
    .replace(/ AS "([a-z_]+)"/g, ' AS $1')
    .replace(/^ ?SELECT /, '')
    .replace(/;$/, '')
  const parts: string[] = []
  let [depth, from] = [0, 0]
  for (const { 0: sign, index } of plain.matchAll(/'(?:[^']|'')*'|"[^"]*"|[(),]| FROM /g)) {
    if (sign === '(') depth++
    else if (sign === ')') depth--
    else if (depth === 0 && (sign === ',' || sign === ' FROM ')) {
      parts.push(plain.slice(from, index).trim())
      from = index + 1
      if (sign === ' FROM ') break
    }
  }
  return [...parts, plain.slice(from).trim()]
}

const READS = `
  select ev_class as view, array(
    select distinct case refclassid
      when 'pg_catalog.pg_class'::regclass then refobjid::regclass::text
      else pg_catalog.pg_describe_object(refclassid, refobjid, 0) end
    from pg_catalog.pg_depend
    where classid = 'pg_catalog.pg_rewrite'::regclass and objid = rewrite.oid and deptype = 'n'
      and not (refclassid = 'pg_catalog.pg_class'::regclass and refobjid = ev_class)
    order by 1) as reads
  from pg_catalog.pg_rewrite as rewrite where ev_class = any ($1::oid[])`

/**
 * As PostgreSQL keeps it parsed: the numbers of the view itself and of its schema's own table of records stand for names, and
 * where in a text something stood, which versions before 17 keep, does not matter. Any other number makes it another one.
 */
const ALIKE = `
  select pg_catalog.array_agg(view order by view) as views from (
    select view.oid as view, view.relname as name, array(
        select attname::text from pg_catalog.pg_attribute where attrelid = view.oid and attnum > 0 order by attnum) as columns,
      array(
        select attnum || ' ' || attname from pg_catalog.pg_attribute where attrelid = record.oid and attnum > 0 order by attnum) as read,
      exists (select from pg_catalog.pg_attrdef where adrelid = view.oid) as defaults, array(
        select pg_catalog.sha256(pg_catalog.convert_to(pg_catalog.concat(ev_enabled, ev_type, is_instead, ev_qual,
          case when pg_catalog.current_setting('server_version_num')::int >= 170000 then named.action
            else pg_catalog.regexp_replace(named.action, ':(location|stmt_location|stmt_len) -?[0-9]+', '', 'g') end), 'UTF8'))
        from pg_catalog.pg_rewrite
          cross join pg_catalog.replace(ev_action::text, ':relid ' || view.oid || ' ', ':relid itself ') as itself (action)
          cross join pg_catalog.replace(itself.action, ':relid ' || record.oid || ' ', ':relid records ') as records (action)
          cross join pg_catalog.replace(records.action, ':resorigtbl ' || record.oid || ' ', ':resorigtbl records ') as named (action)
        where ev_class = view.oid order by rulename) as rules
    from pg_catalog.pg_class as view
    left join pg_catalog.pg_class as record on record.relnamespace = view.relnamespace and record.relname = 'record'
    where view.oid = any ($1::oid[])
  ) as parsed group by name, columns, read, defaults, rules`

/** One that is switched off, or gives values to what is written into it, says so in front. */
const TEXTS = `
  select class.oid as view, case when exists (select from pg_catalog.pg_rewrite where ev_class = class.oid and ev_enabled <> 'O')
        then 'switched off: ' else '' end
      || case when exists (select from pg_catalog.pg_attrdef where adrelid = class.oid) then 'with defaults: ' else '' end
      || pg_catalog.replace(pg_catalog.pg_get_viewdef(class.oid), nspname || '.', '<schema>.') as text
  from pg_catalog.pg_class as class join pg_catalog.pg_namespace as namespace on namespace.oid = relnamespace
  where class.oid = any ($1::oid[])`
