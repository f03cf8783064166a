/**
 * Putting a facility's barriers back to what they must be: after drift, after its role has changed something of its own, and
 * after the registry was restored from a backup. Records are not touched. What somebody added to the schema is not taken
 * away: it has to be looked at first, and `isolation scan` names it.
 */
import { randomUUID } from 'node:crypto'
import pg from 'pg'
import { KINDS } from '../../../domain/kinds.ts'
import type { Cluster } from '../cluster.ts'
import { CloudError } from '../errors.ts'
import { noteOperatorAct } from '../operator-act.ts'
import { barriersSql, TABLES } from '../schema/steps.ts'
import { viewsOf } from '../schema/views.ts'
import { type Facility, inState } from './find.ts'
import { endSessions, onFacilityAsAdmin } from './operate.ts'
import { leftOf, lookAt, putBack } from './put-back.ts'
import { type CaughtUp, catchUp } from './remember.ts'
import { revokeAll } from './repair-grants.ts'
import { restoreRole } from './repair-role.ts'
import { reseal } from './reseal.ts'

export interface Repaired extends CaughtUp {
  facility: string
  name: string
  /** What was not as it must be, a sentence each, and is now. */
  changed: string[]
  /** Nothing was changed: nothing put back, nobody and no code taken out, and neither its state nor its memory’s name is another. */
  unchanged: boolean
  /** What it does not take away or make by itself, as a scan says it. */
  left: string[]
}

/**
 * `restored`: the server is an older copy of itself. Its memory gets another name (`epoch`), so that workstations, who may
 * know entries that it has lost, compare and send them again, and nobody goes on from a place that now is another's.
 */
export async function repairFacility(cluster: Cluster, typed: string, { restored = false } = {}): Promise<Repaired> {
  const { facility, ...repaired } = await onFacilityAsAdmin(cluster, typed, async (at) => {
    const { registry, server, facility } = at
    inState(facility, 'active', 'suspended', 'frozen')
    const names = {
      role: facility.role,
      schema: facility.schema,
      database: await databaseOf(server),
      tag: await tagOf(server, facility),
    }
    const before = await lookAt(at)
    await restoreRole(server, facility)
    await revokeAll(server, facility.schema)
    for (const table of TABLES) await restoreTable(server, names, table)
    // As the provisioner, like the first time: what it gives it can take back.
    await server.query(
      `set local session authorization alcove_provisioner;\n${barriersSql(names, { to: facility.version })}
       set local session authorization default; reset role; set local search_path = ''`,
    )
    for (const table of TABLES)
      await server.query(`alter table ${facility.schema}.${table} enable trigger refuse_truncate`)
    if (facility.readOnly) await server.query('select watch.hold_writes($1, true)', [facility.schema])
    await restoreViews(server, facility)
    const caughtUp = await catchUp(at)
    if (caughtUp.revoked.length > 0) await reseal(at)
    if (restored) await server.query(`update ${facility.schema}.head set epoch = $1`, [randomUUID()])
    await noteOperatorAct(server, facility, { act: 'repair' })
    await registry.query('update registry.facility set changed_at = now() where id = $1', [facility.id])
    const after = await lookAt(at)
    const changed = putBack(before, after)
    const { revoked, codes, state } = caughtUp
    const unchanged = changed.length + revoked.length + codes === 0 && !state && !restored
    return { facility, ...{ changed, unchanged }, ...caughtUp, left: leftOf(at, after) }
  })
  await endSessions(cluster, facility)
  return { facility: facility.id, name: facility.name, ...repaired }
}

async function databaseOf(server: pg.Client): Promise<string> {
  const { rows } = await server.query<{ name: string }>('select current_database() as name')
  return rows[0]?.name ?? ''
}

/** The tag that the facility's rows bear: what defaults, constraints and policies say may have been changed. */
async function tagOf(server: pg.Client, { schema }: Facility): Promise<string> {
  const found = await server.query('select from pg_catalog.pg_namespace where nspname = $1', [schema])
  if (!found.rowCount)
    throw new CloudError('schema-missing', 'The facility’s schema is not on its server. Restore the server’s backup.')
  const { rows } = await server.query<{ tag: string }>(`select tag::text from ${schema}.head`)
  if (rows[0]) return rows[0].tag
  // A facility that has lost its rows: what the table gives to new ones.
  const given = await server.query<{ value: string }>(
    `select pg_get_expr(adbin, adrelid) as value from pg_catalog.pg_attrdef
     where adrelid = $1::regclass and adnum = (select attnum from pg_catalog.pg_attribute where attrelid = $1::regclass and attname = 'tag')`,
    [`${schema}.head`],
  )
  const tag = /[0-9a-f-]{36}/.exec(given.rows[0]?.value ?? '')?.[0]
  if (!tag)
    throw new CloudError(
      'tag-lost',
      'The facility’s schema does not say any more which rows are its own. Restore the server’s backup.',
    )
  return tag
}

interface Names {
  role: string
  schema: string
  tag: string
}

/** A table's owner, what its rows are given and may bear, and no policy but those that the barriers bring. */
async function restoreTable(server: pg.Client, { schema, tag }: Names, table: string): Promise<void> {
  const name = `${schema}.${table}`
  const literal = pg.escapeLiteral(tag)
  await server.query(
    `alter table ${name} owner to fleet_owner;
     alter table ${name} alter column tag set default ${literal}, alter column tag set not null`,
  )
  const { rows } = await server.query<{ own: string | null; policies: string[] | null }>(
    `select (select pg_get_constraintdef(oid) from pg_catalog.pg_constraint
          where conrelid = $1::regclass and conname = 'own' and contype = 'c' and convalidated) as own,
       (select array_agg(polname::text) from pg_catalog.pg_policy where polrelid = $1::regclass) as policies`,
    [name],
  )
  const { own, policies } = rows[0] as { own: string | null; policies: string[] | null }
  if (own !== `CHECK ((tag = ${literal}::uuid))`)
    await server.query(
      `alter table ${name} drop constraint if exists own; alter table ${name} add constraint own check (tag = ${literal})`,
    )
  for (const policy of policies ?? []) await server.query(`drop policy ${pg.escapeIdentifier(policy)} on ${name}`)
}

/** Made anew: a view can be turned to read as its owner, or from somewhere else. */
async function restoreViews(server: pg.Client, { schema, role }: Facility): Promise<void> {
  const names = Object.keys(KINDS).map((kind) => `${schema}.${pg.escapeIdentifier(kind)}`)
  await server.query(`drop view if exists ${names.join(', ')}`)
  await server.query(
    `set local role fleet_owner; set local search_path = pg_catalog;${viewsOf(schema, pg.escapeIdentifier(role))}
     set local search_path = ''; reset role`,
  )
}
