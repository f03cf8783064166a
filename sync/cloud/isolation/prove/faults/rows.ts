/** Row-level security that is off, does not bind the owner, or lets in more than it must; tags; the guard against TRUNCATE. */
import { TABLES } from '../../../schema/steps.ts'
import { broken, type Fault } from '../fault.ts'

export const rows: readonly Fault[] = [
  ...TABLES.map((table) =>
    broken(
      `rows.off-${table.replace('_', '-')}`,
      `Row-level security is off on a facility’s ${table}.`,
      'rls-off',
      ({ victim }) => `alter table ${victim.schema}.${table} disable row level security`,
    ),
  ),
  ...TABLES.map((table) =>
    broken(
      `rows.not-forced-${table.replace('_', '-')}`,
      `Row-level security does not bind the owner of a facility’s ${table}.`,
      'rls-not-forced',
      ({ victim }) => `alter table ${victim.schema}.${table} no force row level security`,
    ),
  ),
  broken(
    'rows.using-true',
    'A policy shows every row.',
    'policy-changed',
    ({ victim }) => `alter policy own on ${victim.schema}.record using (true)`,
  ),
  broken(
    'rows.check-true',
    'A policy lets any row be written.',
    'policy-changed',
    ({ victim }) => `alter policy own on ${victim.schema}.record with check (true)`,
  ),
  broken(
    'rows.without-login',
    'A policy no longer asks who logged in.',
    'policy-changed',
    ({ victim }) => `alter policy own on ${victim.schema}.journal using (tag = '${victim.tag}')`,
  ),
  broken(
    'rows.neighbors-tag',
    'A policy shows the rows of the neighbor’s tag.',
    'policy-changed',
    ({ victim, attacker }) =>
      `alter policy own on ${attacker.schema}.record using (tag = '${victim.tag}' and session_user = '${attacker.role}')`,
  ),
  broken(
    'rows.setting',
    'A policy believes a setting that anybody can make.',
    'policy-changed',
    ({ victim }) =>
      `alter policy own on ${victim.schema}.record using (tag::text = pg_catalog.current_setting('app.tenant', true))`,
  ),
  broken(
    'rows.policy-public',
    'A policy is for everybody.',
    'policy-roles',
    ({ victim }) => `alter policy own on ${victim.schema}.record to public`,
  ),
  broken(
    'rows.policy-neighbor',
    'A policy is for the neighbor as well.',
    'policy-roles',
    ({ victim, attacker }) => `alter policy own on ${victim.schema}.record to ${victim.role}, ${attacker.role}`,
  ),
  broken(
    'rows.policy-added',
    'There is a second policy, for the neighbor.',
    'policy-unexpected',
    ({ victim, attacker }) => `create policy also on ${victim.schema}.record to ${attacker.role} using (true)`,
  ),
  broken(
    'rows.policy-dropped',
    'A policy is gone.',
    'policy-missing',
    ({ victim }) => `drop policy own on ${victim.schema}.blob`,
  ),
  broken(
    'rows.tag-default',
    'New rows are given the neighbor’s tag.',
    'tag-default',
    ({ victim, attacker }) => `alter table ${victim.schema}.record alter tag set default '${attacker.tag}'`,
  ),
  broken(
    'rows.tag-check-dropped',
    'Rows of any tag are accepted.',
    'tag-check',
    ({ victim }) => `alter table ${victim.schema}.record drop constraint own`,
  ),
  broken(
    'rows.tag-check-widened',
    'Rows of two tags are accepted.',
    'tag-check',
    ({ victim, attacker }) =>
      `alter table ${victim.schema}.record drop constraint own, add constraint own check (tag in ('${victim.tag}', '${attacker.tag}'))`,
  ),
  broken(
    'rows.guard-dropped',
    'The guard against TRUNCATE is gone.',
    'truncate-guard',
    ({ victim }) => `drop trigger refuse_truncate on ${victim.schema}.journal`,
  ),
  broken(
    'rows.guard-disabled',
    'The guard against TRUNCATE is switched off.',
    'truncate-guard',
    ({ victim }) => `alter table ${victim.schema}.journal disable trigger refuse_truncate`,
  ),
  broken(
    'rows.guard-emptied',
    'The guard against TRUNCATE does nothing any more.',
    'function-unsafe',
    ({ victim }) =>
      `create or replace function ${victim.schema}.refuse_truncate() returns trigger language plpgsql set search_path = '' as $$ begin return null; end $$`,
  ),
]
