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

interface Text {
  /** The same in all of these, but for the name of the schema. */
  views: number[]
  text: string
}

/**
 * What the views say, word by word. To write a view out PostgreSQL locks what it reads until the transaction ends or is taken
 * back to before it, and has room for so many locks only.
 */
async function checkTexts({ client }: Scene, { relations, views }: Portion): Promise<Finding[]> {
  const findings: Finding[] = []
  for (const some of portions(views, 500)) {
    await client.query('savepoint views')
    const { rows } = await client.query<Text>(TEXTS, [some])
    await client.query('rollback to savepoint views; release savepoint views')
    for (const { views: alike, text } of rows) {
      const parts = partsOf(text)
      for (const view of alike) {
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

/** One that is switched off, or gives values to what is written into it, says so in front. */
const TEXTS = `
  select pg_catalog.array_agg(oid) as views, text from (
    select class.oid, case when exists (select from pg_catalog.pg_rewrite where ev_class = class.oid and ev_enabled <> 'O')
          then 'switched off: ' else '' end
        || case when exists (select from pg_catalog.pg_attrdef where adrelid = class.oid) then 'with defaults: ' else '' end
        || pg_catalog.replace(pg_catalog.pg_get_viewdef(class.oid), nspname || '.', '<schema>.') as text
    from pg_catalog.pg_class as class join pg_catalog.pg_namespace as namespace on namespace.oid = relnamespace
    where class.oid = any ($1::oid[])
  ) as written where text is not null group by text`
