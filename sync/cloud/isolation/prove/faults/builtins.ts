/** PostgreSQL's own functions, operators, types … redefined: every statement rests on them. */
import { broken, type Fault } from '../fault.ts'

const changed = (id: string, title: string, sql: string): Fault =>
  broken(`builtins.${id}`, title, 'builtin-changed', () => sql)

/** What only the setting for changing system tables lets happen; put back at once, so that it is not what is found. */
const asSystem = (sql: string) =>
  `set local allow_system_table_mods = on; ${sql}; set local allow_system_table_mods = off`

export const builtins: readonly Fault[] = [
  changed(
    'function-body',
    'A function of PostgreSQL’s does something else.',
    "create or replace function pg_catalog.lpad(text, integer) returns text language sql immutable parallel safe strict as 'select $1'",
  ),
  changed(
    'function-symbol',
    'A function of PostgreSQL’s calls another one in the server’s program.',
    "update pg_catalog.pg_proc set prosrc = 'textlower' where oid = 'pg_catalog.initcap(text)'::regprocedure",
  ),
  changed(
    'function-leakproof',
    'A function that tells what it is given counts as one that does not, and so runs before row-level security.',
    'alter function pg_catalog.textlike(text, text) leakproof',
  ),
  changed(
    'function-volatile',
    'A function of PostgreSQL’s is volatile.',
    'alter function pg_catalog.initcap(text) volatile',
  ),
  changed(
    'function-setting',
    'A function of PostgreSQL’s changes a setting while it runs.',
    "alter function pg_catalog.initcap(text) set search_path = 'public'",
  ),
  changed(
    'function-cost',
    'A function of PostgreSQL’s counts as so cheap that it runs first.',
    'alter function pg_catalog.textlike(text, text) cost 0.0001',
  ),
  changed(
    'aggregate',
    'An aggregate of PostgreSQL’s ends with another function.',
    "update pg_catalog.pg_aggregate set aggfinalfn = 'pg_catalog.boolne(boolean,boolean)'::regprocedure where aggfnoid = 'pg_catalog.bool_and(boolean)'::regprocedure",
  ),
  changed(
    'operator',
    'An operator of PostgreSQL’s is estimated by nothing.',
    'alter operator pg_catalog.<> (inet, inet) set (restrict = none)',
  ),
  changed(
    'operator-class',
    'An index of PostgreSQL’s kinds compares with another function.',
    "update pg_catalog.pg_amproc set amproc = 'pg_catalog.network_sup(inet,inet)'::regprocedure where amproc = 'pg_catalog.network_cmp(inet,inet)'::regprocedure",
  ),
  changed(
    'access-method',
    'A kind of index is another.',
    "update pg_catalog.pg_am set amhandler = 'pg_catalog.brinhandler' where amname = 'gin'",
  ),
  changed(
    'cast',
    'A cast that has to be asked for happens by itself.',
    "update pg_catalog.pg_cast set castcontext = 'i' where castsource = 'inet'::regtype and casttarget = 'cidr'::regtype",
  ),
  changed(
    'type',
    'A type of PostgreSQL’s is stored otherwise.',
    'alter type pg_catalog.tsquery set (storage = external)',
  ),
  changed(
    'domain',
    'A domain of PostgreSQL’s checks nothing.',
    'alter domain information_schema.yes_or_no drop constraint yes_or_no_check',
  ),
  changed(
    'language',
    'Everybody may write code that does anything.',
    "update pg_catalog.pg_language set lanpltrusted = true where lanname = 'c'",
  ),
  changed(
    'conversion',
    'A conversion between encodings is not what is used.',
    "update pg_catalog.pg_conversion set condefault = false where conname = 'koi8_r_to_utf8'",
  ),
  changed(
    'text-search',
    'Texts are searched by other rules.',
    'alter text search configuration pg_catalog.english drop mapping for asciiword',
  ),
  changed(
    'collation',
    'A collation orders otherwise.',
    "update pg_catalog.pg_collation set collisdeterministic = false where collname = 'POSIX'",
  ),
  changed(
    'relation',
    'Row-level security hides rows of a catalog.',
    asSystem('alter table pg_catalog.pg_description enable row level security'),
  ),
  changed(
    'view-of-the-catalog',
    'A view of PostgreSQL’s shows something else.',
    asSystem(
      'create or replace view pg_catalog.pg_group as select rolname as groname, oid as grosysid, array[]::oid[] as grolist from pg_catalog.pg_authid',
    ),
  ),
  changed(
    'view-of-the-information-schema',
    'A view of the information schema shows something else.',
    'create or replace view information_schema.enabled_roles as select rolname::information_schema.sql_identifier as role_name from pg_catalog.pg_authid',
  ),
  changed(
    'view-rule',
    'A rule of PostgreSQL’s is switched off.',
    "update pg_catalog.pg_rewrite set ev_enabled = 'D' where rulename = 'pg_settings_n'",
  ),
  changed(
    'view-column',
    'A view of PostgreSQL’s calls a column by another’s name.',
    asSystem(
      'alter table pg_catalog.pg_locks rename column pid to was; alter table pg_catalog.pg_locks rename column page to pid',
    ),
  ),
  changed(
    'initial-rights',
    'What a role of PostgreSQL’s was granted later looks as if it had come with it.',
    `grant execute on function pg_catalog.pg_read_file(text) to pg_read_all_stats;
     update pg_catalog.pg_init_privs set initprivs = proacl from pg_catalog.pg_proc as proc
     where objoid = proc.oid and proc.oid = 'pg_catalog.pg_read_file(text)'::regprocedure`,
  ),
]
