/** What PostgreSQL tells everybody about everybody, unless it is taken back. */
import type { Attack } from '../attack.ts'
import type { Party } from '../party.ts'
import type { Stage } from '../stage.ts'
import { statement } from './sql.ts'

/** Relations of the catalogs, and what one would read there. */
const RELATIONS: readonly [name: string, what: string][] = [
  ['pg_catalog.pg_class', 'every table on the server, with its size and number of rows'],
  ['pg_catalog.pg_namespace', 'every schema: how many neighbors it has'],
  ['pg_catalog.pg_tables', 'every table by schema and owner'],
  ['pg_catalog.pg_attribute', 'the columns of every table, and how many distinct values they hold'],
  ['pg_catalog.pg_roles', 'every role and what it may do'],
  ['pg_catalog.pg_authid', 'every role with the verifier of its password'],
  ['pg_catalog.pg_shadow', 'every role that may log in, with the verifier of its password'],
  ['pg_catalog.pg_auth_members', 'who is member of what'],
  ['pg_catalog.pg_db_role_setting', 'what is set for each role'],
  ['pg_catalog.pg_database', 'every database of the server'],
  ['pg_catalog.pg_policy', 'the policies of its neighbors, in which their tags stand'],
  ['pg_catalog.pg_policies', 'the policies of its neighbors, spelled out'],
  ['pg_catalog.pg_constraint', 'the checks of its neighbors’ tables, in which their tags stand'],
  ['pg_catalog.pg_attrdef', 'the defaults of its neighbors’ columns, in which their tags stand'],
  ['pg_catalog.pg_views', 'the text of its neighbors’ views'],
  ['pg_catalog.pg_proc', 'the text of every function'],
  ['pg_catalog.pg_indexes', 'every index'],
  ['pg_catalog.pg_trigger', 'every trigger'],
  ['pg_catalog.pg_shdepend', 'which role each thing hangs on'],
  ['pg_catalog.pg_default_acl', 'who is given what is made later'],
  ['pg_catalog.pg_largeobject', 'the content of large objects'],
  ['pg_catalog.pg_publication_tables', 'what is published'],
  ['pg_catalog.pg_replication_slots', 'who copies the server'],
  ['pg_catalog.pg_stat_activity', 'what its neighbors are doing this moment, and from where'],
  ['pg_catalog.pg_stat_ssl', 'how its neighbors are connected'],
  ['pg_catalog.pg_locks', 'what its neighbors are working on this moment'],
  ['pg_catalog.pg_stat_user_tables', 'how often each neighbor’s tables are read and written'],
  ['pg_catalog.pg_statio_user_tables', 'how much of each neighbor’s tables is in memory'],
  ['pg_catalog.pg_stat_user_indexes', 'how often each neighbor’s indexes are used'],
  ['pg_catalog.pg_stat_database', 'how busy the whole fleet is'],
  ['pg_catalog.pg_stats', 'the commonest values of every column, names of patients included'],
  ['pg_catalog.pg_statistic', 'the same as the planner keeps it'],
  ['pg_catalog.pg_stats_ext', 'which values of its neighbors go together'],
  ['pg_catalog.pg_prepared_xacts', 'transactions that wait for their end'],
  ['pg_catalog.pg_cursors', 'open cursors'],
  ['pg_catalog.pg_settings', 'how the server is set, and from which file'],
  ['pg_catalog.pg_hba_file_rules', 'who may log in from where'],
  ['pg_catalog.pg_file_settings', 'the server’s configuration files'],
  ['pg_catalog.pg_stat_replication', 'who copies the server, and from where'],
  ['pg_catalog.pg_stat_progress_vacuum', 'what is being cleaned up, and how large it is'],
  ['pg_catalog.pg_description', 'the comments on everything'],
  ['information_schema.tables', 'the tables, as the standard lists them'],
  ['information_schema.columns', 'the columns, as the standard lists them'],
  ['information_schema.schemata', 'the schemas, as the standard lists them'],
  ['information_schema.role_table_grants', 'who was granted what'],
  ['information_schema.enabled_roles', 'the roles that are in force'],
]

