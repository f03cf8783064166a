/**
 * What a facility's schema is made of: numbered steps (`sql/facility/`), run in order. A new facility runs them all; one
 * that was made earlier is brought along by those it lacks. The same text does both, so that the two cannot differ.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import pg from 'pg'
import { viewsOf } from './views.ts'

/** The tables of a facility. */
export const TABLES = ['journal', 'record', 'blob', 'device', 'access_log', 'head', 'meta'] as const

const STEPS = ['001-first'].map((name) =>
  readFileSync(join(import.meta.dirname, '..', 'sql', 'facility', `${name}.sql`), 'utf8'),
)

/** The version that the newest step makes. */
export const FACILITY_VERSION = STEPS.length

/** What the steps ask for. */
export interface FacilityNames {
  facility: string
  role: string
  schema: string
  database: string
  tag: string
  epoch: string
  /** Of the role's password, as PostgreSQL keeps it. */
  verifier: string
}

/** The statements that make a facility of a version; by default of the newest. */
export function facilitySql(names: FacilityNames, { to = FACILITY_VERSION, steps = STEPS } = {}): string {
  return steps
    .slice(0, to)
    .map((text, at) => fill(text, { ...names, version: String(at + 1) }))
    .join('\n')
}

/** A step with the names put in: `:"x"` as an identifier, `:'x'` as a literal, as psql has it. */
function fill(template: string, values: FacilityNames & { version: string }): string {
  const given: Record<string, string> = { ...values }
  const views = viewsOf(pg.escapeIdentifier(values.schema), pg.escapeIdentifier(values.role))
  return template
    .replace(/^-- each table\n([\s\S]*?)^-- end$/gm, (_, block: string) =>
      TABLES.map((table) => block.replaceAll(':"table"', pg.escapeIdentifier(table))).join('\n'),
    )
    .replace(/^-- views$/m, () => `set local search_path = pg_catalog;${views}\nset local search_path = '';`)
    .replace(/(?<!:):(["'])(\w+)\1/g, (_, quote: string, name: string) => {
      const value = given[name]
      if (value === undefined) throw new TypeError(`a step asks for ${name}, which nobody gave`)
      return quote === '"' ? pg.escapeIdentifier(value) : pg.escapeLiteral(value)
    })
}
