/**
 * Removing a facility for good: locked, exported, dropped, its keys destroyed. Its row stays in the registry without them,
 * so that no name is given twice. Cut off anywhere, it can be run again to its end.
 */
import type pg from 'pg'
import { exportFacility } from '../archive/export.ts'
import { mayBeWritten } from '../archive/file.ts'
import { asAdmin, asProvisioner, type Cluster } from '../cluster.ts'
import { CloudError } from '../errors.ts'
import { dropKept } from '../servers/move.ts'
import { serverLogin } from '../servers/server.ts'
import { type Facility, findFacility, inState } from './find.ts'
import { onFacilityAsAdmin, quoted } from './operate.ts'
import { leaveDatabases } from './repair-role.ts'
import { resumeFacility, suspendFacility } from './suspend.ts'

export interface Removed {
  facility: string
  name: string
  /** Undefined when an earlier run had written it and was cut off after the drop. */
  file: string | undefined
  entries: number
  sha256: string
}

/** What is known of the archive, kept beside the tombstone. Written before anything is dropped. */
interface Kept {
  sha256: string
  entries: number
  seq: number
}

export async function removeFacility(cluster: Cluster, typed: string, out: string): Promise<Removed> {
  const facility = await asProvisioner(cluster, (client) => findFacility(client, typed))
  inState(facility, 'active', 'suspended')
  const there = await isThere(cluster, facility)
  const earlier = await keptOf(cluster, facility.id)
  if (!there && !earlier)
    throw new CloudError(
      'schema-missing',
      'The facility’s schema is not on its server, so that there is nothing to export. Nothing was changed; restore the server’s backup.',
    )
  // Before its workstations are stopped for nothing.
  if (there) await mayBeWritten(out)
  try {
    const kept = there ? await archived(cluster, facility, out) : (earlier as Kept)
    await onFacilityAsAdmin(cluster, facility.id, async ({ registry, server, facility: now }) => {
      inState(now, 'active', 'suspended')
      if (there) await drop(server, now, kept)
      await destroyKeys(registry, now.id)
    })
    const { id, name } = facility
    return { facility: id, name, file: there ? out : undefined, entries: kept.entries, sha256: kept.sha256 }
  } catch (error) {
    throw facility.state === 'active' ? await goneOn(cluster, facility, error) : error
  }
}

/** Stopped, then exported, so that the archive has the last that it took. */
async function archived(cluster: Cluster, { id }: Facility, out: string): Promise<Kept> {
  await suspendFacility(cluster, id)
  const { sha256, entries, seq } = await exportFacility(cluster, id, out)
  const kept = { sha256, entries, seq }
  await keep(cluster, id, kept)
  // A copy that a move was told to keep on another server.
  await dropKept(cluster, id)
  return kept
}

/** A facility that was at work and could not be removed is at work again; or it is said that it is not. */
async function goneOn(cluster: Cluster, { id }: Facility, error: unknown): Promise<unknown> {
  // Another command is at it, which may be another removal: that one would be undone.
  if (error instanceof CloudError && error.code === 'facility-busy')
    return new CloudError(
      error.code,
      `${error.message} It may be suspended still: \`facility remove\` again, or \`facility resume ${id}\`.`,
      error,
    )
  try {
    await resumeFacility(cluster, id)
    return error
  } catch (failed) {
    // Somebody froze or removed it meanwhile: then it is not ours to let it go on.
    if (failed instanceof CloudError && /^facility-(frozen|moving|removed)$/.test(failed.code)) return error
    const what = error instanceof CloudError ? error.message : 'The facility could not be removed.'
    return new CloudError(
      'stays-suspended',
      `${what} It stays suspended, because it could not be resumed either: when PostgreSQL answers again, run \`facility resume ${id}\`, or \`facility remove\` again.`,
      error,
    )
  }
}

async function isThere(cluster: Cluster, { schema, server }: Facility): Promise<boolean> {
  return asAdmin(await serverLogin(cluster, server), async (client) => {
    const { rowCount } = await client.query('select from pg_catalog.pg_namespace where nspname = $1', [schema])
    return (rowCount ?? 0) > 0
  })
}

async function drop(server: pg.Client, { state, role, schema }: Facility, { seq }: Kept): Promise<void> {
  // Somebody may have let the facility go on meanwhile, and it may have gone on.
  const head = await server.query<{ seq: number }>(`select seq::float8 as seq from ${schema}.head`)
  if (state !== 'suspended' || head.rows[0]?.seq !== seq)
    throw new CloudError(
      'facility-busy',
      'The facility was resumed while it was exported, so nothing was dropped. Run `facility remove` again, with another --out.',
    )
  const name = quoted(role)
  await server.query(`drop schema ${schema} cascade`)
  await server.query(`drop owned by ${name}`)
  await leaveDatabases(server, role)
  await server.query(`drop role ${name}`)
}

async function destroyKeys(registry: pg.Client, id: string): Promise<void> {
  await registry.query(
    `update registry.device set wrap = null, box_key = '', box_voucher = '', revoked_at = coalesce(revoked_at, now())
     where facility = $1`,
    [id],
  )
  await registry.query(
    `update registry.enrollment set wrap = null, box_key = '', box_voucher = '', expires_at = least(expires_at, now())
     where facility = $1`,
    [id],
  )
  await registry.query('delete from registry.migration where facility = $1', [id])
  await registry.query(
    `update registry.facility set state = 'removed', verifier = null, signer = null, recovery_key = null,
       recovery_voucher = null, recovery_wrap = null, stored_bytes = 0, changed_at = now() where id = $1`,
    [id],
  )
}

const keyOf = (id: string) => `archive of removed ${id}`

function keptOf(cluster: Cluster, id: string): Promise<Kept | undefined> {
  return asProvisioner(cluster, async (client) => {
    const { rows } = await client.query<{ value: Kept }>('select value from registry.setting where key = $1', [
      keyOf(id),
    ])
    return rows[0]?.value
  })
}

async function keep(cluster: Cluster, id: string, kept: Kept): Promise<void> {
  await asProvisioner(cluster, (client) =>
    client.query(
      `insert into registry.setting (key, value) values ($1, $2)
       on conflict (key) do update set value = excluded.value`,
      [keyOf(id), JSON.stringify(kept)],
    ),
  )
}
