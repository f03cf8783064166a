/** Whether a schema is the one that the registry says it is, by what the schema says of itself. */
import pg from 'pg'
import { FACILITY_SHAPES } from '../expected/facility.ts'
import { type Finding, finding } from '../finding.ts'
import { type Facility, portions, type Scene } from '../scene.ts'

interface Said {
  schema: number
  facility: string | null
  version: string | null
}

/**
 * Reads each facility's `meta`, in portions of few, each behind a savepoint: every table that is read stays locked (against
 * being dropped) until the transaction ends or is taken back to before it, and a server has room for so many locks only.
 */
export async function checkIdentities(scene: Scene, readable: ReadonlySet<number>): Promise<Finding[]> {
  const findings: Finding[] = []
  const there = scene.facilities.filter(({ schemaOid }) => schemaOid !== undefined && readable.has(schemaOid))
  for (const portion of portions(there, 100)) {
    await scene.client.query('savepoint identity')
    const { rows } = await scene.client.query<Said>(portion.map(metaOf).join(' union all '))
    await scene.client.query('rollback to savepoint identity; release savepoint identity')
    const said = new Map(rows.map((row) => [row.schema, row]))
    for (const facility of portion) findings.push(...checkIdentity(facility, said.get(facility.schemaOid ?? 0)))
  }
  return findings
}

function checkIdentity(facility: Facility, said: Said | undefined): Finding[] {
  const about = { facility: facility.id, object: facility.schema }
  const findings: Finding[] = []
  if (said?.facility !== facility.id)
    findings.push(finding('facility-swapped', { ...about, expected: facility.id, found: said?.facility ?? 'nobody' }))
  if (FACILITY_SHAPES[facility.version] === undefined)
    findings.push(finding('version-unknown', { ...about, expected: known(), found: String(facility.version) }))
  else if (said?.version !== String(facility.version))
    findings.push(
      finding('version-mismatch', { ...about, expected: String(facility.version), found: said?.version ?? 'none' }),
    )
  return findings
}

function known(): string {
  return Object.keys(FACILITY_SHAPES).join(' or ')
}

/** The administrator reads it, whom row-level security does not bind; only the two lines that say whose it is. */
function metaOf({ schema, schemaOid }: Facility): string {
  const value = (key: string) =>
    `(select value #>> '{}' from ${pg.escapeIdentifier(schema)}.meta where key = '${key}' limit 1)`
  return `select ${schemaOid}::oid as schema, ${value('facility')} as facility, ${value('version')} as version`
}
