/** How two administrators' sessions stand to each other: on one server, in one database, or on two servers. */
import type pg from 'pg'

/** Told by whether the one sees the other among its sessions: an address may have several names. */
export async function together(a: pg.Client, b: pg.Client): Promise<{ server: boolean; database: boolean }> {
  const { rows } = await a.query<Me>(
    `select pid, backend_start::text as start, datname as database from pg_stat_activity where pid = pg_backend_pid()`,
  )
  const { pid, start, database } = rows[0] as Me
  const seen = await b.query<{ here: boolean }>(
    `select datname = $3 and datname = current_database() as here from pg_stat_activity
     where pid = $1 and backend_start::text = $2`,
    [pid, start, database],
  )
  return { server: seen.rows.length === 1, database: seen.rows[0]?.here === true }
}

interface Me {
  pid: number
  start: string
  database: string
}
