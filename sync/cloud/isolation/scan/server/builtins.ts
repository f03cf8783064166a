/**
 * Whether what PostgreSQL itself brings (functions, operators, types, casts, views …) is as it brought it. Every statement
 * rests on it, and whoever redefines one function of it reads along. `expected/builtins.ts` holds what must come out.
 */
import { createHash } from 'node:crypto'
import type pg from 'pg'
import { BUILTINS, type BuiltinKind, VARYING } from '../expected/builtins.ts'
import { type Finding, finding } from '../finding.ts'
import type { Scene } from '../scene.ts'

/** One of the catalogs: what its rows are about, and which of them are PostgreSQL's own. */
interface Catalog {
  name: string
  /** Whose number a row has, and in which catalog that is; its own if not given. */
  oid?: string
  of?: string
  where?: string
  /** Only these columns, where others change by themselves. */
  columns?: readonly string[]
}

/** In these two schemas alone: a table for large values is named after a number that differs between servers. */
const BROUGHT = "in ('pg_catalog'::regnamespace, 'information_schema'::regnamespace)"

export const CATALOGS: Readonly<Record<BuiltinKind, readonly Catalog[]>> = {
  functions: [{ name: 'pg_proc' }],
  aggregates: [{ name: 'pg_aggregate', oid: 'aggfnoid::oid', of: 'pg_proc' }],
  operators: [{ name: 'pg_operator' }],
  'operator classes': ['pg_opclass', 'pg_opfamily', 'pg_amop', 'pg_amproc'].map((name) => ({ name })),
  'access methods': [{ name: 'pg_am' }],
  casts: [{ name: 'pg_cast' }],
  types: [{ name: 'pg_type' }, { name: 'pg_range', oid: 'rngtypid', of: 'pg_type' }],
  constraints: [{ name: 'pg_constraint' }],
  languages: [{ name: 'pg_language' }],
  conversions: [{ name: 'pg_conversion' }],
  'text search configurations': [
    ...['pg_ts_parser', 'pg_ts_template', 'pg_ts_dict', 'pg_ts_config'].map((name) => ({ name })),
    { name: 'pg_ts_config_map', oid: 'mapcfg', of: 'pg_ts_config' },
  ],
  // The others come from the operating system.
  collations: [{ name: 'pg_collation', where: 'oid < 10000' }],
  relations: [
    {
      name: 'pg_class',
      where: `relnamespace ${BROUGHT}`,
      columns: [
        ...['relname', 'relnamespace', 'relkind', 'relam', 'relpersistence', 'relisshared', 'relrowsecurity'],
        ...['relforcerowsecurity', 'relispartition'],
      ],
    },
    {
      name: 'pg_index',
      oid: 'indexrelid',
      of: 'pg_class',
      where: `indrelid in (select oid from pg_catalog.pg_class where relnamespace ${BROUGHT})`,
      columns: [
        'indexrelid',
        'indrelid',
        'indisunique',
        'indisvalid',
        'indkey',
        'indclass',
        'indcollation',
        'indexprs',
        'indpred',
      ],
    },
  ],
  views: [
    { name: 'pg_rewrite' },
    { name: 'pg_class', where: "relkind = 'v'", columns: ['relname', 'relnamespace', 'reloptions'] },
    {
      name: 'pg_attribute',
      oid: 'attrelid',
      of: 'pg_class',
      where: "attrelid in (select oid from pg_catalog.pg_class where relkind = 'v')",
      columns: ['attrelid', 'attname', 'attnum', 'atttypid', 'atttypmod', 'attcollation'],
    },
  ],
  'initial rights': [{ name: 'pg_init_privs', oid: 'objoid', of: 'classoid' }],
}

/** Compared elsewhere, or no part of what it does. */
const LEFT_OUT = /^(oid|\w+owner|\w+acl|collversion)$/

export async function checkBuiltins({ client, version }: Scene): Promise<Finding[]> {
  const major = Math.trunc(version / 10_000)
  const expected = BUILTINS[major]
  // A version that nobody has tried is a finding of its own.
  if (!expected) return []
  const findings: Finding[] = []
  for (const [object, rows] of await builtinRows(client)) {
    if (digestOfKind(rows, VARYING) === expected.digests[object]) continue
    findings.push(
      finding('builtin-changed', {
        object,
        expected: `PostgreSQL ${major}`,
        found: await writtenLast(client, CATALOGS[object]),
        // A later minor release may bring something else by itself, which must not keep the gateway from serving.
        ...(version % 10_000 > expected.minor ? { severity: 'warning' } : {}),
      }),
    )
  }
  return findings
}

/** Of the rows of a kind, but for those that not every minor release brings. */
export function digestOfKind(rows: readonly string[], varying: ReadonlySet<string>): string {
  return sha256(
    rows
      .filter((row) => !varying.has(row))
      .sort()
      .join('\n'),
  )
}

/**
 * Of each kind a digest of each row, as it was made with the server. Rights and owners, which are compared elsewhere, are
 * left out.
 */
