/** A table as the catalogs have it, whole, and how it is compared with what it must be. */
import type pg from 'pg'

export interface TableShape {
  /** Type, `not null` and default of each column. */
  columns: Readonly<Record<string, string>>
  /** Constraints besides `not null`. */
  keys: Readonly<Record<string, string>>
  /** Indexes besides those of keys. */
  indexes?: Readonly<Record<string, string>>
}

/** A table as it stands. */
export interface Table {
  oid: number
  /** Type, `not null`, and ` default …` of each column; what is unusual about it as well. */
  columns: Record<string, string>
  constraints: Record<string, string> | null
  indexes: Record<string, string> | null
  /** Tables that it is a child or a parent of. */
  ties: string[]
  /** What no table of Alcove has: a tablespace, statistics of its own, rights on its row type … */
  odd: string[]
  /** Settings that change how quickly something is done, and nothing else. */
  tuned: string[]
}

export async function tablesOf(client: pg.ClientBase, oids: readonly number[]): Promise<Table[]> {
  return (await client.query<Table>(TABLES, [oids])).rows
}

export interface Difference {
  part: 'column' | 'key' | 'index'
  expected: string
  found: string
  /** It has PostgreSQL reckon something, perhaps with a function of somebody's, whenever a row is written. */
  runs: boolean
}

export function tableDiffers(
  { columns, constraints, indexes }: Pick<Table, 'columns' | 'constraints' | 'indexes'>,
  must: TableShape,
): Difference[] {
  return [
    ...differences('column', columns, must.columns),
    ...differences('key', constraints ?? {}, must.keys),
    ...differences('index', indexes ?? {}, { ...must.indexes, ...indexesOf(must.keys) }),
  ]
}

/** What is there and must not be, what must be and is not, and what is otherwise. */
function differences(
  part: Difference['part'],
  found: Readonly<Record<string, string>>,
  expected: Readonly<Record<string, string>>,
): Difference[] {
  const names = new Set([...Object.keys(found), ...Object.keys(expected)])
  return [...names]
    .filter((name) => found[name] !== expected[name])
    .map((name) => ({
      part,
      found: found[name] === undefined ? `${name} is not there` : `${name} is ${found[name]}`,
      expected: expected[name] ?? 'not there',
      runs:
        expressionOf(part, found[name]) !== expressionOf(part, expected[name]) &&
        expressionOf(part, found[name]) !== '',
    }))
}

