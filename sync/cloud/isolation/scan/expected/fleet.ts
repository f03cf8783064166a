/**
 * What the server must be besides its facilities, written down a second time like `facility.ts`: the fleet's roles, the
 * registry, what may be called by whom, settings.
 */
import type { ExpectedRole } from '../roles.ts'

/** The fleet's own roles. */
export const FLEET_ROLES: Readonly<
  Record<string, (version: number) => ExpectedRole & { settings: Readonly<Record<string, string>> }>
> = {
  fleet_owner: () => ({ login: false, connections: -1, settings: {} }),
  alcove_provisioner: () => ({ login: false, connections: 8, createRole: true, settings: { search_path: '""' } }),
  alcove_gateway: () => ({ login: true, connections: 32, settings: { search_path: '""' } }),
  // Until 16 whether rights come by themselves is the member's own attribute.
  alcove_watchdog: (version) => ({
    login: true,
    connections: 8,
    inherit: version < 160000,
    settings: { search_path: '""' },
  }),
}

/** What the fleet's roles log in with. An administrator becomes the provisioner; nobody becomes the owner by logging in. */
export const PASSWORDS: Readonly<Record<string, 'none' | 'scram'>> = {
  fleet_owner: 'none',
  alcove_provisioner: 'none',
  alcove_gateway: 'scram',
  alcove_watchdog: 'scram',
}

/** Who is a member of what; from 16 on with `inherit`, `set`, `admin`. */
export const MEMBERSHIPS: readonly { member: string; of: string; options: string; from?: number }[] = [
  { member: 'alcove_provisioner', of: 'fleet_owner', options: 'set' },
  { member: 'alcove_watchdog', of: 'pg_signal_backend', options: 'inherit' },
  { member: 'alcove_watchdog', of: 'pg_read_all_stats', options: 'inherit' },
  ...['alcove_gateway', 'alcove_provisioner', 'alcove_watchdog'].map((member) => ({
    member,
    of: 'pg_use_reserved_connections',
    options: 'inherit',
    from: 160000,
  })),
]

/** From 16 on whoever makes a role may administer it, and does not have its rights. */
export const MAKER = { member: 'alcove_provisioner', options: 'admin' } as const

const columns = (privilege: string, ...names: string[]) => names.map((name) => `${privilege}(${name})`)
const may = (role: string, ...privileges: string[]) => privileges.map((privilege) => `${role} ${privilege}`)

interface OwnSchema {
  grants: readonly string[]
  /** Its tables, with what is granted on each. */
  tables: Readonly<Record<string, readonly string[]>>
}

/** The schemas that are the fleet's own. The registry is on one server only. */
export const FLEET_SCHEMAS: Readonly<Record<string, OwnSchema>> = {
  registry: {
    grants: ['alcove_gateway usage', 'alcove_provisioner usage', 'alcove_watchdog usage'],
    tables: {
      server: [
        ...may('alcove_gateway', 'select'),
        ...may('alcove_watchdog', 'select'),
        ...may('alcove_provisioner', 'select', 'insert', 'update'),
      ],
      facility: [
        // Not the name: it has no use for it. Not the verifier, nor the recovery box.
        ...may(
          'alcove_gateway',
          ...columns(
            'select',
            'id',
            'role',
            'schema',
            'server',
            'state',
            'version',
            'signer',
            'quota_bytes',
            'stored_bytes',
            'read_only',
          ),
        ),
        ...may(
          'alcove_watchdog',
          ...columns(
            'select',
            'id',
            'role',
            'schema',
            'server',
            'state',
            'quota_bytes',
            'stored_bytes',
            'measured_at',
            'read_only',
          ),
          ...columns('update', 'stored_bytes', 'measured_at', 'read_only'),
        ),
        ...may('alcove_provisioner', 'select', 'insert', 'update'),
      ],
      device: [
        ...may('alcove_gateway', 'select', 'insert', 'update'),
        ...may('alcove_provisioner', 'select', 'update'),
      ],
      enrollment: [
        ...may('alcove_gateway', 'select', ...columns('update', 'wrap', 'used_at', 'used_by')),
        ...may('alcove_provisioner', 'select', 'insert', 'update'),
      ],
      migration: may('alcove_provisioner', 'select', 'insert', 'update', 'delete'),
      spare: may('alcove_provisioner', 'select', 'insert', 'update', 'delete'),
      setting: may('alcove_provisioner', 'select', 'insert', 'update'),
    },
  },
  watch: { grants: ['alcove_watchdog usage'], tables: {} },
}

/** Functions that run with their owner's rights. Each is read before its digest is written here. */
export const DEFINERS: Readonly<Record<string, { owner: string; may: string; digest: string }>> = {
  'watch.hold_writes(text,boolean)': {
    owner: 'fleet_owner',
    may: 'alcove_watchdog',
    digest: 'dc8eeeba9c29e2ee0a6aab27d00625b436b5d5c2e11c18e45a7ca783cf7635dd',
  },
  'watch.pause_logins(text,boolean)': {
    owner: 'alcove_provisioner',
    may: 'alcove_watchdog',
    digest: '0caeb36f455706f2db4cd0e17040261c6d70df019328de4ad9fc6818b0168520',
  },
}

