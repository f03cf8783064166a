/** Reaching out of the database: files, programs, libraries, extensions, other servers, large objects, replication. */
import { randomBytes } from 'node:crypto'
import { type Attack, ControlFailed, NotHere } from '../attack.ts'
import { ask } from '../party.ts'
import type { Stage } from '../stage.ts'
import { DENIED, statement } from './sql.ts'

const row = (
  id: string,
  title: string,
  text: string | ((stage: Stage) => string),
  control: 'administrator' | ((stage: Stage) => Promise<void>) = 'administrator',
): Attack =>
  statement('sql', { id, title, says: (_, stage) => (typeof text === 'string' ? text : text(stage)), control })

const extension = (name: string, what: string): Attack =>
  row(
    `extension-${name.replaceAll('_', '-')}`,
    `A facility installs ${what} (${name}).`,
    `create extension ${name} schema public`,
    (stage) =>
      stage.rolledBack(async (client) => {
        const { rowCount } = await client.query('select from pg_available_extensions where name = $1', [name])
        if (!rowCount) throw new NotHere(`This server does not bring the extension ${name}.`)
        await client.query(`create extension ${name} schema public`)
      }),
  )

export const reaching: readonly Attack[] = [
  row('copy-to-program', 'A facility runs a program on the server.', "copy (select 1) to program 'cat > /dev/null'"),
  row(
    'copy-from-program',
    'A facility reads what a program on the server says.',
    ({ attacker }) => `copy ${attacker.schema}.blob (hash) from program 'true'`,
  ),
  row('copy-to-file', 'A facility writes a file on the server.', "copy (select 1) to '/dev/null'"),
  row(
    'copy-from-file',
    'A facility reads a file of the server into its table.',
    ({ attacker }) => `copy ${attacker.schema}.blob (hash) from '/dev/null'`,
  ),
  row('read-file', 'A facility reads a file of the server.', "select pg_catalog.pg_read_file('PG_VERSION')"),
  row(
    'read-binary-file',
    'A facility reads a file of the server as bytes.',
    "select pg_catalog.pg_read_binary_file('PG_VERSION')",
  ),
  row('list-files', 'A facility lists a folder of the server.', "select pg_catalog.pg_ls_dir('.')"),
  row('list-log', 'A facility lists the server’s log files.', 'select pg_catalog.pg_ls_waldir()'),
  row(
    'stat-file',
    'A facility asks for the size and times of a file of the server.',
    "select pg_catalog.pg_stat_file('PG_VERSION')",
  ),
  row('load', 'A facility loads a library.', "load 'plpgsql'"),
  row(
    'c-function',
    'A facility makes a function out of a library.',
    ({ attacker }) =>
      `create function ${attacker.schema}.f() returns void language c as '$libdir/plpgsql', 'plpgsql_call_handler'`,
    (stage) =>
      stage.rolledBack(async (client) => {
        await client.query(
          `create function ${stage.attacker.schema}.f() returns language_handler language c as '$libdir/plpgsql', 'plpgsql_call_handler'`,
        )
      }),
  ),
  extension('dblink', 'a way to log in to other databases'),
  extension('postgres_fdw', 'a way to tables of other servers'),
  extension('pgcrypto', 'functions that anybody may install'),
  extension('pg_stat_statements', 'a record of everybody’s statements'),
  extension('pageinspect', 'a look at the raw pages of tables'),
  row(
    'large-object-create',
    'A facility makes a large object, which belongs to no schema.',
    'select pg_catalog.lo_create(0)',
  ),
  row(
    'large-object-import',
    'A facility reads a file of the server into a large object.',
    "select pg_catalog.lo_import('/dev/null')",
  ),
  {
    id: 'sql.large-object-read',
    group: 'sql',
    title: 'A facility reads a large object of somebody else’s.',
    control: ({ rolledBack }) =>
      rolledBack(async (client) => {
        const made = await client.query<{ id: number }>("select lo_from_bytea(0, 'x') as id")
        await client.query(`select pg_catalog.lo_get(${made.rows[0]?.id})`)
      }),
    attempt: ({ rolledBack, attacker }) =>
      rolledBack(async (client) => {
        const made = await client.query<{ id: number }>("select lo_from_bytea(0, 'secret') as id")
        attacker.witness.listenTo(client)
        await client.query(`set local session authorization ${attacker.role}`)
        return ask(client, `select pg_catalog.lo_get(${made.rows[0]?.id})`)
      }),
    expect: DENIED,
  },
  row(
    'physical-slot',
    'A facility makes the server keep a copy of everybody’s changes.',
    `select pg_catalog.pg_create_physical_replication_slot('proof_slot', false, true)`,
  ),
  row(
    'logical-slot',
    'A facility asks for everybody’s changes, decoded.',
    `select pg_catalog.pg_create_logical_replication_slot('proof_slot', 'test_decoding', true)`,
    async ({ admin }) => {
      // Where the server is not set up for decoding, the administrator is told so (55000): the right was not what was missing.
      const outcome = await admin((client) =>
        ask(client, `select pg_catalog.pg_create_logical_replication_slot('proof_slot', 'pgoutput', true)`),
      )
      if (outcome.sqlstate && outcome.sqlstate !== '55000') throw new ControlFailed(JSON.stringify(outcome))
    },
  ),
  row(
    'slot-changes',
    'A facility reads the changes that a slot has kept.',
    "select pg_catalog.pg_logical_slot_peek_changes('proof_slot', null, null)",
    async ({ admin }) => {
      const outcome = await admin((client) =>
        ask(client, "select pg_catalog.pg_logical_slot_peek_changes('proof_slot', null, null)"),
      )
      // There is no such slot, or no decoding here; the administrator may ask.
      if (!['42704', '55000'].includes(outcome.sqlstate ?? '')) throw new ControlFailed(JSON.stringify(outcome))
    },
  ),
  row(
    'export-snapshot',
    'A facility exports its view of the database for others to use.',
    'select pg_catalog.pg_export_snapshot()',
  ),
  statement('sql', {
    id: 'import-snapshot',
    title: 'A facility takes on a view of the database that somebody else exported.',
    says: () => "set transaction snapshot '00000003-00000001-1'",
    after: () => ['begin isolation level repeatable read'],
    control: (stage) =>
      stage.admin(async (exporter) => {
        await exporter.query('begin isolation level repeatable read')
        const { rows } = await exporter.query<{ id: string }>('select pg_export_snapshot() as id')
        await stage.admin(async (importer) => {
          await importer.query('begin isolation level repeatable read')
          await importer.query(`set transaction snapshot '${rows[0]?.id}'`)
        })
      }),
    // There is none to be had: nobody but an administrator can export one.
    expect: ({ number }) => ({ sqlstate: number >= 170000 ? '42704' : '22023' }),
  }),
  row(
    'switch-wal',
    'A facility has the server start a new file of its write-ahead log.',
    'select pg_catalog.pg_switch_wal()',
  ),
  row('reload', 'A facility has the server read its configuration anew.', 'select pg_catalog.pg_reload_conf()'),
  row('checkpoint', 'A facility makes the server write everything to disk.', 'checkpoint', ({ admin }) =>
    admin(async (client) => void (await client.query('checkpoint'))),
  ),
  {
    id: 'sql.create-database',
    group: 'sql',
    title: 'A facility makes a database, where nothing is closed.',
    control: async ({ admin }) => {
      const name = `isolation_proof_${randomBytes(8).toString('hex')}`
      await admin(async (client) => {
        await client.query(`create database ${name} template template0`)
        await client.query(`drop database ${name}`)
      })
    },
    attempt: ({ attacker }) => attacker.ask('create database isolation_proof_mine template template0'),
    expect: DENIED,
  },
]
