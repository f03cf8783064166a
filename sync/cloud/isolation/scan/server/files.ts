/**
 * The server's files of settings, and whether they are what holds: a scan reads pg_hba.conf as it lies there, and the server
 * goes by what it read when it was last told to. What lies between the two would be seen by nobody.
 */
import { basename } from 'node:path'
import type pg from 'pg'
import { type Finding, finding } from '../finding.ts'
import type { IdentMapping } from './hba.ts'

export interface ServerFiles {
  /** Changed since they were read. */
  changed: readonly string[]
  unreadable: readonly { file: string; line: number; error: string }[]
  /** Settings that wait for a restart. */
  pending: readonly string[]
}

export async function serverFiles(client: pg.ClientBase, maps: readonly IdentMapping[]): Promise<ServerFiles> {
  const { rows: changed } = await client.query<{ file: string }>(CHANGED)
  // A setting that waits for a restart is no error; it is in the other list.
  const { rows: unreadable } = await client.query<{ file: string; line: number; error: string }>(`
    select sourcefile as file, sourceline as line, error from pg_catalog.pg_file_settings as written
    where error is not null
      and not exists (select from pg_catalog.pg_settings where pending_restart and pg_settings.name = written.name)
    order by seqno`)
  const { rows: pending } = await client.query<{ name: string }>(
    'select name from pg_catalog.pg_settings where pending_restart order by name',
  )
  const mapErrors = maps.flatMap(({ line, error }) => (error === null ? [] : [{ file: 'pg_ident.conf', line, error }]))
  return {
    changed: changed.map(({ file }) => file),
    unreadable: [...unreadable, ...mapErrors],
    pending: pending.map(({ name }) => name),
  }
}

export function checkFiles({ changed, unreadable, pending }: ServerFiles): Finding[] {
  return [
    ...changed.map((file) => finding('file-not-loaded', { object: basename(file) })),
    ...unreadable.map(({ file, line, error }) =>
      finding('file-unreadable', { object: basename(file), found: `line ${line} (${error})` }),
    ),
    ...pending.map((object) => finding('setting-pending', { object })),
  ]
}

// Files that others include are named by what they hold; the first two also if they hold nothing.
const CHANGED = `
  with file (name) as (
    select setting from pg_catalog.pg_settings where name in ('hba_file', 'ident_file', 'config_file')
    union select pg_catalog.to_jsonb(one)->>'file_name' from pg_catalog.pg_hba_file_rules as one
    union select pg_catalog.to_jsonb(one)->>'file_name' from pg_catalog.pg_ident_file_mappings as one
    union select sourcefile from pg_catalog.pg_file_settings)
  select name as file from file
  where (pg_catalog.pg_stat_file(name, true)).modification > pg_catalog.pg_conf_load_time() order by name`
