/**
 * What is to be brought along, and who is at it: rows of `registry.migration`. A runner takes some by a lease and renews it;
 * the leases of one that died run out, and another takes them. A lease only saves double work: that a step is never run twice
 * rests on the lock and the version that `bring.ts` finds in the facility itself. All times are the registry's clock.
 */
import type pg from 'pg'
import { CloudError } from '../errors.ts'

/** A facility that this runner has to itself for a while. */
export interface Leased {
  facility: string
  role: string
  schema: string
  server: string
}

export interface Failed {
  facility: string
  name: string
  /** The SQLSTATE, or a code of our own. */
  code: string
  step: string
}

/** A connection that waits for others no longer than it takes to answer. */
type Registry = Pick<pg.Pool, 'query'>

/** Notes what is to be brought to a version; what failed before is tried anew. Those given go first. */
export async function plan(registry: Registry, target: number, canaries: number | readonly string[]): Promise<void> {
  const { rows: others } = await registry.query<{ target: number }>(
    "select target from registry.migration where state = 'running' and lease_until > now() and target <> $1 limit 1",
    [target],
  )
  if (others[0])
    throw new CloudError(
      'other-migration',
      `The fleet is being brought to version ${others[0].target} by another command. Wait until that has ended.`,
    )
  // Brought along by somebody else since.
  await registry.query(
    `delete from registry.migration using registry.facility
     where facility.id = migration.facility and migration.state in ('waiting', 'failed')
       and (facility.version >= migration.target or facility.state = 'removed')`,
  )
  const first = typeof canaries === 'number' ? await choose(registry, target, canaries) : canaries
  await registry.query(
    `insert into registry.migration as planned (facility, target, state, canary)
     select id, $1, 'waiting', id = any($2) from registry.facility where state <> 'removed' and version < $1
     on conflict (facility) do update set target = excluded.target, state = 'waiting', attempts = 0, error = null,
       canary = excluded.canary, lease = null, lease_until = null, finished_at = null
       where planned.state in ('done', 'failed') or planned.target <> excluded.target
         or coalesce(planned.lease_until < now(), true)`,
    [target, first],
  )
}

/** The same ones for as long as they are behind: facilities' ids are random, so the first of them are no choice of ours. */
async function choose(registry: Registry, target: number, count: number): Promise<string[]> {
  const { rows } = await registry.query<{ id: string }>(
    "select id from registry.facility where state <> 'removed' and version < $1 order by id limit $2",
    [target, count],
  )
  return rows.map(({ id }) => id)
}

export interface Claim {
  target: number
  canary: boolean
  lease: string
  leaseMs: number
  count: number
}

/** Takes facilities that nobody is at. */
export async function claim(registry: Registry, { target, canary, lease, leaseMs, count }: Claim): Promise<Leased[]> {
  const { rows } = await registry.query<Leased>(
    `with next as materialized (
       select migration.facility from registry.migration join registry.facility on facility.id = migration.facility
       where target = $1 and canary = $2 and facility.state <> 'removed'
         and migration.state in ('waiting', 'running') and coalesce(lease_until < now(), true)
       order by migration.facility limit $3 for update of migration skip locked)
     update registry.migration set state = 'running', lease = $4, lease_until = now() + make_interval(secs => $5)
     from next join registry.facility on facility.id = next.facility where migration.facility = next.facility
     returning migration.facility, facility.role, facility.schema, facility.server`,
    [target, canary, count, lease, leaseMs / 1000],
  )
  return rows
}

/** Keeps what this runner has. */
export async function renew(registry: Registry, lease: string, leaseMs: number): Promise<void> {
  await registry.query(
    `update registry.migration set lease_until = now() + make_interval(secs => $2)
     where lease = $1 and state = 'running'`,
    [lease, leaseMs / 1000],
  )
}

/** Gives a facility back that is to be tried again, by whoever comes first, but not before `afterMs`. */
export async function giveBack(
  registry: Registry,
  { facility }: Leased,
  lease: string,
  afterMs: number,
): Promise<void> {
  await registry.query(
    `update registry.migration set state = 'waiting', lease = null,
       lease_until = now() + make_interval(secs => $3)
     where facility = $1 and lease = $2 and state = 'running'`,
    [facility, lease, afterMs / 1000],
  )
}

/** Counts an attempt that came to nothing; answers how many there were. */
export async function countAttempt(registry: Registry, { facility }: Leased): Promise<number> {
  const { rows } = await registry.query<{ attempts: number }>(
    'update registry.migration set attempts = attempts + 1 where facility = $1 returning attempts',
    [facility],
  )
  return rows[0]?.attempts ?? 0
}

/** Notes that a facility stays where it is. */
export async function noteFailed(
  registry: Registry,
  { facility }: Leased,
  lease: string,
  code: string,
  step: string,
): Promise<void> {
  await registry.query(
    `update registry.migration set state = 'failed', error = $3, lease = null, lease_until = null, finished_at = now()
     where facility = $1 and lease = $2 and state = 'running'`,
    [facility, lease, `${code} ${step}`],
  )
}

export interface Counts {
  /** Not begun, or being tried again. */
  waiting: number
  /** At it now, here or by another runner. */
  running: number
  done: number
  failed: number
}

/** How far it has come, whoever did it. */
export async function counts(registry: Registry, target: number, canary?: boolean): Promise<Counts> {
  const { rows } = await registry.query<{ state: keyof Counts; count: number }>(
    `select migration.state, count(*)::int as count
     from registry.migration join registry.facility on facility.id = migration.facility
     where target = $1 and canary = coalesce($2, canary) and facility.state <> 'removed' group by migration.state`,
    [target, canary ?? null],
  )
  return {
    waiting: 0,
    running: 0,
    done: 0,
    failed: 0,
    ...Object.fromEntries(rows.map((row) => [row.state, row.count])),
  }
}

/** Which facilities stay where they are, and why. */
export async function listFailed(registry: Registry, target: number): Promise<Failed[]> {
  const { rows } = await registry.query<{ facility: string; name: string; error: string }>(
    `select facility, name, error from registry.migration join registry.facility on facility.id = migration.facility
     where target = $1 and migration.state = 'failed' order by facility`,
    [target],
  )
  return rows.map(({ facility, name, error }) => {
    const [code = '', step = ''] = error.split(' ')
    return { facility, name, code, step }
  })
}
