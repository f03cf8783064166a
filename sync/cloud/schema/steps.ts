/**
 * What a facility's schema is made of: numbered steps (`sql/facility/`), run in order. A new facility runs them all; one
 * that was made earlier is brought along by those it lacks (`migrate/`). The same text does both, so that the two cannot
 * differ. A step is never edited once a facility has run it: what has to change is a further step.
 *
 * A step adds. What it replaces is taken away two steps later at the earliest: gateways that know only the version before
 * go on working while the fleet is brought along.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import pg from 'pg'
import { viewsOf } from './views.ts'

/** The tables of a facility. */
export const TABLES = ['journal', 'record', 'blob', 'device', 'access_log', 'head', 'meta'] as const

export interface Step {
  name: string
  /** Makes and grants; run by the provisioner. */
  sql: string
  /**
   * Fills what is new in a facility that has records already. Run in the same transaction, as the facility's own role: the
   * tables' owner sees no row.
   */
  backfill?: string
  /**
   * Finds beforehand what the backfill would take too long for while everybody waits. A query for one row: how many rows it
   * went through (`went`), and what is put into the backfill, and into itself when it is run again where it left off.
   */
  ahead?: { from: Record<string, string>; sql: string }
}

/** Every step, the first first. */
export const STEPS: readonly Step[] = ['001-first', '002-stored'].map((name) =>
  readStep(name, readFileSync(join(import.meta.dirname, '..', 'sql', 'facility', `${name}.sql`), 'utf8')),
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
  // Nothing is there to be filled: the version noted at the beginning is the one that the last of them makes.
  const values = { ...names, version: String(to) }
  return steps
    .slice(0, to)
    .map(({ sql }) => fill(sql, values))
    .join('\n')
}

/**
 * The parts of the steps that say what must be true and may be run again at any time (`-- barriers`): roles' settings,
 * grants, row-level security. With them a facility whose barriers were damaged is put right.
 */
export function barriersSql(
  names: Omit<FacilityNames, 'facility' | 'epoch' | 'verifier'>,
  { to = FACILITY_VERSION, steps = STEPS } = {},
): string {
  return steps
    .slice(0, to)
    .flatMap(({ sql }) => [...sql.matchAll(/^-- barriers\n([\s\S]*?)^-- end barriers$/gm)])
    .map(([, part = '']) => fill(part, { ...names }))
    .join('\n')
}

/** Reads a step's file: its statements, then perhaps `-- ahead` and `-- backfill` with theirs. */
export function readStep(name: string, text: string): Step {
  const [sql = '', ...parts] = text.split(/^(?=-- (?:ahead|backfill)\b)/m)
  const step: Step = { name, sql }
  for (const part of parts) {
    const ahead = /^-- ahead from (.*)$/m.exec(part)
    if (part.startsWith('-- backfill')) step.backfill = part
    else if (ahead) step.ahead = { from: Object.fromEntries(new URLSearchParams(ahead[1])), sql: part }
    else throw new TypeError(`${name} has a part that is neither ahead nor backfill`)
  }
  return step
}

/** A text of a step with the names put in: `:"x"` as an identifier, `:'x'` as a literal, as psql has it. */
export function fill(
  template: string,
  values: Readonly<Record<string, string> & { schema: string; role: string }>,
): string {
  return template
    .replace(/^-- each of (.*)\n([\s\S]*?)^-- end$/gm, (_, tables: string, block: string) =>
      tables
        .split(', ')
        .map((table) => block.replaceAll(':"table"', pg.escapeIdentifier(table)))
        .join('\n'),
    )
    .replace(/^-- views( again)?$/m, (_, again?: string) => {
      const made = viewsOf(pg.escapeIdentifier(values.schema), pg.escapeIdentifier(values.role), { again: !!again })
      return `set local search_path = pg_catalog;${made}\nset local search_path = '';`
    })
    .replace(/(?<!:):(["'])(\w+)\1/g, (_, quote: string, name: string) => {
      const value = values[name]
      if (value === undefined) throw new TypeError(`a step asks for ${name}, which nobody gave`)
      return quote === '"' ? pg.escapeIdentifier(value) : pg.escapeLiteral(value)
    })
}