function expressionOf(part: Difference['part'], text = ''): string {
  if (part === 'column') return / (?:default|generated|identity)\b.*/s.exec(text)?.[0] ?? ''
  // A key of columns alone reckons nothing.
  return /^(?:PRIMARY KEY |UNIQUE |\w+ )\([\w", ]*\)[ \w]*$/.test(text)
    ? ''
    : text.replace(/( unique| invalid| not kept up)+$/, '')
}

/** Each key has an index that PostgreSQL makes for it, of the same name. */
function indexesOf(keys: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(keys).flatMap(([name, text]) => {
      const columns = /^(?:PRIMARY KEY|UNIQUE) (\(.*\))$/.exec(text)?.[1]
      return columns ? [[name, `btree ${columns} unique`]] : []
    }),
  )
}

/** Of a row of pg_proc: as a function is that is declared with no more than its language, its settings and its text. */
export const PLAIN = `prokind = 'f' and provolatile = 'v' and not proleakproof and not proisstrict and not proretset
  and proparallel = 'u' and prosupport = 0 and probin is null and prosqlbody is null and provariadic = 0 and pronargdefaults = 0`

const TABLES = `
  select class.oid, (
      select pg_catalog.jsonb_object_agg(attname,
        pg_catalog.format_type(atttypid, atttypmod)
        || case when attcollation = typcollation then ''
          else ' collate ' || coalesce((select collname from pg_catalog.pg_collation as one where one.oid = attcollation), 'none') end
        || case when attnotnull then ' not null' else '' end
        || case when exists (select from pg_catalog.pg_constraint
            where conrelid = attrelid and contype = 'n' and conkey = array[attnum] and not convalidated)
          then ' not valid' else '' end
        || case attidentity when '' then '' else ' identity' end
        || case attgenerated when '' then '' else ' generated' end
        || coalesce(' default ' || pg_catalog.pg_get_expr(adbin, adrelid), ''))
      from pg_catalog.pg_attribute
      join pg_catalog.pg_type as type on type.oid = atttypid
      left join pg_catalog.pg_attrdef on adrelid = attrelid and adnum = attnum
      where attrelid = class.oid and attnum > 0 and not attisdropped
    ) as columns, (
      select pg_catalog.jsonb_object_agg(conname, pg_catalog.pg_get_constraintdef(oid))
      from pg_catalog.pg_constraint where conrelid = class.oid and contype not in ('n', 't')
    ) as constraints, (
      select pg_catalog.jsonb_object_agg(relname,
        pg_catalog.regexp_replace(pg_catalog.regexp_replace(
          pg_catalog.pg_get_indexdef(indexrelid), '^.*? USING ', ''), ' WITH \\([^()]*\\)', '')
        || case when indisunique then ' unique' else '' end || case when indisvalid then '' else ' invalid' end
        || case when indisready and indislive then '' else ' not kept up' end)
      from pg_catalog.pg_index join pg_catalog.pg_class as index on index.oid = indexrelid where indrelid = class.oid
    ) as indexes, array(
      select (case inhrelid when class.oid then inhparent else inhrelid end)::regclass::text
      from pg_catalog.pg_inherits where class.oid in (inhrelid, inhparent) order by 1
    ) as ties, array(
      select 'the type ' || reloftype::regtype where reloftype <> 0
      union all select 'a part in another table' where relispartition
      union all select 'another access method' where relam <> (select oid from pg_catalog.pg_am where amname = 'heap')
      union all select 'another replica identity' where relreplident <> 'd'
      union all select 'rights on its row type' from pg_catalog.pg_type where oid = reltype and typacl is not null
      union all select 'the statistics ' || pg_catalog.quote_ident(stxname) from pg_catalog.pg_statistic_ext where stxrelid = class.oid
      union all select 'the tablespace ' || pg_catalog.quote_ident(spcname)
        from pg_catalog.pg_tablespace as space join (
          select reltablespace as used union select one.reltablespace from pg_catalog.pg_class as one
          join pg_catalog.pg_index on indexrelid = one.oid where indrelid = class.oid) as uses on used = space.oid
      union all select distinct 'the key ' || pg_catalog.quote_ident(conname) || ' switched off'
        from pg_catalog.pg_trigger join pg_catalog.pg_constraint as key on key.oid = tgconstraint
        where tgrelid = class.oid and tgisinternal and tgenabled not in ('O', 'A')
      order by 1
    ) as odd, array(
      select 'the option ' || option from pg_catalog.unnest(reloptions) as option
      union all select 'the option toast.' || option
        from pg_catalog.pg_class as toast cross join pg_catalog.unnest(toast.reloptions) as option where toast.oid = class.reltoastrelid
      union all select 'the option ' || option || ' of the index ' || pg_catalog.quote_ident(one.relname)
        from pg_catalog.pg_index join pg_catalog.pg_class as one on one.oid = indexrelid
        cross join pg_catalog.unnest(one.reloptions) as option where indrelid = class.oid
      union all select 'an order by the index ' || indexrelid::regclass from pg_catalog.pg_index
        where indrelid = class.oid and indisclustered
      union all select 'another way of storing ' || pg_catalog.quote_ident(attname)
        from pg_catalog.pg_attribute join pg_catalog.pg_type as type on type.oid = atttypid
        where attrelid = class.oid and attnum > 0 and not attisdropped
          and (attstorage <> typstorage or attcompression <> '' or coalesce(attstattarget, -1) <> -1
            -- Some builds of PostgreSQL note something of their own among these.
            or exists (select from pg_catalog.unnest(attoptions) as option where option like 'n\\_distinct%'))
      order by 1
    ) as tuned
  from pg_catalog.pg_class as class where class.oid = any ($1::oid[])`
