/**
 * Which sessions of facilities have to end, and their end. A facility's role can lift the limits that it was given for its
 * own sessions (`statement_timeout` and the like are anybody's to set); these it cannot.
 */
import type pg from 'pg'

export interface SessionLimits {
  /** Seconds. */
  statement: number
  /**
   * Seconds that two or more statements of one facility have run, added up. The gateway's own are over in moments, and wait
   * for each other at the facility's head: who runs several long ones at once takes the processors from everybody.
   */
  together: number
  /** Seconds that a transaction, and with it a snapshot, is held: VACUUM takes away nothing that is younger, anywhere. */
  transaction: number
  /** Seconds. */
  idleInTransaction: number
  /** All facilities share one table of locks. */
  locks: number
  /** Bytes on disk, for sorting and the like. */
  temporary: number
  /** Bytes of memory that a facility's sessions hold together; a push takes some ten million. */
  memory: number
}

export const SESSION_LIMITS: SessionLimits = {
  statement: 30,
  together: 8,
  transaction: 60,
  idleInTransaction: 30,
  locks: 1000,
  temporary: 512 << 20,
  memory: 2 ** 30,
}

export type Reason =
  | 'statement'
  | 'together'
  | 'transaction'
  | 'idle-in-transaction'
  | 'locks'
  | 'temporary'
  | 'memory'
  | 'paused'

export interface Ended {
  pid: number
  role: string
  reason: Reason
}

/** Ends the sessions that are beyond a limit, and says whose they were. */
export async function endOffenders(client: pg.Client, limits: SessionLimits): Promise<Ended[]> {
  const { statement, transaction, idleInTransaction, locks, temporary, together } = limits
  const values = [statement, transaction, idleInTransaction, locks, temporary, together]
  const { rows } = await client.query<Ended & { ended: boolean }>({ name: 'offenders', text: OFFENDERS, values })
  return rows.filter((row) => row.ended).map(({ pid, role, reason }) => ({ pid, role, reason }))
}

// Found and ended in one statement, so that it is not another session that has the number by then. Materialized, so that
// none is ended before the rest of its row was looked at. The facility's statements are not looked at.
const OFFENDERS = `
  with lock as (
      select pid, count(*) as held from pg_catalog.pg_locks group by pid having count(*) > $4),
    spilled as (
      select substring(name from '^pgsql_tmp([0-9]+)[.]')::int as pid, sum(size) as bytes
      from pg_catalog.pg_ls_tmpdir() group by 1 having sum(size) > $5),
    busy as (
      select usename, sum(extract(epoch from clock_timestamp() - query_start)) as seconds
      from pg_catalog.pg_stat_activity
      where backend_type = 'client backend' and state = 'active' and wait_event_type is distinct from 'Lock'
      group by usename having count(*) > 1),
    offender as materialized (
      select activity.pid, activity.usename::text as role, case
          when state = 'active' and clock_timestamp() - query_start > make_interval(secs => $1) then 'statement'
          when state like 'idle in transaction%' and clock_timestamp() - state_change > make_interval(secs => $3)
            then 'idle-in-transaction'
          when state = 'active' and busy.seconds > $6 then 'together'
          when clock_timestamp() - xact_start > make_interval(secs => $2) then 'transaction'
          when lock.held is not null then 'locks'
          when spilled.bytes is not null then 'temporary'
        end as reason
      from pg_catalog.pg_stat_activity as activity
        left join busy on busy.usename = activity.usename
        left join lock on lock.pid = activity.pid
        left join spilled on spilled.pid = activity.pid
      where backend_type = 'client backend' and activity.usename ~ '^t_[0-9a-f]{32}$')
  select pid, role, reason, pg_catalog.pg_terminate_backend(pid, 0) as ended from offender where reason is not null`
