/** What a facility's schema looks like in the catalogs, without what is its own: its names, its tag, its password. */
import type pg from 'pg'

export interface Whose {
  facility: string
  role: string
  schema: string
}

/** Everything that a step can make or change, a line each. */
const QUERIES = [
  `select 'relation', relname, relkind, relowner::regrole, relrowsecurity, relforcerowsecurity, reloptions, relacl
   from pg_class where relnamespace = $1::regnamespace order by relname`,
  // By place among those that are there: one that was dropped leaves a hole in attnum.
  `select 'column', relname, row_number() over (partition by relname order by attnum), attname, format_type(atttypid, atttypmod),
     attnotnull, attacl, pg_get_expr(adbin, adrelid)
   from pg_class join pg_attribute on attrelid = pg_class.oid left join pg_attrdef on adrelid = attrelid and adnum = attnum
   where relnamespace = $1::regnamespace and attnum > 0 and not attisdropped order by relname, attnum`,
  `select 'constraint', conrelid::regclass, conname, pg_get_constraintdef(oid) from pg_constraint
   where connamespace = $1::regnamespace order by conrelid::regclass::text, conname`,
  `select 'index', pg_get_indexdef(indexrelid) from pg_index join pg_class on pg_class.oid = indexrelid
   where relnamespace = $1::regnamespace order by 2`,
  `select 'policy', polrelid::regclass, polname, polcmd, polpermissive, array(select unnest(polroles)::regrole::text),
     pg_get_expr(polqual, polrelid), pg_get_expr(polwithcheck, polrelid)
   from pg_policy join pg_class on pg_class.oid = polrelid where relnamespace = $1::regnamespace order by 2, 3`,
  `select 'trigger', pg_get_triggerdef(pg_trigger.oid), tgenabled from pg_trigger join pg_class on pg_class.oid = tgrelid
   where relnamespace = $1::regnamespace and not tgisinternal order by 2`,
  `select 'function', pg_get_functiondef(oid), proowner::regrole, proacl from pg_proc
   where pronamespace = $1::regnamespace order by 2`,
  `select 'view', relname, pg_get_viewdef(oid) from pg_class where relnamespace = $1::regnamespace and relkind = 'v' order by 2`,
  `select 'schema', nspowner::regrole, nspacl from pg_namespace where nspname = $1`,
  `select 'role', rolsuper, rolinherit, rolcreaterole, rolcreatedb, rolcanlogin, rolreplication, rolconnlimit, rolbypassrls,
     (select setconfig from pg_db_role_setting where setrole = pg_roles.oid) from pg_roles where rolname = $1`,
]

export async function fingerprint(client: pg.ClientBase, { facility, role, schema }: Whose): Promise<string> {
  const { rows } = await client.query<{ tag: string; version: string }>(
    `select tag, (select string_agg(key || '=' || value, ', ' order by key) from ${schema}.meta) as version from ${schema}.head`,
  )
  const { tag = '', version = '' } = rows[0] ?? {}
  const text = QUERIES.join(';\n').replaceAll('$1', `'${schema}'`)
  const found = (await client.query({ text, rowMode: 'array' })) as unknown as pg.QueryArrayResult[]
  const lines = [version, ...found.flatMap((one) => one.rows.map((row) => JSON.stringify(row)))]
  return lines
    .join('\n')
    .replaceAll(schema, '<schema>')
    .replaceAll(role, '<role>')
    .replaceAll(tag, '<tag>')
    .replaceAll(facility, '<facility>')
}
