/**
 * The tables that are the fleet's own, written down a second time like `facility.ts`: what `sql/002-registry.sql` makes. What is
 * granted on them is in `fleet.ts`.
 */
import type { TableShape } from '../tables.ts'

const TEXT = 'text not null'
const WHEN = 'timestamp with time zone'
const NOW = `${WHEN} not null default now()`
const NO = 'boolean not null default false'
const oneOf = (column: string, ...values: string[]) =>
  `CHECK ((${column} = ANY (ARRAY[${values.map((value) => `'${value}'::text`).join(', ')}])))`
const ITS_FACILITY = 'FOREIGN KEY (facility) REFERENCES registry.facility(id)'
const ITS_SERVER = 'FOREIGN KEY (server) REFERENCES registry.server(id)'

export const REGISTRY_TABLES: Readonly<Record<string, TableShape>> = {
  server: {
    columns: { id: TEXT, host: 'text', port: 'integer', database: 'text', ca: 'text', created_at: NOW },
    keys: {
      server_pkey: 'PRIMARY KEY (id)',
      server_check:
        "CHECK ((((id = 'home'::text) = (host IS NULL)) AND ((host IS NULL) = (port IS NULL)) AND ((host IS NULL) = (database IS NULL))))",
    },
  },
  facility: {
    columns: {
      id: TEXT,
      name: TEXT,
      role: TEXT,
      schema: TEXT,
      server: `${TEXT} default 'home'::text`,
      state: `${TEXT} default 'active'::text`,
      version: 'integer not null',
      verifier: 'text',
      signer: 'text',
      recovery_key: 'text',
      recovery_voucher: 'text',
      recovery_wrap: 'bytea',
      quota_bytes: "bigint not null default '20000000000'::bigint",
      stored_bytes: 'bigint not null default 0',
      measured_at: WHEN,
      read_only: NO,
      created_at: NOW,
      changed_at: NOW,
    },
    keys: {
      facility_pkey: 'PRIMARY KEY (id)',
      facility_name_key: 'UNIQUE (name)',
      facility_role_key: 'UNIQUE (role)',
      facility_schema_key: 'UNIQUE (schema)',
      facility_server_fkey: ITS_SERVER,
      facility_state_check: oneOf('state', 'active', 'suspended', 'frozen', 'moving', 'removed'),
      facility_quota_bytes_check: 'CHECK ((quota_bytes > 0))',
    },
  },
  device: {
    columns: {
      facility: TEXT,
      id: TEXT,
      public_key: TEXT,
      verifier: 'bytea not null',
      box_key: TEXT,
      box_voucher: TEXT,
      wrap: 'bytea',
      enrolled_at: NOW,
      revoked_at: WHEN,
    },
    keys: { device_pkey: 'PRIMARY KEY (facility, id)', device_facility_fkey: ITS_FACILITY },
  },
  enrollment: {
    columns: {
      id: TEXT,
      facility: TEXT,
      box_key: TEXT,
      box_voucher: TEXT,
      wrap: 'bytea',
      expires_at: `${WHEN} not null`,
      used_at: WHEN,
      used_by: 'text',
      created_at: NOW,
    },
    keys: { enrollment_pkey: 'PRIMARY KEY (id)', enrollment_facility_fkey: ITS_FACILITY },
  },
  migration: {
    columns: {
      facility: TEXT,
      target: 'integer not null',
      state: TEXT,
      canary: NO,
      lease: 'text',
      lease_until: WHEN,
      attempts: 'integer not null default 0',
      error: 'text',
      finished_at: WHEN,
    },
    keys: {
      migration_pkey: 'PRIMARY KEY (facility)',
      migration_facility_fkey: ITS_FACILITY,
      migration_state_check: oneOf('state', 'waiting', 'running', 'done', 'failed'),
    },
  },
  spare: {
    columns: { schema: TEXT, server: TEXT, why: TEXT, kept: NO, state: 'text', created_at: NOW },
    keys: {
      spare_pkey: 'PRIMARY KEY (schema, server)',
      spare_server_fkey: ITS_SERVER,
      spare_why_check: oneOf('why', 'making', 'copy', 'old'),
      spare_state_check: oneOf('state', 'active', 'suspended', 'frozen'),
    },
  },
  setting: { columns: { key: TEXT, value: 'jsonb not null' }, keys: { setting_pkey: 'PRIMARY KEY (key)' } },
}
