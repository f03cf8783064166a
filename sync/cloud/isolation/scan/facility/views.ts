/** What a facility's views read: its own records, and no function that anybody made. */
import { type Finding, finding } from '../finding.ts'
import type { Scene } from '../scene.ts'
import type { Portion } from './relations.ts'

interface Reads {
  view: number
  /** Relations and functions that PostgreSQL did not come with. */
  reads: string[]
}

export async function checkViews(scene: Scene, portion: Portion): Promise<Finding[]> {
  const { rows } = await scene.client.query<Reads>(READS, [portion.views])
  return rows.flatMap(({ view, reads }) => {
    const { facility, relation } = portion.relations.get(view) ?? {}
    if (!facility || !relation) return []
    const expected = `${facility.schema}.record`
    const found = reads.filter((one) => one !== expected)
    return found.length === 0
      ? []
      : [finding('view-crosses', { facility: facility.id, object: relation.name, expected, found: found.join(', ') })]
  })
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
