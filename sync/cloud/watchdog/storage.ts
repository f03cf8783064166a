/** How much each facility stores, and what happens when that is as much as it may: it is read-only until there is room. */
import type pg from 'pg'

/** Below this part of its quota a facility may write again; without a gap it would go to and fro. */
const ROOM_AGAIN = 0.95
/** Schemas measured by one statement: each is a snapshot held, and a lock on each table for a moment. */
const AT_ONCE = 500

export interface Measured {
  facility: string
  bytes: number
  readOnly: boolean
  /** It was not so before. */
  changed: boolean
}

interface Row {
  id: string
  schema: string
  quota: number
  readOnly: boolean
}

/** Measures the facilities of a server, notes it in the registry, and holds or releases their writing. */
export async function measure(registry: pg.Pool, server: pg.Client, id: string): Promise<Measured[]> {
  const { rows } = await registry.query<Row>({ name: 'facilities', text: FACILITIES, values: [id] })
  const measured: Measured[] = []
  for (let at = 0; at < rows.length; at += AT_ONCE) {
    const some = rows.slice(at, at + AT_ONCE)
    const sizes = await sizesOf(server, some)
    for (const row of some) {
      const bytes = sizes.get(row.schema)
      if (bytes !== undefined) measured.push(judged(row, bytes))
    }
    const now = measured.slice(-some.length).filter((one) => some.some((row) => row.id === one.facility))
    await settle(registry, server, some, now)
  }
  return measured
}

export function judged({ id, quota, readOnly: before }: Row, bytes: number): Measured {
  const readOnly = bytes >= quota || (before && bytes >= quota * ROOM_AGAIN)
  return { facility: id, bytes, readOnly, changed: readOnly !== before }
}

async function sizesOf(server: pg.Client, rows: readonly Row[]): Promise<Map<string, number>> {
  const found = await server.query<{ schema: string; bytes: number }>({
    name: 'sizes',
    text: SIZES,
    values: [rows.map((row) => row.schema)],
  })
  return new Map(found.rows.map(({ schema, bytes }) => [schema, bytes]))
}

async function settle(
  registry: pg.Pool,
  server: pg.Client,
  rows: readonly Row[],
  measured: readonly Measured[],
): Promise<void> {
  const schemas = new Map(rows.map((row) => [row.id, row.schema]))
  const hold = (one: Measured) =>
    server.query({ name: 'hold', text: HOLD, values: [schemas.get(one.facility), one.readOnly] })
  // The gateway reads the registry: it must not promise what the database refuses, so the database is the first to release.
  for (const one of measured) if (one.changed && !one.readOnly) await hold(one)
  await registry.query({
    name: 'note',
    text: NOTE,
    values: [
      measured.map((one) => one.facility),
      measured.map((one) => one.bytes),
      measured.map((one) => one.readOnly),
    ],
  })
  // Again each time: a repair, or a migration, may have granted it anew.
  for (const one of measured) if (one.readOnly) await hold(one)
}

// A facility that is suspended, frozen or on its way to another server is left as it is.
const FACILITIES = `
  select id, schema, quota_bytes::float8 as quota, read_only as "readOnly"
  from registry.facility where server = $1 and state = 'active' order by id`

const SIZES = `
  select nspname::text as schema, sum(pg_catalog.pg_total_relation_size(class.oid))::float8 as bytes
  from pg_catalog.pg_namespace as namespace
    join pg_catalog.pg_class as class on class.relnamespace = namespace.oid and class.relkind = 'r'
  where nspname = any ($1::text[]) group by nspname`

const NOTE = `
  update registry.facility set stored_bytes = noted.bytes, measured_at = now(), read_only = noted.held
  from unnest($1::text[], $2::bigint[], $3::boolean[]) as noted (id, bytes, held)
  where facility.id = noted.id`

const HOLD = 'select watch.hold_writes($1, $2)'
