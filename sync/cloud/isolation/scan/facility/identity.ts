/** Whether a schema is the one that the registry says it is, by what the schema says of itself. */
import pg from 'pg'
import { FACILITY_SHAPES } from '../expected/facility.ts'
import { type Finding, finding } from '../finding.ts'
import { portions } from '../portions.ts'
import type { Facility } from '../scene.ts'

/** What a schema says of itself. */
export interface Said {
  schema: number
  facility: string | null
  version: string | null
}

/**
 * The facilities with what their schemas say of themselves. Read in portions of few, each behind a savepoint: every table that
 * is read stays locked (against being dropped) until the transaction ends or is taken back to before it, and a server has room
 * for so many locks only.
 */
export async function asTheySay(client: pg.ClientBase, facilities: readonly Facility[]): Promise<Facility[]> {
  const oids = facilities.flatMap(({ schemaOid }) => schemaOid ?? [])
  const { rows } = await client.query<{ schema: number }>(READABLE, [oids])
  const readable = new Set(rows.map(({ schema }) => schema))
  const there = facilities.filter(({ schemaOid }) => schemaOid !== undefined && readable.has(schemaOid))
  const said = new Map<number, Said>()
  for (const portion of portions(there, 100)) for (const row of await saidBy(client, portion)) said.set(row.schema, row)
  return facilities.map((facility) => {
    const says = said.get(facility.schemaOid ?? 0)
    return says ? { ...facility, says } : facility
  })
}

export async function saidBy(client: pg.ClientBase, schemas: readonly Named[]): Promise<Said[]> {
  await client.query('savepoint identity')
  const { rows } = await client.query<Said>(schemas.map(metaOf).join(' union all '))
  await client.query('rollback to savepoint identity; release savepoint identity')
  return rows
}

export function checkIdentity(facility: Facility): Finding[] {
  const { id, schema, state, version, says } = facility
  // It has no table that could say it, which is found elsewhere.
  if (!says) return []
  const about = { facility: id, object: schema }
  const findings: Finding[] = []
  // One that is being filled is empty for a moment.
  const empty = state === 'copy' && says.facility === null
  if (says.facility !== id && !empty)
    findings.push(finding('facility-swapped', { ...about, expected: id, found: says.facility ?? 'nobody' }))
  if (FACILITY_SHAPES[version] === undefined)
    findings.push(finding('version-unknown', { ...about, expected: known(), found: String(version) }))
  else if (says.version !== String(version) && !empty)
    findings.push(finding('version-mismatch', { ...about, expected: String(version), found: says.version ?? 'none' }))
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

/** Only an ordinary table is read: what stands in its place may be a view that does something. */
const READABLE = `
  select relnamespace as schema from pg_catalog.pg_class
  where relnamespace = any ($1::oid[]) and relname = 'meta' and relkind = 'r'`
