/** Making and changing things: one's own, the neighbor's, everybody's. A facility's role may make nothing at all. */
import type { Attack } from '../attack.ts'
import type { Party } from '../party.ts'
import type { Stage } from '../stage.ts'
import { statement } from './sql.ts'

type Says = (about: Party, stage: Stage) => string

const row = (id: string, title: string, says: Says): Attack =>
  statement('sql', { id, title, says, control: 'administrator' })

const own =
  (rest: (schema: string) => string): Says =>
  (_, { attacker }) =>
    rest(attacker.schema)
const theirs =
  (rest: (schema: string) => string): Says =>
  ({ schema }) =>
    rest(schema)

export const making: readonly Attack[] = [
  // In a place of its own
  row('create-schema', 'A facility makes a schema.', () => 'create schema proof_mine'),
  row('create-in-public', 'A facility makes a table where everybody looks.', () => 'create table public.proof_mine ()'),
  row(
    'create-in-own',
    'A facility makes a table in its own schema, without row-level security.',
    own((s) => `create table ${s}.mine ()`),
  ),
  row('create-temporary', 'A facility makes a temporary table.', () => 'create temporary table mine ()'),
  row(
    'create-function',
    'A facility makes a function.',
    own((s) => `create function ${s}.f() returns int language sql as 'select 1'`),
  ),
  row(
    'create-definer-function',
    'A facility makes a function that runs with its maker’s rights.',
    own((s) => `create function ${s}.f() returns int language sql security definer as 'select 1'`),
  ),
  row(
    'create-temporary-function',
    'A facility makes a function among its temporary things.',
    () => "create function pg_temp.f() returns int language sql as 'select 1'",
  ),
  row(
    'create-operator',
    'A facility makes an operator that looks like an everyday one.',
    own((s) => `create operator ${s}.= (leftarg = uuid, rightarg = uuid, function = pg_catalog.uuid_eq)`),
  ),
  row(
    'create-cast',
    'A facility makes a cast that is used without asking.',
    () => 'create cast (pg_catalog.json as pg_catalog.int4) with inout as implicit',
  ),
  row(
    'create-type',
    'A facility makes a type.',
    own((s) => `create type ${s}.t as enum ('a')`),
  ),
  row(
    'create-domain',
    'A facility makes a domain with a check of its own.',
    own((s) => `create domain ${s}.d as int check (value > 0)`),
  ),
  row(
    'create-aggregate',
    'A facility makes an aggregate.',
    own((s) => `create aggregate ${s}.a (int) (sfunc = pg_catalog.int4pl, stype = int)`),
  ),
  row(
    'create-collation',
    'A facility makes a rule of sorting.',
    own((s) => `create collation ${s}.c from pg_catalog."C"`),
  ),
  row(
    'create-index',
    'A facility makes an index with an expression of its own.',
    own((s) => `create index on ${s}.record ((fields::text))`),
  ),
  row(
    'create-language',
    'A facility makes a language.',
    () => 'create trusted language proof_plpgsql handler pg_catalog.plpgsql_call_handler',
  ),
  statement('sql', {
    id: 'create-event-trigger',
    title: 'A facility has something of its own run at every change of the schema.',
    says: (_, { attacker }) => eventTrigger(attacker.schema),
    control: ({ rolledBack, attacker }) =>
      rolledBack(async (client) => {
        await client.query(
          `create function ${attacker.schema}.ev() returns event_trigger language plpgsql as 'begin end'`,
        )
        await client.query(eventTrigger(attacker.schema))
      }),
  }),
  row('do', 'A facility runs a block of code.', () => 'do $$ begin end $$'),

  // On the neighbor's
  row(
    'view-on-neighbor',
    'A facility makes a view of its neighbor’s records.',
    ({ schema }, { attacker }) => `create view ${attacker.schema}.v as select * from ${schema}.record`,
  ),
  row(
    'materialized-view',
    'A facility keeps a copy of its neighbor’s records.',
    ({ schema }, { attacker }) => `create materialized view ${attacker.schema}.m as select * from ${schema}.record`,
  ),
  row(
    'table-as',
    'A facility makes a table of its neighbor’s records.',
    ({ schema }, { attacker }) => `create table ${attacker.schema}.m as select * from ${schema}.record`,
  ),
  row(
    'temporary-view',
    'A facility makes a temporary view of its neighbor’s records.',
    ({ schema }) => `create temporary view v as select * from ${schema}.record`,
  ),
  row(
    'foreign-key-oracle',
    'A facility asks by a foreign key whether its neighbor has a certain patient.',
    ({ schema }, { attacker }) =>
      `create table ${attacker.schema}.x (kind text, id text, foreign key (kind, id) references ${schema}.record)`,
  ),
  row(
    'function-on-neighbor',
    'A facility makes a function in its neighbor’s schema.',
    theirs((s) => `create function ${s}.f() returns int language sql as 'select 1'`),
  ),
  row(
    'trigger-on-neighbor',
    'A facility puts a trigger on its neighbor’s journal.',
    theirs(
      (s) =>
        `create trigger t before insert on ${s}.journal for each row execute function pg_catalog.suppress_redundant_updates_trigger()`,
    ),
  ),
  row(
    'rule-on-neighbor',
    'A facility puts a rule on its neighbor’s table.',
    theirs((s) => `create rule r as on insert to ${s}.blob do also notify seen`),
  ),
  row(
    'index-on-neighbor',
    'A facility makes an index on its neighbor’s table, with an expression of its own.',
    theirs((s) => `create index on ${s}.record ((fields::text))`),
  ),
  row(
    'statistics-on-neighbor',
    'A facility has statistics of its neighbor’s records made.',
    theirs((s) => `create statistics ${s}.st on kind, id from ${s}.record`),
  ),
  row(
    'policy-on-neighbor',
    'A facility adds a policy to its neighbor’s table.',
    ({ schema }, { attacker }) => `create policy mine on ${schema}.record to ${attacker.role} using (true)`,
  ),
  row(
    'alter-neighbor-policy',
    'A facility widens its neighbor’s policy.',
    theirs((s) => `alter policy own on ${s}.record to public using (true)`),
  ),
  row(
    'drop-neighbor-policy',
    'A facility drops its neighbor’s policy.',
    theirs((s) => `drop policy own on ${s}.record`),
  ),
  row(
    'disable-neighbor-rls',
    'A facility switches row-level security off on its neighbor’s table.',
    theirs((s) => `alter table ${s}.record disable row level security`),
  ),
  row(
    'unforce-neighbor-rls',
    'A facility lets the owner of its neighbor’s table pass row-level security by.',
    theirs((s) => `alter table ${s}.record no force row level security`),
  ),
  row(
    'own-neighbor-table',
    'A facility makes itself the owner of its neighbor’s table.',
    ({ schema }, { attacker }) => `alter table ${schema}.record owner to ${attacker.role}`,
  ),
  row(
    'own-neighbor-schema',
    'A facility makes itself the owner of its neighbor’s schema.',
    ({ schema }, { attacker }) => `alter schema ${schema} owner to ${attacker.role}`,
  ),
  row(
    'rename-neighbor-schema',
    'A facility renames its neighbor’s schema.',
    theirs((s) => `alter schema ${s} rename to proof_gone`),
  ),
  row(
    'alter-neighbor-view',
    'A facility lets its neighbor’s view run with the owner’s rights.',
    theirs((s) => `alter view ${s}.patient reset (security_invoker)`),
  ),
  row(
    'alter-neighbor-table',
    'A facility adds a column to its neighbor’s table.',
    theirs((s) => `alter table ${s}.record add column x text`),
  ),
  row(
    'drop-neighbor-table',
    'A facility drops its neighbor’s table.',
    theirs((s) => `drop table ${s}.record cascade`),
  ),
  row(
    'drop-neighbor-schema',
    'A facility drops its neighbor’s schema.',
    theirs((s) => `drop schema ${s} cascade`),
  ),

  // On its own, to widen it
  row(
    'disable-own-rls',
    'A facility switches row-level security off on its own table.',
    own((s) => `alter table ${s}.record disable row level security`),
  ),
  row(
    'alter-own-policy',
    'A facility widens its own policy.',
    own((s) => `alter policy own on ${s}.record using (true)`),
  ),
  row(
    'drop-own-guard',
    'A facility drops the guard against TRUNCATE on its own journal.',
    own((s) => `drop trigger refuse_truncate on ${s}.journal`),
  ),
  row(
    'replace-own-guard',
    'A facility replaces the guard against TRUNCATE.',
    own(
      (s) =>
        `create or replace function ${s}.refuse_truncate() returns trigger language plpgsql as 'begin return null; end'`,
    ),
  ),
  row(
    'replace-own-view',
    'A facility replaces its own view by one of another’s rows.',
    ({ schema }, { attacker }) => `create or replace view ${attacker.schema}.note as select * from ${schema}.record`,
  ),
  row(
    'drop-own-check',
    'A facility drops the check on its own tag.',
    own((s) => `alter table ${s}.record drop constraint own`),
  ),
  row(
    'own-own-table',
    'A facility makes itself the owner of its own table.',
    (_, { attacker }) => `alter table ${attacker.schema}.record owner to ${attacker.role}`,
  ),

  // Of the server
  row(
    'create-publication',
    'A facility publishes every table’s changes.',
    () => 'create publication proof_all for all tables',
  ),
  row(
    'create-publication-neighbor',
    'A facility publishes its neighbor’s changes.',
    theirs((s) => `create publication proof_theirs for table ${s}.journal`),
  ),
  row('create-wrapper', 'A facility makes a way to other servers.', () => 'create foreign data wrapper proof_wrapper'),
  row(
    'create-access-method',
    'A facility makes a way of storing tables.',
    () => 'create access method proof_heap type table handler pg_catalog.heap_tableam_handler',
  ),
  row(
    'create-conversion',
    'A facility makes a conversion between encodings.',
    own((s) => `create conversion ${s}.c for 'UTF8' to 'LATIN1' from pg_catalog.utf8_to_iso8859_1`),
  ),
]

function eventTrigger(schema: string): string {
  return `create event trigger proof_trigger on ddl_command_end execute function ${schema}.ev()`
}
