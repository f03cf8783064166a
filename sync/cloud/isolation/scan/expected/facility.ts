/**
 * What a facility must be, written down a second time, on purpose: not read from `sql/facility/`, so that whoever changes
 * that by mistake (a grant more, a barrier less, a policy wider) is contradicted here. Whoever changes it with intent says so
 * twice: a step there, a version here.
 *
 * `<tag>` is the facility's own tag, `<role>` its role, as PostgreSQL writes an expression out.
 */

import type { TableShape } from '../tables.ts'
import { FIRST_VIEWS } from './views.ts'

/** Its keys are those besides the tag's. */
export interface FacilityTable extends TableShape {
  /** What the facility's role may do to it, a whole table or a column at a time; nobody else may do anything. */
  may: readonly string[]
}

export interface FacilityShape {
  tables: Readonly<Record<string, FacilityTable>>
  /** A view each, over `record` alone, with its columns (`views.ts`). */
  views: Readonly<Record<string, string>>
}

/** Every row carries it, so each table has it; nothing can write another. */
export const TAG_DEFAULT = '<tag>'
export const TAG_CHECK = { name: 'own', is: 'CHECK ((tag = <tag>))' } as const
/** Read and written by exactly who logged in as the facility, and nothing that a session could set has a part in it. */
export const POLICY = { name: 'own', is: '((tag = <tag>) AND (SESSION_USER = <role>))' } as const

const TAG = 'uuid not null'
const NOW = 'timestamp with time zone not null default now()'

/** The columns of a table that may be changed, as grants. */
const update = (...columns: string[]) => columns.map((column) => `update(${column})`)

const FIRST: FacilityShape = {
  tables: {
    journal: {
      columns: {
        tag: TAG,
        seq: 'bigint not null',
        device: 'text not null',
        dseq: 'bigint not null',
        hash: 'text not null',
        kind: 'text not null',
        record: 'text not null',
        id: 'text not null',
        body: 'text not null',
        opens: 'boolean not null default false',
        received_at: NOW,
      },
      keys: { journal_pkey: 'PRIMARY KEY (seq)', journal_device_dseq_key: 'UNIQUE (device, dseq)' },
      indexes: { journal_changes: "hash (id) WHERE ((kind = 'change'::text) AND (NOT opens))" },
      // Never changed, never deleted from.
      may: ['select', 'insert'],
    },
    record: {
      columns: {
        tag: TAG,
        kind: 'text not null',
        id: 'text not null',
        fields: 'jsonb not null',
        heads: 'text[] not null',
        conflicts: 'jsonb not null',
        created: 'text not null',
        updated: 'text not null',
        opened: 'bigint not null default 0',
        seq: 'bigint not null',
      },
      keys: { record_pkey: 'PRIMARY KEY (kind, id)' },
      may: ['select', 'insert', ...update('fields', 'heads', 'conflicts', 'created', 'updated', 'seq')],
    },
    blob: {
      columns: { tag: TAG, hash: 'text not null', content: 'bytea not null', received_at: NOW },
      keys: { blob_pkey: 'PRIMARY KEY (hash)' },
      may: ['select', 'insert'],
    },
    device: {
      columns: {
        tag: TAG,
        id: 'text not null',
        public_key: 'text not null',
        enrolled_at: NOW,
        seen_at: NOW,
        dseq: 'bigint not null default 0',
        hash: "text not null default ''::text",
        refused: "jsonb not null default '[]'::jsonb",
      },
      keys: { device_pkey: 'PRIMARY KEY (id)' },
      may: ['select', 'insert', ...update('public_key', 'seen_at', 'dseq', 'hash', 'refused')],
    },
    access_log: {
      columns: {
        tag: TAG,
        seq: 'bigint not null',
        at: 'timestamp with time zone not null',
        device: 'text not null',
        act: 'text not null',
        rows: 'integer not null',
        address: 'text not null',
        outcome: 'text not null',
        prev: 'text not null',
        hash: 'text not null',
      },
      keys: { access_log_pkey: 'PRIMARY KEY (seq)' },
      // Who was here may add that he was, and nothing else.
      may: ['select', 'insert'],
    },
    head: {
      columns: {
        tag: TAG,
        seq: 'bigint not null default 0',
        epoch: 'text not null',
        access_seq: 'bigint not null default 0',
        access_hash: "text not null default ''::text",
      },
      keys: { head_pkey: 'PRIMARY KEY (tag)' },
      may: ['select', ...update('seq', 'access_seq', 'access_hash')],
    },
    meta: {
      columns: { tag: TAG, key: 'text not null', value: 'jsonb not null' },
      keys: { meta_pkey: 'PRIMARY KEY (key)' },
      may: ['select'],
    },
  },
  views: FIRST_VIEWS,
}

/** Bytes brought are counted. */
const SECOND: FacilityShape = {
  ...FIRST,
  tables: {
    ...FIRST.tables,
    head: {
      columns: {
        tag: TAG,
        seq: 'bigint not null default 0',
        epoch: 'text not null',
        access_seq: 'bigint not null default 0',
        access_hash: "text not null default ''::text",
        stored: 'bigint not null default 0',
      },
      keys: { head_pkey: 'PRIMARY KEY (tag)' },
      may: ['select', ...update('seq', 'access_seq', 'access_hash', 'stored')],
    },
  },
}

/** By version, the first at 1. */
export const FACILITY_SHAPES: Readonly<Record<number, FacilityShape>> = { 1: FIRST, 2: SECOND }

/** A function, and on each table a trigger of the same name that calls it, once for each statement. */
export interface Guarding {
  name: string
  /** pg_trigger.tgtype: before (2), insert (4), delete (8), update (16), truncate (32); for each statement (not 1). */
  timing: number
  body: string
}

/** The guard against TRUNCATE: the only code in a facility's schema. */
export const GUARD: Guarding = {
  name: 'refuse_truncate',
  timing: 2 + 32,
  body: "begin raise exception 'a facility''s tables are never truncated' using errcode = '42501'; end",
}
/** And in a copy that takes no writes: while its facility moves, and when it has moved away. */
export const SEAL: Guarding = {
  name: 'sealed',
  timing: 2 + 4 + 8 + 16,
  body: "begin raise exception 'this copy takes no writes' using errcode = '57P03'; end",
}

/** 't_' and 128 random bits: a name cannot be hidden in a cluster, so it must say nothing. */
export const OPAQUE_ROLE = /^t_[0-9a-f]{32}$/
export const OPAQUE_ID = /^f_[0-9a-f]{32}$/

/** A facility's role. */
export const FACILITY_ROLE = {
  connections: 8,
  /** What its sessions begin with. Of `own`, the role itself can set others; the rest only an administrator can. */
  settings: {
    search_path: '""',
    statement_timeout: '60s',
    idle_in_transaction_session_timeout: '30s',
    temp_file_limit: '1GB',
    log_min_messages: 'log',
    log_min_error_statement: 'panic',
    log_error_verbosity: 'terse',
    log_statement: 'none',
    log_min_duration_statement: '-1',
    log_parameter_max_length: '0',
    log_parameter_max_length_on_error: '0',
  },
} as const