export async function builtinRows(client: pg.ClientBase): Promise<Map<BuiltinKind, string[]>> {
  const columns = await columnsOf(client)
  const named = await namesOf(client)
  const all = new Map<BuiltinKind, string[]>()
  for (const [kind, catalogs] of Object.entries(CATALOGS) as [BuiltinKind, readonly Catalog[]][]) {
    const digests: string[] = []
    for (const catalog of catalogs) {
      const { rows } = await client.query<{ row: string }>(textOf(catalog, columns.get(catalog.name) ?? []))
      for (const { row } of rows) digests.push(sha256(`${catalog.name} ${named(row)}`).slice(0, 32))
    }
    all.set(kind, digests)
  }
  return all
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

interface Column {
  catalog: string
  name: string
  type: string
}

async function columnsOf(client: pg.ClientBase): Promise<ReadonlyMap<string, Column[]>> {
  const names = Object.values(CATALOGS).flatMap((catalogs) => catalogs.map(({ name }) => name))
  const { rows } = await client.query<Column>(COLUMNS, [names])
  return Map.groupBy(rows, ({ catalog }) => catalog)
}

/** A catalog's rows of PostgreSQL's own, each as one text. */
function textOf(catalog: Catalog, columns: readonly Column[]): string {
  const values = columns
    .filter(({ name }) => catalog.columns?.includes(name) ?? !LEFT_OUT.test(name))
    .map(({ name, type }) => {
      // Several functions may have one name.
      if (type === 'regproc') return `${name}::oid`
      if (type === '_aclitem') return RIGHTS(name)
      return name
    })
  return `select pg_catalog.jsonb_build_array(${values.join(', ')})::text as row from ${own(catalog)}`
}

function own({ name, oid = 'oid', where = 'true' }: Catalog): string {
  return `pg_catalog.${name} where ${oid} < ${FIRST_NORMAL} and ${where}`
}

/**
 * The numbers that a server gives out while it is made differ between machines: names stand for them. Where in a text
 * something stood does not matter.
 */
async function namesOf(client: pg.ClientBase): Promise<(row: string) => string> {
  const { rows } = await client.query<{ oid: number; name: string }>(NAMES)
  const names = new Map(rows.map(({ oid, name }) => [String(oid), name]))
  return (row) =>
    row
      .replace(/ :\w*(location|stmt_len) -?\d+/g, '')
      .replace(/\b1[2-6]\d{3}\b/g, (number) => names.get(number) ?? number)
}

/** What was written last among the rows of a kind, as far as that can be told: a change is younger than the server. */
async function writtenLast(client: pg.ClientBase, catalogs: readonly Catalog[]): Promise<string> {
  const rows = catalogs.map((catalog) => {
    const { name, oid = 'oid', of = name } = catalog
    const kind = of.startsWith('pg_') ? `'pg_catalog.${of}'::regclass` : of
    return `select ${kind} as class, ${oid} as oid, xmin from ${own(catalog)}`
  })
  const found = await client.query<{ name: string }>(`
    with own as (${rows.join(' union all ')}),
      last as (select xmin from own where pg_catalog.age(xmin) < pg_catalog.age(${LAST_BROUGHT}) order by pg_catalog.age(xmin) limit 1)
    select distinct identified.type || ' ' || identified.identity as name
    from own cross join pg_catalog.pg_identify_object(class, oid, 0) as identified
    where own.xmin in (select xmin from last) order by 1 limit ${NAMED + 1}`)
  const names = found.rows.map(({ name }) => name)
  if (names.length > NAMED) return 'too many to name'
  return names.join(', ') || 'nothing that is still there'
}

/** The transaction in which the last of what PostgreSQL brings was made. */
const LAST_BROUGHT = "(select xmin from pg_catalog.pg_extension where extname = 'plpgsql')"
/** More than so many are what the lock-down, or PostgreSQL's own making, wrote. */
const NAMED = 10
/** From here on numbers are given to what was made later. */
export const FIRST_NORMAL = 16384

const COLUMNS = `
  select relname as catalog, attname as name, typname as type
  from pg_catalog.pg_attribute
  join pg_catalog.pg_class as class on class.oid = attrelid
  join pg_catalog.pg_type as type on type.oid = atttypid
  where relnamespace = 'pg_catalog'::regnamespace and relname = any ($1) and attnum > 0 and not attisdropped
  order by relname, attname`

const RIGHTS = (acl: string) => `array(
  select pg_catalog.concat_ws(' ', grantee, grantor, privilege_type, is_grantable)
  from pg_catalog.aclexplode(${acl}) order by 1)`

/** Collations are many, and nothing refers to one. */
const NAMES = `
  select numbered.oid, identified.type || ' ' || identified.identity as name
  from (${[
    ...['pg_class', 'pg_type', 'pg_proc', 'pg_namespace', 'pg_language', 'pg_constraint'],
    ...['pg_ts_parser', 'pg_ts_template', 'pg_ts_dict', 'pg_ts_config'],
  ]
    .map((name) => `select tableoid, oid from pg_catalog.${name} where oid between 12000 and ${FIRST_NORMAL - 1}`)
    .join(' union all ')}) as numbered
  cross join pg_catalog.pg_identify_object(numbered.tableoid, numbered.oid, 0) as identified`
