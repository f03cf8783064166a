/** Things that are no part of a facility, or that reach from one into another; halves of a migration; the registry. */
import { broken, type Fault } from '../fault.ts'

export const objects: readonly Fault[] = [
  broken(
    'objects.view-of-definer',
    'A view reads with its owner’s rights.',
    'view-not-invoker',
    ({ victim }) => `alter view ${victim.schema}.patient reset (security_invoker)`,
  ),
  broken(
    'objects.view-across',
    'A facility’s view reads another facility.',
    'view-crosses',
    ({ victim, attacker }) =>
      `drop view ${attacker.schema}.patient; create view ${attacker.schema}.patient with (security_invoker = true) as select * from ${victim.schema}.patient; alter view ${attacker.schema}.patient owner to fleet_owner; grant select on ${attacker.schema}.patient to ${attacker.role}`,
  ),
  broken(
    'objects.temporary-function',
    'A function that reads a facility’s records with the administrator’s rights lies in a session’s own schema.',
    'object-unexpected',
    ({ victim }) =>
      `create function pg_temp.peek() returns bigint language sql security definer as 'select count(*) from ${victim.schema}.record'`,
  ),
  broken(
    'objects.temporary-schema',
    'A facility has a way into the schema of somebody’s session.',
    'object-unexpected',
    ({ attacker }) =>
      `create temporary table room (n integer); do $$ begin execute pg_catalog.format('grant usage on schema %s to ${attacker.role}', pg_catalog.pg_my_temp_schema()::regnamespace); end $$`,
  ),
  broken(
    'objects.view-columns-swapped',
    'Two columns under a facility’s views have changed their names.',
    'view-changed',
    ({ attacker: { schema } }) =>
      `alter table ${schema}.record rename column created to held; alter table ${schema}.record rename column updated to created; alter table ${schema}.record rename column held to updated`,
  ),
  broken(
    'objects.view-added',
    'There is a view in a facility’s schema that reads another facility.',
    'view-unexpected',
    ({ victim, attacker }) =>
      `create view ${attacker.schema}.also with (security_invoker = true) as select * from ${victim.schema}.record; alter view ${attacker.schema}.also owner to fleet_owner`,
  ),
  broken(
    'objects.materialized-view',
    'A copy of a facility’s records lies in another’s schema.',
    'relation-unexpected',
    ({ victim, attacker }) =>
      `create materialized view ${attacker.schema}.copy as select * from ${victim.schema}.record`,
  ),
  broken(
    'objects.table-added',
    'There is one more table in a facility’s schema, without row-level security.',
    'relation-unexpected',
    ({ victim }) => `create table ${victim.schema}.more (x text)`,
  ),
  broken(
    'objects.definer-function',
    'There is a function that runs with its owner’s rights and whatever search path one gives it.',
    'function-unexpected',
    ({ victim }) =>
      `create function ${victim.schema}.f() returns bigint language sql security definer as 'select 1::bigint'`,
  ),
  broken(
    'objects.guard-definer',
    'The guard against TRUNCATE runs with its owner’s rights.',
    'function-unsafe',
    ({ victim }) => `alter function ${victim.schema}.refuse_truncate() security definer`,
  ),
  broken(
    'objects.guard-path',
    'The guard against TRUNCATE runs with whatever search path one gives it.',
    'function-unsafe',
    ({ victim }) => `alter function ${victim.schema}.refuse_truncate() reset search_path`,
  ),
  broken(
    'objects.trigger',
    'There is a trigger on a facility’s table.',
    'trigger-unexpected',
    ({ victim }) =>
      `create trigger also before insert on ${victim.schema}.record for each row execute function pg_catalog.suppress_redundant_updates_trigger()`,
  ),
  broken(
    'objects.rule',
    'There is a rule on a facility’s table.',
    'rule-unexpected',
    ({ victim }) => `create rule also as on insert to ${victim.schema}.blob do also notify seen`,
  ),
  broken(
    'objects.foreign-key',
    'A facility’s table refers to another facility’s.',
    'foreign-key',
    ({ victim, attacker }) =>
      `alter table ${attacker.schema}.blob add constraint theirs foreign key (hash) references ${victim.schema}.blob not valid`,
  ),
  broken(
    'objects.inheritance',
    'A facility’s table inherits another facility’s, so that reading one reads both.',
    'inheritance',
    ({ victim, attacker }) =>
      `alter table ${victim.schema}.meta drop constraint own; alter table ${attacker.schema}.meta drop constraint own; alter table ${victim.schema}.meta inherit ${attacker.schema}.meta`,
  ),
  broken(
    'objects.extension',
    'An extension is installed.',
    'extension-unexpected',
    () => 'create extension pgcrypto schema public',
  ),
  broken(
    'objects.event-trigger',
    'Code runs at every change of the schema.',
    'event-trigger-unexpected',
    ({ victim }) =>
      `create function ${victim.schema}.ev() returns event_trigger language plpgsql as 'begin end'; create event trigger proof_trigger on ddl_command_end execute function ${victim.schema}.ev()`,
  ),
  broken(
    'objects.publication',
    'A facility’s changes are published.',
    'object-unexpected',
    ({ victim }) => `create publication proof_publication for table ${victim.schema}.journal`,
  ),
  broken(
    'objects.foreign-server',
    'There is a way to another server.',
    'object-unexpected',
    () => 'create foreign data wrapper proof_wrapper; create server proof_server foreign data wrapper proof_wrapper',
  ),
  broken(
    'objects.schema',
    'There is a schema that is no part of Alcove.',
    'schema-unexpected',
    () => 'create schema proof_schema',
  ),
  broken(
    'objects.facility-schema',
    'There is a facility’s schema that the registry does not know.',
    'schema-orphan',
    () => `create schema t_${'0'.repeat(32)}`,
  ),

  broken(
    'migration.column-added',
    'Half a migration: a column is there already.',
    'table-shape',
    ({ victim }) => `alter table ${victim.schema}.record add column more text`,
  ),
  broken(
    'migration.column-missing',
    'Half a migration: a column is missing.',
    'table-shape',
    ({ victim }) => `alter table ${victim.schema}.device drop column seen_at`,
  ),
  broken(
    'migration.column-type',
    'Half a migration: a column has another type.',
    'table-shape',
    ({ victim }) => `alter table ${victim.schema}.access_log alter rows type bigint`,
  ),
  broken(
    'migration.index-missing',
    'Half a migration: an index is missing.',
    'index-shape',
    ({ victim }) => `drop index ${victim.schema}.journal_changes`,
  ),
  broken(
    'migration.table-missing',
    'Half a migration: a table is missing.',
    'table-missing',
    ({ victim }) => `drop table ${victim.schema}.meta cascade`,
  ),
  broken(
    'migration.view-missing',
    'Half a migration: a view is missing.',
    'view-missing',
    ({ victim }) => `drop view ${victim.schema}.patient`,
  ),
  broken(
    'migration.version',
    'The registry says another version than the facility itself.',
    'version-mismatch',
    ({ victim }) => `update registry.facility set version = version - 1 where id = '${victim.facility}'`,
  ),
  broken(
    'migration.version-unknown',
    'A facility is at a version that nobody knows.',
    'version-unknown',
    ({ victim }) =>
      `update registry.facility set version = 1000 where id = '${victim.facility}'; update ${victim.schema}.meta set value = '1000' where key = 'version'`,
  ),

  broken(
    'registry.swapped',
    'The registry’s rows of two facilities are swapped, so that each would get the other’s records.',
    'facility-swapped',
    ({ victim, attacker }) =>
      `update registry.facility set role = 'x', schema = 'x' where id = '${victim.facility}';
     update registry.facility set role = '${victim.role}', schema = '${victim.schema}' where id = '${attacker.facility}';
     update registry.facility set role = '${attacker.role}', schema = '${attacker.schema}' where id = '${victim.facility}'`,
  ),
  broken(
    'registry.removed',
    'A facility was removed, and all of it is still there.',
    'facility-remains',
    ({ victim }) => `update registry.facility set state = 'removed' where id = '${victim.facility}'`,
  ),
  broken(
    'registry.role-missing',
    'The registry names a role that is not there.',
    'role-missing',
    ({ victim }) => `update registry.facility set role = 't_${'1'.repeat(32)}' where id = '${victim.facility}'`,
  ),
  broken(
    'registry.schema-missing',
    'The registry names a schema that is not there.',
    'schema-missing',
    ({ victim }) => `update registry.facility set schema = 't_${'1'.repeat(32)}' where id = '${victim.facility}'`,
  ),
]
