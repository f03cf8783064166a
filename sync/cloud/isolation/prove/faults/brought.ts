/** What PostgreSQL brings, given away: rights to its own roles, owners, and things that were added to its schemas. */
import { broken, type Fault } from '../fault.ts'
import type { Stage } from '../stage.ts'

/** Members of these have what they have: the watchdog is one of two, and any administrator may make a member of the others. */
const given = (id: string, title: string, sql: (stage: Stage) => string): Fault =>
  broken(`brought.${id}`, title, 'grant-unexpected', sql)

const owned = (id: string, what: string, sql: (stage: Stage) => string): Fault =>
  broken(`brought.owner-of-${id}`, `${what} belongs to somebody else.`, 'server-owner', sql)

const added = (id: string, title: string, sql: (stage: Stage) => string): Fault =>
  broken(`brought.${id}`, title, 'object-unexpected', sql)

const ours = ({ cluster }: Stage) => `database "${cluster.admin.database}"`

export const brought: readonly Fault[] = [
  given(
    'relation-to-signalers',
    'Whoever may end sessions may read password verifiers.',
    () => 'grant select on pg_catalog.pg_authid to pg_signal_backend',
  ),
  given(
    'column-to-signalers',
    'Whoever may end sessions may read one column of password verifiers.',
    () => 'grant select (rolpassword) on pg_catalog.pg_authid to pg_signal_backend',
  ),
  given(
    'view-to-signalers',
    'Whoever may end sessions may read the information schema.',
    () => 'grant select on information_schema.tables to pg_signal_backend',
  ),
  given(
    'function-to-statistics',
    'Whoever may read statistics may read the server’s files.',
    () => 'grant execute on function pg_catalog.pg_read_file(text) to pg_read_all_stats',
  ),
  given(
    'function-passed-on',
    'Whoever watches the server may pass on what came with it.',
    () => 'grant execute on function pg_catalog.pg_ls_logdir() to pg_monitor with grant option',
  ),
  given(
    'language-to-statistics',
    'Whoever may read statistics may write code.',
    () => 'grant usage on language plpgsql to pg_read_all_stats',
  ),
  given(
    'schema-to-signalers',
    'Whoever may end sessions may add to PostgreSQL’s own functions.',
    () => 'grant create on schema pg_catalog to pg_signal_backend',
  ),
  given(
    'public-to-signalers',
    'Whoever may end sessions may make things in "public".',
    () => 'grant usage, create on schema public to pg_signal_backend',
  ),
  given(
    'database-to-signalers',
    'Whoever may end sessions may make schemas.',
    (stage) => `grant create on ${ours(stage)} to pg_signal_backend`,
  ),
  given(
    'database-to-strangers',
    'Whoever may end sessions may make things in another database.',
    () => 'grant connect, temporary on database postgres to pg_signal_backend',
  ),
  given(
    'type-to-signalers',
    'A type is given to some.',
    () => 'grant usage on type pg_catalog.inet to pg_signal_backend',
  ),
  given(
    'domain-passed-on',
    'A facility may pass on a domain.',
    ({ attacker }) => `grant usage on domain information_schema.yes_or_no to ${attacker.role} with grant option`,
  ),
  given(
    'tablespace-to-facility',
    'A facility may keep files of its own.',
    ({ attacker }) => `grant create on tablespace pg_default to ${attacker.role}`,
  ),
  given(
    'parameter-to-signalers',
    'Whoever may end sessions may have statements written to the log.',
    () => 'grant set on parameter log_statement to pg_signal_backend',
  ),

  owned('public', 'The schema "public"', ({ attacker }) => `alter schema public owner to ${attacker.role}`),
  owned(
    'information-schema',
    'The information schema',
    ({ attacker }) => `alter schema information_schema owner to ${attacker.role}`,
  ),
  owned('catalog', 'The schema of PostgreSQL’s own', () => 'alter schema pg_catalog owner to alcove_gateway'),
  owned('database', 'The database', (stage) => `alter ${ours(stage)} owner to ${stage.attacker.role}`),
  owned('other-database', 'Another database', () => 'alter database postgres owner to alcove_watchdog'),
  owned('language', 'A language', ({ attacker }) => `alter language plpgsql owner to ${attacker.role}`),
  owned(
    'function',
    'A function',
    ({ attacker }) => `alter function pg_catalog.initcap(text) owner to ${attacker.role}`,
  ),
  owned('operator', 'An operator', () => 'alter operator pg_catalog.<> (inet, inet) owner to alcove_gateway'),
  owned('type', 'A type', ({ attacker }) => `alter type pg_catalog.inet owner to ${attacker.role}`),
  owned('domain', 'A domain', ({ attacker }) => `alter domain information_schema.yes_or_no owner to ${attacker.role}`),
  owned(
    'view',
    'A view of the information schema',
    ({ attacker }) => `alter view information_schema.tables owner to ${attacker.role}`,
  ),
  broken(
    'brought.database-template',
    'Whoever may make databases may copy the one with all records.',
    'setting-unsafe',
    (stage) => `alter ${ours(stage)} is_template true`,
  ),
  owned('tablespace', 'A tablespace', ({ attacker }) => `alter tablespace pg_default owner to ${attacker.role}`),

  added(
    'operator-in-catalog',
    'There is one more operator among PostgreSQL’s own.',
    () => 'create operator pg_catalog.=== (leftarg = text, rightarg = integer, function = pg_catalog.repeat)',
  ),
  added(
    'operator-in-public',
    'There is an operator in "public".',
    () => 'create operator public.=== (leftarg = text, rightarg = integer, function = pg_catalog.repeat)',
  ),
  added('type-in-public', 'There is a type in "public".', () => "create type public.proof_type as enum ('yes', 'no')"),
  added(
    'domain-in-catalog',
    'There is one more domain among PostgreSQL’s own.',
    () => 'create domain pg_catalog.proof_domain as text',
  ),
  added(
    'check-on-a-domain',
    'A domain of PostgreSQL’s runs somebody’s check.',
    () => "alter domain information_schema.yes_or_no add constraint also check (value <> '')",
  ),
  added(
    'default-of-a-view',
    'A view of PostgreSQL’s computes something for whoever writes to it.',
    () => "alter view information_schema.tables alter column table_name set default pg_catalog.repeat('x', 2)",
  ),
  added(
    'aggregate-in-catalog',
    'There is one more aggregate among PostgreSQL’s own.',
    () => 'create aggregate pg_catalog.proof_sum (integer) (sfunc = pg_catalog.int4pl, stype = integer)',
  ),
  added(
    'function-in-catalog',
    'There is one more function among PostgreSQL’s own.',
    () => "create function pg_catalog.lpad(text, bigint) returns text language sql as 'select $1'",
  ),
  added(
    'function-of-the-language',
    'There is one more function, and it passes for a part of a language.',
    () =>
      "create function pg_catalog.lpad(text, bigint) returns text language sql as 'select $1'; alter extension plpgsql add function pg_catalog.lpad(text, bigint)",
  ),
  added(
    'cast',
    'There is one more cast, which happens by itself.',
    () => 'create cast (text as inet) with inout as implicit',
  ),
  added(
    'text-search-in-public',
    'There is a dictionary in "public".',
    () => 'create text search dictionary public.proof_dictionary (template = simple)',
  ),
  added(
    'operator-class',
    'There is one more way to compare in an index.',
    () =>
      'create operator class public.proof_class for type inet using hash as operator 1 pg_catalog.=, function 1 pg_catalog.hashinet(inet)',
  ),
  added(
    'rule-on-catalog',
    'There is a rule on a view of PostgreSQL’s.',
    () =>
      'set local allow_system_table_mods = on; create rule also as on update to pg_catalog.pg_settings do also notify seen; set local allow_system_table_mods = off',
  ),
  added(
    'language-added',
    'There is one more language.',
    () => 'create trusted language proof_language handler pg_catalog.plpgsql_call_handler',
  ),
  added('large-object', 'There is a large object.', () => 'select pg_catalog.lo_create(0)'),
]
