/** Roles that may more than they must, and roles that lean on each other. */
import { broken, type Fault } from '../fault.ts'

const ATTRIBUTES = ['superuser', 'bypassrls', 'createrole', 'createdb', 'replication', 'inherit'] as const
const OURS = ['fleet_owner', 'alcove_provisioner', 'alcove_gateway', 'alcove_watchdog'] as const

export const roles: readonly Fault[] = [
  ...ATTRIBUTES.map((attribute) =>
    broken(
      `roles.facility-${attribute}`,
      `A facility’s role is given ${attribute.toUpperCase()}.`,
      'role-attribute',
      ({ attacker }) => `alter role ${attacker.role} ${attribute}`,
    ),
  ),
  ...OURS.flatMap((role) =>
    (['superuser', 'bypassrls'] as const).map((attribute) =>
      broken(
        `roles.${role.replace('_', '-')}-${attribute}`,
        `The role ${role} is given ${attribute.toUpperCase()}.`,
        'role-attribute',
        () => `alter role ${role} ${attribute}`,
      ),
    ),
  ),
  broken(
    'roles.gateway-createrole',
    'The gateway may make roles.',
    'role-attribute',
    () => 'alter role alcove_gateway createrole',
  ),
  broken(
    'roles.owner-login',
    'The owner of every table may log in.',
    'role-attribute',
    () => 'alter role fleet_owner login',
  ),
  broken(
    'roles.provisioner-login',
    'The role that makes facilities may log in.',
    'role-attribute',
    () => 'alter role alcove_provisioner login',
  ),
  broken(
    'roles.connections',
    'A facility may have as many connections as it likes.',
    'role-attribute',
    ({ victim }) => `alter role ${victim.role} connection limit -1`,
  ),
  broken(
    'roles.member-of-neighbor',
    'A facility is a member of its neighbor.',
    'membership-unexpected',
    ({ victim, attacker }) => `grant ${victim.role} to ${attacker.role}`,
  ),
  broken(
    'roles.member-of-owner',
    'A facility is a member of the owner.',
    'membership-unexpected',
    ({ attacker }) => `grant fleet_owner to ${attacker.role}`,
  ),
  broken(
    'roles.gateway-member-of-facility',
    'The gateway is a member of a facility’s role, and so could read it.',
    'membership-unexpected',
    ({ victim }) => `grant ${victim.role} to alcove_gateway`,
  ),
  broken(
    'roles.gateway-member-of-owner',
    'The gateway is a member of the owner.',
    'membership-unexpected',
    () => 'grant fleet_owner to alcove_gateway',
  ),
  broken(
    'roles.gateway-member-of-provisioner',
    'The gateway is a member of the program that makes facilities.',
    'membership-unexpected',
    () => 'grant alcove_provisioner to alcove_gateway',
  ),
  ...[
    'pg_read_all_data',
    'pg_write_all_data',
    'pg_monitor',
    'pg_signal_backend',
    'pg_execute_server_program',
    'pg_read_server_files',
  ].map((role) =>
    broken(
      `roles.${role.replaceAll('_', '-')}`,
      `A facility is a member of ${role}.`,
      'membership-unexpected',
      ({ attacker }) => `grant ${role} to ${attacker.role}`,
    ),
  ),
  broken(
    'roles.gateway-read-all',
    'The gateway may read everything.',
    'membership-unexpected',
    () => 'grant pg_read_all_data to alcove_gateway',
  ),
  broken(
    'roles.watchdog-read-all',
    'The watchdog may read everything.',
    'membership-unexpected',
    () => 'grant pg_read_all_data to alcove_watchdog',
  ),
  broken(
    'roles.search-path',
    'A facility’s sessions begin with another search path.',
    'role-setting',
    ({ victim }) => `alter role ${victim.role} set search_path = public`,
  ),
  broken(
    'roles.row-security',
    'A facility’s sessions begin with row-level security off.',
    'role-setting',
    ({ victim }) => `alter role ${victim.role} set row_security = off`,
  ),
  broken(
    'roles.temp-files',
    'A facility has no limit on temporary files.',
    'role-setting',
    ({ victim }) => `alter role ${victim.role} reset temp_file_limit`,
  ),
  broken(
    'roles.log',
    'What fails in a facility’s sessions is written to the log with its values.',
    'role-setting',
    ({ victim }) => `alter role ${victim.role} reset log_min_error_statement`,
  ),
  broken(
    'roles.log-statement',
    'A facility’s statements are written to the log.',
    'role-setting',
    ({ victim }) => `alter role ${victim.role} set log_statement = 'all'`,
  ),
  broken(
    'roles.settings-large',
    'A facility has stored more in its role’s settings than anybody could look at.',
    'role-settings-large',
    ({ victim }) => `do $$ begin
      execute 'alter role ${victim.role} set application_name = ''' ||
        (select pg_catalog.string_agg(pg_catalog.md5(n::text), '') from pg_catalog.generate_series(1, 1000) as n) || '''';
      end $$`,
  ),
  broken(
    'roles.password',
    'A facility’s role has another password than the one that is on record.',
    'role-verifier',
    ({ victim }) => `alter role ${victim.role} password 'another'`,
  ),
  broken(
    'roles.no-password',
    'A facility’s role has no password at all.',
    'role-verifier',
    ({ victim }) => `alter role ${victim.role} password null`,
  ),
  broken(
    'roles.provisioner-password',
    'The program that makes facilities can log in with a password.',
    'role-password',
    () => "alter role alcove_provisioner password 'another'",
  ),
  broken(
    'roles.gateway-password',
    'The gateway’s password is kept in a way that was broken.',
    'role-password',
    () =>
      "set local password_encryption = 'md5'; alter role alcove_gateway password 'another'; set local password_encryption = 'scram-sha-256'",
  ),
  broken(
    'roles.superuser-of-somebody',
    'There is one more superuser.',
    'role-powerful',
    () => 'create role proof_somebody login superuser',
  ),
  broken(
    'roles.bypass-of-somebody',
    'There is a role that passes row-level security by.',
    'role-powerful',
    () => 'create role proof_somebody login bypassrls',
  ),
  broken(
    'roles.facility-nobody-knows',
    'There is a facility’s role that the registry does not know.',
    'role-orphan',
    () => `create role t_${'0'.repeat(32)} login noinherit`,
  ),
]
