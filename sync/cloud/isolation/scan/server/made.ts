/**
 * What was made later than the server itself and lies among what PostgreSQL brings: operators, types, casts, rules … There is
 * none, and one may be used by statements that know nothing of it. What is in schemas of ours is looked at with these.
 */
import { type Finding, finding } from '../finding.ts'
import type { Scene } from '../scene.ts'
import { FIRST_NORMAL } from './builtins.ts'

export async function checkMade({ client }: Scene): Promise<Finding[]> {
  const { rows } = await client.query<{ object: string }>(MADE)
  return rows.map(({ object }) => finding('object-unexpected', { object }))
}

/** Where something lives, by the catalog that it is in: a column with its schema's number. */
const IN_SCHEMAS: Readonly<Record<string, string>> = {
  pg_proc: 'pronamespace',
  pg_operator: 'oprnamespace',
  pg_opclass: 'opcnamespace',
  pg_opfamily: 'opfnamespace',
  pg_conversion: 'connamespace',
  pg_constraint: 'connamespace',
  pg_statistic_ext: 'stxnamespace',
  pg_ts_config: 'cfgnamespace',
  pg_ts_dict: 'dictnamespace',
  pg_ts_parser: 'prsnamespace',
  pg_ts_template: 'tmplnamespace',
}
/** What belongs to a table, by the column that says to which. */
const ON_TABLES: Readonly<Record<string, string>> = {
  pg_policy: 'polrelid',
  pg_trigger: 'tgrelid',
  pg_rewrite: 'ev_class',
  pg_attrdef: 'adrelid',
}
/** What belongs to a whole database or server. */
const IN_NO_SCHEMA = [
  ...['pg_cast', 'pg_language', 'pg_am', 'pg_amop', 'pg_amproc', 'pg_transform'],
  ...['pg_foreign_data_wrapper', 'pg_foreign_server', 'pg_user_mapping', 'pg_publication', 'pg_subscription'],
]

const made = (catalog: string, rest: string) =>
  `select 'pg_catalog.${catalog}'::regclass as catalog, one.oid, ${rest} and one.oid >= ${FIRST_NORMAL}`

const PARTS = [
  ...Object.entries(IN_SCHEMAS).map(([catalog, schema]) =>
    made(catalog, `${schema} as schema from pg_catalog.${catalog} as one where true`),
  ),
  ...Object.entries(ON_TABLES).map(([catalog, table]) =>
    made(
      catalog,
      `relnamespace from pg_catalog.${catalog} as one join pg_catalog.pg_class as class on class.oid = ${table} where true`,
    ),
  ),
  ...IN_NO_SCHEMA.map((catalog) => made(catalog, `0::oid from pg_catalog.${catalog} as one where true`)),
  made('pg_class', "relnamespace from pg_catalog.pg_class as one where relkind <> 'c'"),
  // A table's rows are a type, and so are arrays of each type.
  made(
    'pg_type',
    `typnamespace from pg_catalog.pg_type as one
      where not exists (select from pg_catalog.pg_class where oid = typrelid and relkind <> 'c')
        and not exists (select from pg_catalog.pg_type as element where element.typarray = one.oid)`,
  ),
  // The operating system brings more of them with every update, and an administrator takes them in.
  made(
    'pg_collation',
    "collnamespace from pg_catalog.pg_collation as one where collnamespace <> 'pg_catalog'::regnamespace",
  ),
]

/**
 * Among PostgreSQL's own and in "public"; any other schema is itself what must not be there. What an extension brings goes with
 * it, and is not named besides.
 */
const MADE = `
  select 'the ' || identified.type || ' ' || identified.identity as object
  from (${PARTS.join(' union all ')}) as made
  left join pg_catalog.pg_namespace as namespace on namespace.oid = schema
  cross join pg_catalog.pg_identify_object(catalog, made.oid, 0) as identified
  where (nspname is null or nspname in ('pg_catalog', 'information_schema', 'public')
      or nspname = 'pg_toast' and catalog <> 'pg_catalog.pg_class'::regclass)
    and not exists (
      select from pg_catalog.pg_depend join pg_catalog.pg_extension as extension on extension.oid = refobjid
      where classid = catalog and objid = made.oid and deptype = 'e'
        and refclassid = 'pg_catalog.pg_extension'::regclass and extname <> 'plpgsql')
  order by 1`
