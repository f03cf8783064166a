/** The fleet's own schemas changed: the registry, which every password's box goes through, and the watchdog's. */
import type { FindingCode } from '../../scan/codes.ts'
import { broken, type Fault } from '../fault.ts'

/** Tried on those tables of the registry that no workstation's call waits for: a statement here locks its table for a while. */
const CHANGED: readonly [id: string, title: string, code: FindingCode, sql: string][] = [
  [
    'rule',
    'A rule sends on what is written.',
    'rule-unexpected',
    'create rule also as on insert to registry.setting do also notify proof',
  ],
  [
    'trigger',
    'A trigger sees what is written.',
    'trigger-unexpected',
    'create trigger also before insert on registry.setting for each row execute function pg_catalog.suppress_redundant_updates_trigger()',
  ],
  [
    'policy',
    'Row-level security hides a server’s copies from whoever looks after them.',
    'policy-unexpected',
    `alter table registry.spare enable row level security; create policy also on registry.spare using (server <> 'far')`,
  ],
  [
    'rls',
    'Row-level security is on, so that nobody sees anything.',
    'fleet-shape',
    'alter table registry.spare enable row level security',
  ],
  ['column-added', 'A table has one more column.', 'fleet-shape', 'alter table registry.setting add column also text'],
  ['column-missing', 'A column is gone.', 'fleet-shape', 'alter table registry.migration drop column error'],
  [
    'column-renamed',
    'A column has another name.',
    'fleet-shape',
    'alter table registry.migration rename column error to errors',
  ],
  [
    'column-type',
    'A column has another type.',
    'fleet-shape',
    'alter table registry.migration alter target type bigint',
  ],
  [
    'column-collation',
    'Names are told apart in another way.',
    'fleet-shape',
    'alter table registry.setting alter key type text collate "C"',
  ],
  ['column-null', 'A column may be empty.', 'fleet-shape', 'alter table registry.spare alter why drop not null'],
  [
    'default',
    'A column is given another value.',
    'fleet-shape',
    'alter table registry.spare alter kept set default true',
  ],
  [
    'default-function',
    'A column is given what somebody’s function says.',
    'fleet-shape',
    `create function watch.also() returns text language sql as 'select ''x'''; alter table registry.setting alter key set default watch.also()`,
  ],
  [
    'generated',
    'A column is reckoned from the others.',
    'fleet-shape',
    'alter table registry.setting add column also text generated always as (key || value::text) stored',
  ],
  ['check-missing', 'A check is gone.', 'fleet-shape', 'alter table registry.spare drop constraint spare_why_check'],
  [
    'check-added',
    'There is one more check.',
    'fleet-shape',
    `alter table registry.spare add check (schema <> '') not valid`,
  ],
  ['unique-missing', 'A key is gone.', 'fleet-shape', 'alter table registry.setting drop constraint setting_pkey'],
  [
    'foreign-key-changed',
    'What refers to a facility goes when the facility’s row does.',
    'fleet-shape',
    `alter table registry.migration drop constraint migration_facility_fkey;
     alter table registry.migration add constraint migration_facility_fkey foreign key (facility) references registry.facility on delete cascade`,
  ],
  ['keys-off', 'Keys are not checked.', 'relation-odd', 'alter table registry.migration disable trigger all'],
  [
    'index',
    'An index reckons something at every change.',
    'fleet-shape',
    'create index also on registry.setting (lower(key))',
  ],
  [
    'index-invalid',
    'An index is not kept up.',
    'fleet-shape',
    `update pg_catalog.pg_index set indisvalid = false where indexrelid = 'registry.setting_pkey'::regclass`,
  ],
  ['unlogged', 'A table is lost at a crash.', 'fleet-shape', 'alter table registry.setting set unlogged'],
  [
    'child',
    'A table has a child, whose rows are read as its own.',
    'inheritance',
    'create table public.also () inherits (registry.setting)',
  ],
  [
    'typed',
    'A table is of a type that somebody made.',
    'relation-odd',
    'create type public.also as (key text, value jsonb); alter table registry.setting of public.also',
  ],
  [
    'statistics',
    'A table’s values are counted in a way of somebody’s.',
    'relation-odd',
    'create statistics public.also on key, value from registry.setting',
  ],
  [
    'replica-identity',
    'A table is made ready to be copied, row by row.',
    'relation-odd',
    'alter table registry.setting replica identity full',
  ],
  [
    'row-type',
    'Somebody may make things that hang on a table.',
    'relation-odd',
    'grant usage on type registry.setting to alcove_gateway',
  ],
  [
    'options',
    'A table is not tidied up any more.',
    'relation-tuned',
    'alter table registry.setting set (autovacuum_enabled = off)',
  ],
  [
    'storage',
    'A column is stored in another way.',
    'relation-tuned',
    'alter table registry.setting alter value set storage external',
  ],
  [
    'type',
    'There is a type that is no part of Alcove.',
    'object-unexpected',
    `create type registry.also as enum ('x')`,
  ],
  ['table-missing', 'A table is gone.', 'fleet-missing', 'drop table registry.migration'],
  [
    'function-missing',
    'The watchdog’s function is gone.',
    'fleet-missing',
    'drop function watch.hold_writes(text, boolean)',
  ],
  ['schema-missing', 'The watchdog’s schema is gone.', 'fleet-missing', 'drop schema watch cascade'],
  [
    'function-leakproof',
    'The watchdog’s function is said to give nothing away, and is run before row-level security.',
    'function-unsafe',
    'alter function watch.hold_writes(text, boolean) leakproof',
  ],
]

export const fleet: readonly Fault[] = CHANGED.map(([id, title, code, sql]) =>
  broken(`fleet.${id}`, `In the fleet’s own schemas: ${title}`, code, () => sql),
)
