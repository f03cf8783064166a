/**
 * What a registry that was restored from a backup has forgotten, and the facility's own access log still knows: who was taken
 * out since, who came since, and that the facility was stopped. Only ever tightens: nobody gets in by this.
 */
import { asFacility } from '../as-facility.ts'
import type { At } from './operate.ts'

export interface CaughtUp {
  /** Workstations that the log says were taken out, and the registry listed. They are out again, with a new password. */
  revoked: string[]
  /** Workstations that the log says were enrolled, and the registry has never heard of. They have to be enrolled again. */
  unknown: string[]
  /** Enrollment codes that were taken for unused, and are worth nothing now. */
  codes: number
  /** What the facility's state is again. */
  state?: 'suspended' | 'frozen'
}

const SEEN = (schema: string) => `
  select device, max(seq) filter (where act = 'enroll')::float8 as enrolled,
    max(seq) filter (where act = 'operator-revoke')::float8 as revoked
  from ${schema}.access_log where act in ('enroll', 'operator-revoke') and outcome = 'ok' group by device`

const LAST = (schema: string) => `
  select coalesce(max(seq) filter (where act = 'operator-reenroll'), 0)::float8 as reenrolled,
    (array_agg(act order by seq desc) filter (where act in
      ('operator-suspend', 'operator-resume', 'operator-freeze', 'operator-thaw')))[1] as stopped
  from ${schema}.access_log where act like 'operator-%' and outcome = 'ok'`

const CLOSE_CODES = `
  update registry.enrollment set wrap = null, expires_at = least(expires_at, now())
  where facility = $1 and wrap is not null`

export async function catchUp({ registry, server, facility }: At): Promise<CaughtUp> {
  const { id, role, schema, state } = facility
  const { seen, last } = await asFacility(server, role, async () => ({
    seen: (await server.query<{ device: string; enrolled: number | null; revoked: number | null }>(SEEN(schema))).rows,
    last: (await server.query<{ reenrolled: number; stopped: string | null }>(LAST(schema))).rows[0],
  }))
  const { rows: devices } = await registry.query<{ id: string; live: boolean }>(
    'select id, revoked_at is null as live from registry.device where facility = $1',
    [id],
  )
  const out = ({ enrolled, revoked }: { enrolled: number | null; revoked: number | null }) =>
    Math.max(revoked ?? 0, last?.reenrolled ?? 0) > (enrolled ?? 0)
  const byId = new Map(seen.map((one) => [one.device, one]))
  const revoked = devices.filter(({ id, live }) => live && out(byId.get(id) ?? NEVER)).map(({ id }) => id)
  const known = new Set(devices.map(({ id }) => id))
  const unknown = seen
    .filter((one) => one.enrolled !== null && !known.has(one.device) && !out(one))
    .map(({ device }) => device)
  await registry.query(
    'update registry.device set revoked_at = now(), wrap = null where facility = $1 and id = any ($2)',
    [id, revoked],
  )
  // Whoever is unknown came by a code, which this registry takes for unused.
  const used = seen.some((one) => one.enrolled !== null && !known.has(one.device))
  const closed = used ? await registry.query(CLOSE_CODES, [id]) : undefined
  const caughtUp = { revoked, unknown, codes: closed?.rowCount ?? 0 }

  const stopped = STOPPED[last?.stopped ?? '']
  if (state !== 'active' || !stopped) return caughtUp
  await registry.query('update registry.facility set state = $2 where id = $1', [id, stopped])
  await server.query(`alter role ${role} nologin`)
  return { ...caughtUp, state: stopped }
}

const NEVER = { enrolled: null, revoked: null }
const STOPPED: Record<string, 'suspended' | 'frozen'> = { 'operator-suspend': 'suspended', 'operator-freeze': 'frozen' }
