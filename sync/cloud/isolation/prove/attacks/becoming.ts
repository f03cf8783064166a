/** Becoming somebody else, or more than one is. */
import type pg from 'pg'
import type { Attack, Outcome } from '../attack.ts'
import type { Stage } from '../stage.ts'
import { DENIED, statement } from './sql.ts'

/** Roles that a facility must never put on, and what they are to a reader. */
const OTHERS: readonly [id: string, role: (stage: Stage) => string, what: string][] = [
  ['victim', ({ victim }) => victim.role, 'its neighbor'],
  ['owner', () => 'fleet_owner', 'the owner of every table'],
  ['provisioner', () => 'alcove_provisioner', 'the program that makes facilities'],
  ['gateway', () => 'alcove_gateway', 'the gateway'],
  ['watchdog', () => 'alcove_watchdog', 'the watchdog'],
  ['administrator', ({ cluster }) => `"${cluster.admin.user}"`, 'the administrator'],
  ['read-all', () => 'pg_read_all_data', 'a role that may read everything'],
  ['monitor', () => 'pg_monitor', 'a role that may watch everything'],
  ['run-programs', () => 'pg_execute_server_program', 'a role that may run programs on the server'],
]

const alter = (id: string, title: string, rest: string): Attack =>
  statement('sql', {
    id: `alter-self-${id}`,
    title,
    says: (_, { attacker }) => `alter role ${attacker.role} ${rest}`,
    control: 'administrator',
  })

const setting = (name: string, value: string, title: string): Attack =>
  statement('sql', {
    id: `set-${name.replaceAll('_', '-')}`,
    title,
    says: () => `set ${name} = '${value}'`,
    control: 'administrator',
  })

export const becoming: readonly Attack[] = [
  ...OTHERS.map(([id, role, what]) =>
    statement('sql', {
      id: `set-role-${id}`,
      title: `A facility turns itself into ${what} with SET ROLE.`,
      says: (_, stage) => `set role ${role(stage)}`,
      control: 'administrator',
    }),
  ),
  ...OTHERS.slice(0, 2).map(([id, role, what]) =>
    statement('sql', {
      id: `set-session-authorization-${id}`,
      title: `A facility turns itself into ${what} with SET SESSION AUTHORIZATION.`,
      says: (_, stage) => `set session authorization ${role(stage)}`,
      control: 'administrator',
    }),
  ),
  statement('sql', {
    id: 'grant-victim',
    title: 'A facility makes itself a member of its neighbor.',
    says: ({ role }, { attacker }) => `grant ${role} to ${attacker.role}`,
    control: 'administrator',
  }),
  statement('sql', {
    id: 'grant-owner',
    title: 'A facility makes itself a member of the owner of every table.',
    says: (_, { attacker }) => `grant fleet_owner to ${attacker.role}`,
    control: 'administrator',
  }),
  statement('sql', {
    id: 'grant-self',
    title: 'A facility makes its neighbor a member of itself, to lure it.',
    says: ({ role }, { attacker }) => `grant ${attacker.role} to ${role}`,
    control: 'administrator',
    // PostgreSQL 15 let every role give itself away; there a role is its own, and lends nobody but itself.
    expect: DENIED,
  }),
  alter('superuser', 'A facility makes itself a superuser.', 'superuser'),
  alter('bypassrls', 'A facility lets itself pass row-level security by.', 'bypassrls'),
  alter('createrole', 'A facility lets itself make roles.', 'createrole'),
  alter('createdb', 'A facility lets itself make databases.', 'createdb'),
  alter('replication', 'A facility lets itself copy the whole server.', 'replication'),
  alter('inherit', 'A facility lets itself inherit.', 'inherit'),
  alter('connections', 'A facility lifts the limit on its connections.', 'connection limit -1'),
  alter('valid-until', 'A facility makes its password last for ever.', "valid until 'infinity'"),
  alter(
    'temp-files',
    'A facility lifts its limit on temporary files for all its sessions.',
    "set temp_file_limit = '-1'",
  ),
  alter('log', 'A facility has its statements written to the server’s log.', "set log_statement = 'all'"),
  setting('temp_file_limit', '-1', 'A facility lifts its limit on temporary files.'),
  setting('session_replication_role', 'replica', 'A facility switches triggers and foreign keys off.'),
  setting('log_min_messages', 'debug5', 'A facility makes the server’s log talkative.'),
  setting(
    'log_min_error_statement',
    'debug5',
    'A facility has its failed statements, values included, written to the log.',
  ),
  setting('log_error_verbosity', 'verbose', 'A facility has details of errors written to the log.'),
  setting('log_parameter_max_length', '-1', 'A facility has the values of its statements written to the log.'),
  setting('allow_system_table_mods', 'on', 'A facility allows itself changes to the catalogs.'),
  setting('session_preload_libraries', 'auto_explain', 'A facility loads a library into its next sessions.'),
  statement('sql', {
    id: 'alter-victim-password',
    title: 'A facility gives its neighbor another password.',
    says: ({ role }) => `alter role ${role} password 'known'`,
    control: 'administrator',
  }),
  statement('sql', {
    id: 'alter-victim-name',
    title: 'A facility gives its neighbor another name.',
    says: ({ role }) => `alter role ${role} rename to proof_gone`,
    control: 'administrator',
  }),
  statement('sql', {
    id: 'alter-victim-nologin',
    title: 'A facility shuts its neighbor out.',
    says: ({ role }) => `alter role ${role} nologin`,
    control: 'administrator',
  }),
  statement('sql', {
    id: 'alter-victim-settings',
    title: 'A facility sets its neighbor’s search path, so that the neighbor’s statements find something else.',
    says: ({ role }) => `alter role ${role} set search_path = public`,
    control: 'administrator',
  }),
  statement('sql', {
    id: 'alter-everybody',
    title: 'A facility sets something for everybody’s sessions.',
    says: () => 'alter role all set statement_timeout = 1',
    control: 'administrator',
  }),
  statement('sql', {
    id: 'alter-database',
    title: 'A facility sets something for the whole database.',
    says: (_, { cluster }) => `alter database "${cluster.admin.database}" set row_security = off`,
    control: 'administrator',
  }),
  statement('sql', {
    id: 'alter-system',
    title: 'A facility sets something for the whole server.',
    says: () => "alter system set log_statement = 'all'",
    // ALTER SYSTEM can't be taken back with a transaction. The right to it is asked for instead.
    control: ({ admin }) => admin(async (client) => void (await client.query('select pg_catalog.pg_reload_conf()'))),
  }),
  statement('sql', {
    id: 'create-role',
    title: 'A facility makes a role of its own.',
    says: () => 'create role accomplice login superuser',
    control: 'administrator',
  }),
  statement('sql', {
    id: 'drop-victim',
    title: 'A facility drops its neighbor’s role and all that hangs on it.',
    says: ({ role }) => `drop owned by ${role}`,
    control: 'administrator',
  }),
  statement('sql', {
    id: 'reassign-owned',
    title: 'A facility has everything of the owner’s handed to itself.',
    says: (_, { attacker }) => `reassign owned by fleet_owner to ${attacker.role}`,
    control: 'administrator',
  }),
  statement('sql', {
    id: 'own-default-privileges',
    title: 'A facility has whatever the owner makes from now on given to itself.',
    says: (_, { attacker }) =>
      `alter default privileges for role fleet_owner grant select on tables to ${attacker.role}`,
    control: 'administrator',
  }),
  statement('sql', {
    id: 'row-security-off',
    title:
      'A facility switches row-level security off for its session and reads its own table: that fails, and widens nothing.',
    says: (_, { attacker }) => `select * from ${attacker.schema}.record`,
    after: () => ['set row_security = off'],
    control: ({ attacker }) =>
      attacker.session(async (client) => void (await client.query(`select * from ${attacker.schema}.record`))),
  }),
  {
    id: 'sql.spoofed-settings',
    group: 'sql',
    title: 'A facility sets whatever a policy might read to its neighbor’s, and reads: it gets its own rows only.',
    control: ({ victim }) =>
      victim.session(async (client) => void (await client.query(`select * from ${victim.schema}.record`))),
    attempt: ({ attacker, victim }) =>
      attacker.askAfter(
        ['app.tenant', 'app.customer', 'alcove.facility', 'alcove.tag', 'request.jwt.claims', 'application_name'].map(
          (name) => `set ${name} = '${victim.facility}'`,
        ),
        `select id from ${attacker.schema}.record`,
      ),
    expect: { rows: 3 },
  },
  ...startUps(),
]