/** What the catalogs give to single roles; to everybody they give nothing of this kind. */
export const CATALOG_GRANTS: Readonly<Record<string, readonly string[]>> = {
  pg_stat_activity: ['alcove_watchdog select'],
  pg_locks: ['alcove_watchdog select'],
  pg_class: may('alcove_watchdog', ...columns('select', 'oid', 'relnamespace', 'relkind')),
  pg_namespace: may('alcove_watchdog', ...columns('select', 'oid', 'nspname')),
  pg_roles: may('alcove_watchdog', ...columns('select', 'rolname', 'rolconnlimit')),
}

export const FUNCTION_GRANTS: Readonly<Record<string, readonly string[]>> = Object.fromEntries(
  [
    'pg_stat_get_activity(integer)',
    'pg_lock_status()',
    'pg_ls_tmpdir()',
    'pg_total_relation_size(regclass)',
    'pg_terminate_backend(integer,bigint)',
  ].map((name) => [name, ['alcove_watchdog execute']]),
)

/** Functions that tell about others, wait, lock, reach files, or read or change the session: nobody may call them by default. */
export const CLOSED_FUNCTIONS = [
  '^(pg_|_pg_|has_|txid_|to_reg|lo_|binary_upgrade_|row_security_|aclexplode|acldefault|makeaclitem|ts_stat|brin_|gin_clean|amvalidate)',
  '^(current_setting|set_config|loread|lowrite|current_schemas?|current_database|version)$',
  '^(obj|col|shobj)_description$',
  '^(query|table|schema|database|cursor)_to_xml',
  '^inet_(client|server)_(addr|port)$',
  '^(nextval|currval|setval|lastval|format_type|mxid_age)$',
] as const
/** One of several of its name: `age(timestamp)` is arithmetic on what it is given; this tells how many transactions all make. */
export const CLOSED_SIGNATURES = ['age(xid)'] as const

/** What the provisioner may set for the roles that it makes. */
export const PARAMETERS = [
  'log_error_verbosity',
  'log_min_duration_statement',
  'log_min_error_statement',
  'log_min_messages',
  'log_parameter_max_length',
  'log_parameter_max_length_on_error',
  'log_statement',
  'temp_file_limit',
] as const

interface ExpectedSetting {
  is: readonly string[]
  severity?: 'warning'
  from?: number
}

/** Settings of the server. What a facility's role starts with is in `facility.ts`. */
export const SETTINGS: Readonly<Record<string, ExpectedSetting>> = {
  password_encryption: { is: ['scram-sha-256'] },
  row_security: { is: ['on'] },
  // In a replica's session guards do not fire.
  session_replication_role: { is: ['origin'] },
  lo_compat_privileges: { is: ['off'] },
  standard_conforming_strings: { is: ['on'] },
  // Else whoever makes a role may become it.
  createrole_self_grant: { is: [''] },
  db_user_namespace: { is: ['off'] },
  // The log must not hold records.
  log_statement: { is: ['none'] },
  log_min_duration_statement: { is: ['-1'] },
  log_min_duration_sample: { is: ['-1'] },
  log_transaction_sample_rate: { is: ['0'] },
  debug_print_parse: { is: ['off'] },
  debug_print_rewritten: { is: ['off'] },
  debug_print_plan: { is: ['off'] },
  debug_print_raw_parse: { is: ['off'] },
  log_parameter_max_length_on_error: { is: ['0'] },
  'auto_explain.log_min_duration': { is: ['-1'] },
  'pgaudit.log': { is: ['none'] },
  allow_system_table_mods: { is: ['off'] },
  // Somebody else's code in every session.
  session_preload_libraries: { is: [''] },
  local_preload_libraries: { is: [''] },
  shared_preload_libraries: { is: [''], severity: 'warning' },
  jit_provider: { is: ['llvmjit'] },
  oauth_validator_libraries: { is: [''] },
  // Where code comes from that others name.
  dynamic_library_path: { is: ['$libdir'] },
  extension_control_path: { is: ['$system'] },
  // A prepared transaction holds its locks for ever.
  max_prepared_transactions: { is: ['0'], severity: 'warning' },
  // A row that is written down must be there after a power cut: the workstation is told that it is.
  fsync: { is: ['on'], severity: 'warning' },
  full_page_writes: { is: ['on'], severity: 'warning' },
  synchronous_commit: { is: ['on', 'remote_apply', 'remote_write', 'local'], severity: 'warning' },
  // Pages that are broken are to be noticed, not to be passed over.
  ignore_checksum_failure: { is: ['off'], severity: 'warning' },
  zero_damaged_pages: { is: ['off'], severity: 'warning' },
  // The watchdog sees by these who has to stop; without the other one the server comes to a halt one day.
  track_activities: { is: ['on'], severity: 'warning' },
  autovacuum: { is: ['on'], severity: 'warning' },
  ssl_min_protocol_version: { is: ['TLSv1.2', 'TLSv1.3'] },
}

/**
 * Programs that the server runs by itself. Backups need some of them, and a key with a passphrase one, so that each is to be
 * known and no reason not to serve.
 */
export const COMMANDS = [
  'archive_command',
  'archive_library',
  'archive_cleanup_command',
  'restore_command',
  'recovery_end_command',
  'ssl_passphrase_command',
] as const

/** Connections that no facility can take: so many at least. */
export const RESERVED = { superuser: 3, fleet: 8 } as const

/** The oldest minor versions without known holes that matter here (CVE-2025-8713; CVE-2026-2003 to 2006, -6472 to 6479). */
export const OLDEST: Readonly<Record<number, number>> = { 15: 18, 16: 14, 17: 10, 18: 4 }