/** Functions that tell about others, and what they would tell. */
const FUNCTIONS: readonly [id: string, what: string, text: (about: Party, stage: Stage) => string][] = [
  [
    'relation-size',
    'how large its neighbor’s tables are',
    ({ schema }) => `select pg_catalog.pg_total_relation_size(c.oid) from (select 1259::oid as oid) as c -- ${schema}`,
  ],
  [
    'database-size',
    'how large the whole fleet is',
    (_, { cluster }) => `select pg_catalog.pg_database_size('${cluster.admin.database}'::name)`,
  ],
  ['live-tuples', 'how many rows a table has', () => 'select pg_catalog.pg_stat_get_live_tuples(1259)'],
  ['tuples-inserted', 'how much was added to a table', () => 'select pg_catalog.pg_stat_get_tuples_inserted(1259)'],
  [
    'activity-function',
    'what everybody is doing, past the view',
    () => 'select * from pg_catalog.pg_stat_get_activity(null)',
  ],
  ['lock-function', 'every lock, past the view', () => 'select * from pg_catalog.pg_lock_status()'],
  [
    'policy-text',
    'a stored expression, spelled out',
    () => 'select pg_catalog.pg_get_expr(e, 0) from (select null::pg_catalog.pg_node_tree as e offset 0) as x',
  ],
  ['constraint-text', 'a neighbor’s check, spelled out', () => 'select pg_catalog.pg_get_constraintdef(1)'],
  ['view-text', 'the text of a view', () => 'select pg_catalog.pg_get_viewdef(1::oid)'],
  ['user-by-id', 'the name of a role by its number', () => 'select pg_catalog.pg_get_userbyid(10)'],
  ['role-number', 'whether a role of that name exists', ({ role }) => `select pg_catalog.to_regrole('${role}')`],
  [
    'has-schema-privilege',
    'who may use its neighbor’s schema',
    ({ schema }) => `select pg_catalog.has_schema_privilege('${schema}', 'usage')`,
  ],
  [
    'has-table-privilege',
    'whether its neighbor has a table of that name',
    ({ schema }) => `select pg_catalog.has_table_privilege('${schema}.record', 'select')`,
  ],
  [
    'has-role',
    'whether it could become its neighbor',
    ({ role }) => `select pg_catalog.pg_has_role('${role}', 'member')`,
  ],
  [
    'to-regclass',
    'whether a table of that name exists',
    ({ schema }) => `select pg_catalog.to_regclass('${schema}.record')`,
  ],
  [
    'describe-object',
    'the name and kind of a thing by its number',
    () => 'select pg_catalog.pg_describe_object(1259, 1259, 0)',
  ],
  [
    'identify-object',
    'the full name of a thing by its number',
    () => 'select pg_catalog.pg_identify_object(1259, 1259, 0)',
  ],
  ['object-comment', 'the comment on a thing', () => "select pg_catalog.obj_description(1259, 'pg_class')"],
  ['blocking', 'who keeps whom waiting', () => 'select pg_catalog.pg_blocking_pids(1)'],
  ['wal-position', 'how much everybody writes', () => 'select pg_catalog.pg_current_wal_lsn()'],
  ['transaction-number', 'how many transactions everybody makes', () => 'select pg_catalog.pg_current_xact_id()'],
  [
    'old-transaction-number',
    'how many transactions everybody makes, the older way',
    () => 'select pg_catalog.txid_current()',
  ],
  ['transactions-running', 'which transactions are running', () => 'select pg_catalog.pg_current_snapshot()'],
  [
    'advisory-lock',
    'what its neighbors have locked by number, by trying',
    () => 'select pg_catalog.pg_try_advisory_lock(1)',
  ],
  ['row-locks', 'a transaction’s fate by its number', () => "select pg_catalog.pg_xact_status('3'::xid8)"],
  ['setting', 'a setting of the server, by a function', () => "select pg_catalog.current_setting('port')"],
  [
    'set-config',
    'a setting changed inside a query',
    () => "select pg_catalog.set_config('search_path', 'public', false)",
  ],
  ['server-start', 'when the server was started', () => 'select pg_catalog.pg_postmaster_start_time()'],
  ['server-address', 'where the server is', () => 'select pg_catalog.inet_server_addr()'],
  ['control-data', 'the server’s identity and checkpoints', () => 'select pg_catalog.pg_control_system()'],
  ['sleep', 'time, by keeping a session busy', () => 'select pg_catalog.pg_sleep(0)'],
  [
    'schema-to-xml',
    'a whole schema in one call',
    ({ schema }) => `select pg_catalog.schema_to_xml('${schema}', true, false, '')`,
  ],
  ['channels', 'which channels are listened to', () => 'select pg_catalog.pg_listening_channels()'],
  ['notify-function', 'a signal, sent by a function', () => "select pg_catalog.pg_notify('proof', '')"],
]

export const catalogs: readonly Attack[] = [
  ...RELATIONS.map(([name, what]) =>
    statement('metadata', {
      id: name.replace('pg_catalog.', '').replaceAll('_', '-').replace('.', '-'),
      title: `A facility reads ${what} (${name.replace('pg_catalog.', '')}).`,
      says: () => `select * from ${name}`,
      control: 'administrator',
    }),
  ),
  ...FUNCTIONS.map(([id, what, says]) =>
    statement('metadata', {
      id,
      title: `A facility has a function tell it ${what}.`,
      says,
      control: 'administrator',
    }),
  ),
  statement('metadata', {
    id: 'show-files',
    title: 'A facility has the server’s folder shown to it.',
    says: () => 'show data_directory',
    control: 'administrator',
  }),
]
