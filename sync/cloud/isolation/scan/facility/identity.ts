/** Whether a schema is the one that the registry says it is, by what the schema says of itself. */
import pg from 'pg'
import { FACILITY_SHAPES } from '../expected/facility.ts'
import { type Finding, finding } from '../finding.ts'
import { type Facility, portions, type Scene } from '../scene.ts'

/** What a schema says of itself. */
export interface Said {
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
    const said = new Map((await saidBy(scene.client, portion)).map((row) => [row.schema, row]))
    for (const facility of portion) findings.push(...checkIdentity(facility, said.get(facility.schemaOid ?? 0)))
  }
  return findings
}

export async function saidBy(client: pg.ClientBase, schemas: readonly Named[]): Promise<Said[]> {
  await client.query('savepoint identity')
  const { rows } = await client.query<Said>(schemas.map(metaOf).join(' union all '))
  await client.query('rollback to savepoint identity; release savepoint identity')
  return rows
}

function checkIdentity(facility: Facility, said: Said | undefined): Finding[] {
  const about = { facility: facility.id, object: facility.schema }
  const findings: Finding[] = []
  // One that is being filled is empty for a moment.
  const empty = facility.state === 'copy' && (said?.facility ?? null) === null
  if (said?.facility !== facility.id && !empty)
    findings.push(finding('facility-swapped', { ...about, expected: facility.id, found: said?.facility ?? 'nobody' }))
  if (FACILITY_SHAPES[facility.version] === undefined)
    findings.push(finding('version-unknown', { ...about, expected: known(), found: String(facility.version) }))
  else if (said?.version !== String(facility.version) && !empty)
    findings.push(
      finding('version-mismatch', { ...about, expected: String(facility.version), found: said?.version ?? 'none' }),
    )
  return findings
}

function known(): string {
  return Object.keys(FACILITY_SHAPES).join(' or ')
}

interface Named {
  schema: string
  schemaOid?: number
}

/**
 * The administrator reads it, whom row-level security does not bind; only the two lines that say whose it is. As a document,
 * so that a column that is not there is no error.
 */
function metaOf({ schema, schemaOid }: Named): string {
  const value = (key: string) =>
    `(select document -> 'value' #>> '{}' from (
      select pg_catalog.to_jsonb(one) as document from ${pg.escapeIdentifier(schema)}.meta as one) as meta
      where document ->> 'key' = '${key}' limit 1)`
  return `select ${schemaOid}::oid as schema, ${value('facility')} as facility, ${value('version')} as version`
}
