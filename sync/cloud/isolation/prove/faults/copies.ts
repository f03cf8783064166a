/** Facilities that are not at work: stopped ones, and the copies that moves make and leave behind, opened to somebody. */
import pg from 'pg'
import { TABLES } from '../../../schema/steps.ts'
import type { FindingCode } from '../../scan/codes.ts'
import { broken, type Fault } from '../fault.ts'
import type { Stage } from '../stage.ts'

const state = ({ victim }: Stage, name: string) =>
  `update registry.facility set state = '${name}' where id = '${victim.facility}';`

/** As a move leaves it: the facility lives elsewhere, and here is a copy of it that nobody can log in to. */
function copy({ victim, cluster }: Stage, why: 'copy' | 'old'): string {
  const { schema, role, facility } = victim
  const sealed =
    why === 'copy'
      ? ''
      : `create function ${schema}.sealed() returns trigger language plpgsql set search_path = ''
           as $$ begin raise exception 'this copy takes no writes' using errcode = '57P03'; end $$;
         alter function ${schema}.sealed() owner to fleet_owner; revoke all on function ${schema}.sealed() from public;
         ${TABLES.map(
           (table) => `create trigger sealed before insert or update or delete on ${schema}.${table}
             for each statement execute function ${schema}.sealed();`,
         ).join('\n')}`
  return `insert into registry.server (id, host, port, database) values ('proof', '127.0.0.1', 1, 'x');
    update registry.facility set server = 'proof' where id = '${facility}';
    insert into registry.spare (schema, server, why, kept) values ('${schema}', 'home', '${why}', true);
    set local session authorization alcove_provisioner;
    revoke connect on database ${pg.escapeIdentifier(cluster.admin.database ?? '')} from ${role};
    set local session authorization default; alter role ${role} nologin; ${sealed}`
}

const OPENED: readonly [id: string, says: string, code: FindingCode, sql: (stage: Stage) => string][] = [
  ['login', 'may be logged in to', 'role-attribute', ({ victim }) => `alter role ${victim.role} login`],
  [
    'connect',
    'may be connected to',
    'grant-unexpected',
    ({ victim, cluster }) =>
      `grant connect on database ${pg.escapeIdentifier(cluster.admin.database ?? '')} to ${victim.role}`,
  ],
  [
    'granted',
    'may be read by a neighbor',
    'grant-unexpected',
    ({ victim, attacker }) =>
      `grant usage on schema ${victim.schema} to ${attacker.role}; grant select on ${victim.schema}.record to ${attacker.role}`,
  ],
  [
    'rls',
    'has no row-level security',
    'rls-off',
    ({ victim }) => `alter table ${victim.schema}.record disable row level security`,
  ],
  [
    'owner',
    'is a neighbor’s',
    'owner-unexpected',
    ({ victim, attacker }) => `alter table ${victim.schema}.record owner to ${attacker.role}`,
  ],
  [
    'superuser',
    'has a role that may do everything',
    'role-attribute',
    ({ victim }) => `alter role ${victim.role} superuser`,
  ],
  [
    'policy',
    'has a policy that shows every row',
    'policy-changed',
    ({ victim }) => `alter policy own on ${victim.schema}.record using (true)`,
  ],
  [
    'view',
    'has a view that reads with its owner’s rights',
    'view-not-invoker',
    ({ victim }) => `alter view ${victim.schema}.patient reset (security_invoker)`,
  ],
  [
    'function',
    'has a function that is no part of it',
    'function-unexpected',
    ({ victim }) => `create function ${victim.schema}.also() returns int language sql as 'select 1'`,
  ],
]

export const copies: readonly Fault[] = [
  ...(['suspended', 'frozen'] as const).map((name) =>
    broken(
      `stopped.${name}-login`,
      `A facility that is ${name} may be logged in to.`,
      'role-attribute',
      (stage) => `alter role ${stage.victim.role} login; ${state(stage, name)}`,
    ),
  ),
  ...(['suspended', 'frozen', 'moving'] as const).flatMap((name) =>
    OPENED.filter(([id]) => id !== 'login' && id !== 'connect').map(([id, says, code, sql]) =>
      broken(`stopped.${name}-${id}`, `A facility that is ${name} ${says}.`, code, (stage) =>
        [state(stage, name), name === 'moving' ? '' : `alter role ${stage.victim.role} nologin;`, sql(stage)].join(' '),
      ),
    ),
  ),
  ...(['copy', 'old'] as const).flatMap((why) =>
    OPENED.map(([id, says, code, sql]) =>
      broken(
        `copies.${why}-${id}`,
        `The copy of a facility that a move ${why === 'old' ? 'has left' : 'is filling'} ${says}.`,
        code,
        (stage) => `${copy(stage, why)} ${sql(stage)}`,
      ),
    ),
  ),
  broken(
    'copies.seal-missing',
    'A table of a copy that takes no writes takes them.',
    'seal-broken',
    (stage) => `${copy(stage, 'old')} drop trigger sealed on ${stage.victim.schema}.record`,
  ),
  broken(
    'copies.seal-off',
    'The seal of a copy that takes no writes is switched off.',
    'seal-broken',
    (stage) => `${copy(stage, 'old')} alter table ${stage.victim.schema}.record disable trigger sealed`,
  ),
  broken(
    'copies.seal-emptied',
    'The seal of a copy that takes no writes does nothing.',
    'function-unsafe',
    (stage) =>
      `${copy(stage, 'old')} create or replace function ${stage.victim.schema}.sealed() returns trigger language plpgsql
         set search_path = '' as $$ begin return null; end $$`,
  ),
  broken(
    'copies.seal-at-work',
    'A facility that is at work has a trigger like that of a copy that takes no writes.',
    'trigger-unexpected',
    (stage) => `${copy(stage, 'old')} delete from registry.spare where schema = '${stage.victim.schema}';
      update registry.facility set server = 'home' where id = '${stage.victim.facility}'`,
  ),
  broken(
    'copies.swapped',
    'The copy that a move has left says that it is another facility’s.',
    'facility-swapped',
    (stage) =>
      `${copy(stage, 'old')} alter table ${stage.victim.schema}.meta disable trigger sealed;
       update ${stage.victim.schema}.meta set value = to_jsonb('${stage.attacker.facility}'::text) where key = 'facility'`,
  ),
]