/** What is asked for while logging in. */
function startUps(): Attack[] {
  const startUp = (
    id: string,
    title: string,
    options: (stage: Stage) => string,
    expect: Outcome,
    as?: string,
  ): Attack => ({
    id: `sql.startup-${id}`,
    group: 'sql',
    title,
    control: (stage) => adminLogsIn(stage, as ?? options(stage)),
    attempt: (stage) => stage.attacker.logIn({ options: options(stage) }),
    expect,
  })
  return [
    startUp(
      'role',
      'A facility logs in as itself and asks to be its neighbor from the start.',
      ({ victim }) => `-c role=${victim.role}`,
      DENIED,
    ),
    startUp(
      'owner',
      'A facility logs in as itself and asks to be the owner from the start.',
      () => '-c role=fleet_owner',
      DENIED,
    ),
    startUp(
      'session-authorization',
      'A facility logs in and asks for its neighbor’s session.',
      ({ victim }) => `-c session_authorization=${victim.role}`,
      DENIED,
    ),
    startUp(
      'replication-role',
      'A facility logs in with triggers and foreign keys switched off.',
      () => '-c session_replication_role=replica',
      DENIED,
    ),
    startUp(
      'temp-files',
      'A facility logs in without a limit on temporary files.',
      () => '-c temp_file_limit=-1',
      DENIED,
    ),
    startUp(
      'log',
      'A facility logs in with its statements written to the server’s log.',
      () => '-c log_statement=all',
      DENIED,
    ),
  ]
}

async function adminLogsIn({ cluster }: Stage, options: string): Promise<void> {
  const { asAdmin } = await import('../../../cluster.ts')
  await asAdmin({ ...cluster.admin, options } as pg.ClientConfig, async () => {})
}
