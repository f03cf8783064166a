/** Everything in a facility's schema, table by table, as lines of an archive. Held in memory: a page of a few megabytes. */
import pg from 'pg'
import { CloudError } from '../errors.ts'
import { TABLES } from '../schema/steps.ts'
import { type Header, type Manifest, Tally } from './format.ts'

const FIRST_ROWS = 64
const MOST_ROWS = 2000
const PAGE_BYTES = 4 << 20

/** Devices come before the journal, so that a reader knows of the entries that could never be taken when it meets the gap. */
const FIRST: readonly string[] = ['meta', 'head', 'device', 'journal']
export const ORDER: readonly string[] = [...FIRST, ...TABLES.filter((table) => !FIRST.includes(table))]

export interface TableShape {
  name: string
  columns: readonly string[]
  /** Its primary key, by which it is read. */
  key: readonly { column: string; type: string }[]
}

/** The tables of a schema as they are: found by the administrator, because a facility's role sees no catalogs. */
export async function tablesOf(client: pg.ClientBase, schema: string): Promise<TableShape[]> {
  const { rows } = await client.query<{ name: string; columns: string[]; key: TableShape['key'] | null }>(SHAPES, [
    schema,
  ])
  return ORDER.map((table) => {
    const found = rows.find(({ name }) => name === table)
    if (!found?.key)
      throw new CloudError('table-missing', 'The facility’s schema is not whole: a table, or its key, is missing.')
    return { name: table, columns: found.columns, key: found.key }
  })
}

const SHAPES = `
  select class.relname as name,
    (select array_agg(attribute.attname::text order by attribute.attnum) from pg_catalog.pg_attribute as attribute
      where attribute.attrelid = class.oid and attribute.attnum > 0 and not attribute.attisdropped) as columns,
    (select json_agg(json_build_object('column', attribute.attname, 'type', pg_catalog.format_type(attribute.atttypid, null))
        order by place)
      from pg_catalog.pg_index as index, unnest(index.indkey::smallint[]) with ordinality as keyed (attnum, place)
      join pg_catalog.pg_attribute as attribute on attribute.attnum = keyed.attnum
      where index.indrelid = class.oid and index.indisprimary and attribute.attrelid = class.oid) as key
  from pg_catalog.pg_class as class join pg_catalog.pg_namespace as namespace on namespace.oid = class.relnamespace
  where namespace.nspname = $1 and class.relkind = 'r'`

/** The whole archive, as text. What was counted on the way is handed over at the end. */
export async function* archiveText(
  client: pg.ClientBase,
  header: Header,
  tables: readonly TableShape[],
  done: (manifest: Manifest) => void,
): AsyncGenerator<string> {
  const tally = new Tally()
  yield tally.line(JSON.stringify(header))
  for (const table of tables) {
    yield tally.begin(table.name, table.columns)
    for await (const page of pagesOf(client, header.schema, table)) yield page.map((row) => tally.row(row)).join('')
    yield tally.end()
  }
  const { text, manifest } = tally.close()
  done(manifest)
  yield text
}

/** Pages in the order of the key: each as many rows as fit, but one at least. */
async function* pagesOf(client: pg.ClientBase, schema: string, table: TableShape): AsyncGenerator<string[]> {
  const id = pg.escapeIdentifier
  const keys = table.key.map(({ column }) => id(column)).join(', ')
  const after = table.key.map(({ type }, place) => `$${place + 1}::${type}`).join(', ')
  const values = table.columns.map(id).join(', ')
  const text = (where: string, limit: number) => `
    select line, key from (
      select line, key, place, sum(octet_length(line)) over (order by place) - octet_length(line) as before from (
        select json_build_array(${values})::text as line, array[${table.key.map(({ column }) => `${id(column)}::text`).join(', ')}] as key,
          row_number() over (order by ${keys}) as place
        from ${id(schema)}.${id(table.name)} ${where} order by ${keys} limit ${limit}) as next) as page
    where before < ${PAGE_BYTES} order by place`
  // Rows that come to nothing because the page is full were read for nothing: the next page asks for fewer.
  let limit = FIRST_ROWS
  for (let last: string[] | undefined; ; ) {
    const { rows }: pg.QueryResult<{ line: string; key: string[] }> = await client.query(
      text(last ? `where (${keys}) > (${after})` : '', limit),
      last ?? [],
    )
    if (rows.length === 0) return
    yield rows.map(({ line }) => line)
    last = rows.at(-1)?.key
    limit = Math.min(rows.length < limit ? rows.length + 1 : limit * 4, MOST_ROWS)
  }
}
