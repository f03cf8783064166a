/** The lock-down, lost after an upgrade or given away; databases; settings; the server’s own door and version. */
import { broken, type Fault } from '../fault.ts'

const database = (id: string, title: string, verb: string, name: (own: string) => string): Fault =>
  broken(
    `server.${id}`,
    title,
    'lockdown-database',
    ({ cluster }) => `grant ${verb} on database "${name(cluster.admin.database ?? '')}" to public`,
  )

const FUNCTIONS: readonly [id: string, name: string, what: string][] = [
  ['sleep', 'pg_sleep(double precision)', 'wait'],
  ['read-file', 'pg_read_file(text)', 'read the server’s files'],
  ['large-object', 'lo_create(oid)', 'make large objects'],
  ['activity', 'pg_stat_get_activity(integer)', 'see what others are doing'],
  ['size', 'pg_total_relation_size(regclass)', 'ask how large a table is'],
  ['privilege', 'has_table_privilege(text, text)', 'ask whether a table exists'],
  ['lock', 'pg_advisory_lock(bigint)', 'take locks by number'],
  ['set-config', 'set_config(text, text, boolean)', 'change settings inside a query'],
]

export const server: readonly Fault[] = [
  database('connect', 'Everybody may connect.', 'connect', (own) => own),
  database('temporary', 'Everybody may make temporary tables.', 'temporary', (own) => own),
  database('create', 'Everybody may make schemas.', 'create', (own) => own),
  database('connect-postgres', 'Everybody may connect to another database.', 'connect', () => 'postgres'),
  database('connect-template', 'Everybody may connect to the template of new databases.', 'connect', () => 'template1'),
  broken(
    'server.public-create',
    'Everybody may make things in "public".',
    'lockdown-schema',
    () => 'grant create on schema public to public',
  ),
  broken(
    'server.public-usage',
    'Everybody may use "public".',
    'lockdown-schema',
    () => 'grant usage on schema public to public',
  ),
  broken(
    'server.information-schema',
    'Everybody may use the information schema.',
    'lockdown-schema',
    () => 'grant usage on schema information_schema to public',
  ),
  broken(
    'server.language',
    'Everybody may write code.',
    'lockdown-language',
    () => 'grant usage on language plpgsql to public',
  ),
  ...['pg_class', 'pg_stat_activity', 'pg_stats', 'pg_policy', 'pg_authid'].map((name) =>
    broken(
      `server.${name.replaceAll('_', '-')}`,
      `Everybody may read ${name}.`,
      'lockdown-relation',
      () => `grant select on pg_catalog.${name} to public`,
    ),
  ),
  broken(
    'server.catalog-column',
    'Everybody may read one column of pg_authid.',
    'lockdown-relation',
    () => 'grant select (rolname) on pg_catalog.pg_authid to public',
  ),
  ...FUNCTIONS.map(([id, name, what]) =>
    broken(
      `server.function-${id}`,
      `Everybody may ${what}.`,
      'lockdown-function',
      () => `grant execute on function pg_catalog.${name} to public`,
    ),
  ),
  broken(
    'server.upgrade-relations',
    'An upgrade has made the catalogs anew: all of them are readable.',
    'lockdown-relation',
    () => 'grant select on all tables in schema pg_catalog to public',
  ),
  broken(
    'server.upgrade-functions',
    'An upgrade has made the catalogs anew: every function may be called.',
    'lockdown-function',
    () => 'grant execute on all functions in schema pg_catalog to public',
  ),
  broken(
    'server.defaults',
    'Everybody may call whatever functions an administrator makes from now on.',
    'lockdown-defaults',
    () => 'alter default privileges grant execute on functions to public',
  ),
  broken(
    'server.log-statement',
    'The server’s log holds statements, values included.',
    'setting-unsafe',
    () => "set local log_statement = 'all'",
  ),
  broken(
    'server.log-duration',
    'The server’s log holds statements that take long.',
    'setting-unsafe',
    () => 'set local log_min_duration_statement = 0',
  ),
]
