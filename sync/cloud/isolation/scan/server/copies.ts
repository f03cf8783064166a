/** Whoever has the whole server copied to elsewhere. A standby or a backup does; so does somebody who wants the records. */
import type pg from 'pg'
import { type Finding, finding } from '../finding.ts'

/** What copies it, by a name. A slot for single changes is none of these: it is named among what is no part of Alcove. */
export async function serverCopies(client: pg.ClientBase): Promise<string[]> {
  const { rows } = await client.query<{ what: string }>(`
    select 'the replication slot ' || slot_name as what from pg_catalog.pg_replication_slots where slot_type = 'physical'
    union select 'the replication that ' || usename || ' has open from ' || coalesce(pg_catalog.host(client_addr), 'this machine')
      from pg_catalog.pg_stat_replication
    order by 1`)
  return rows.map(({ what }) => what)
}

export function checkCopies(copies: readonly string[]): Finding[] {
  return copies.map((object) => finding('server-copied', { object }))
}
