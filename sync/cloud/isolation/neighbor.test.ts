/**
 * What a neighbor with a login of its own gets at. Every refusal has a positive control (the facility's own, identical
 * statement succeeds) and an exact expectation: the SQLSTATE, not merely that it failed.
 */
import { readFileSync } from 'node:fs'
import type pg from 'pg'
import { describe, expect, test } from 'vitest'
import {
  asNeighbor,
  asVictim,
  CANARY,
  cloud,
  DENIED,
  neighbor,
  neighborLogin,
  TABLES,
  victim,
} from '../testing/neighbors.ts'
import { connected, refusal } from '../testing/postgres.ts'

describe('a neighbor with a login of its own', () => {
  test('reads its own schema, with ordinary parameterized statements', async () => {
    const { rows } = await asVictim((client) =>
      client.query(`select fields->>'family' as family from ${victim.schema}.record where kind = $1`, ['patient']),
    )
    expect(rows).toEqual([{ family: CANARY }])
    const view = await asVictim((client) =>
      client.query(`select family, active, birth_date from ${victim.schema}.patient`),
    )
    expect(view.rows).toEqual([{ family: CANARY, active: true, birth_date: null }])
  })

  test.each(TABLES)('is refused %s of another', async (table) => {
    await asVictim((client) => client.query(`select * from ${victim.schema}.${table}`))
    await asNeighbor(async (client) => {
      expect(await refusal(client, `select * from ${victim.schema}.${table}`)).toBe(DENIED)
      expect(await refusal(client, `delete from ${victim.schema}.${table}`)).toBe(DENIED)
      expect(await refusal(client, `truncate ${victim.schema}.${table}`)).toBe(DENIED)
      expect(await refusal(client, `copy ${victim.schema}.${table} to stdout`)).toBe(DENIED)
    })
  })

  test.each([
    ['becomes another', () => `set role ${victim.role}`],
    ['becomes another from the start', () => `set session authorization ${victim.role}`],
    ['becomes the owner', () => 'set role fleet_owner'],
    ['reads through a view of another', () => `select * from ${victim.schema}.patient`],
    ['makes a schema', () => 'create schema mine'],
    ['makes a table in its own schema', () => `create table ${neighbor.schema}.mine ()`],
    ['makes a table in public', () => 'create table public.mine ()'],
    ['makes a temporary table', () => 'create temporary table mine ()'],
    ['runs code', () => 'do $$ begin end $$'],
    ['turns row-level security off', () => `alter table ${neighbor.schema}.record disable row level security`],
    ['changes a policy', () => `alter policy own on ${neighbor.schema}.record using (true)`],
    ['gives itself rights', () => `alter role ${neighbor.role} superuser`],
    ['lifts its limit on temporary files', () => "set temp_file_limit = '-1'"],
    ['loads a library', () => "load '/tmp/x.so'"],
    ['makes a language', () => 'create trusted language x handler y'],
    ['makes a function', () => `create function ${neighbor.schema}.f() returns int language sql as 'select 1'`],
    ['lets go of its log settings', () => "set log_min_messages = 'debug1'"],
    ['reads a file', () => "select pg_read_file('/etc/passwd')"],
    ['runs a program', () => "copy (select 1) to program 'true'"],
    ['rewrites its journal', () => `update ${neighbor.schema}.journal set body = ''`],
    ['deletes from its journal', () => `delete from ${neighbor.schema}.journal`],
    ['rewrites its access log', () => `update ${neighbor.schema}.access_log set outcome = 'ok'`],
    ['empties its own tables', () => `truncate ${neighbor.schema}.record`],
    ['reads the registry', () => 'select * from registry.facility'],
    [
      'writes under another tag',
      () =>
        `insert into ${neighbor.schema}.blob (tag, hash, content) values ('00000000-0000-4000-8000-000000000000', 'x', '')`,
    ],
  ])('is refused when it %s', async (_, statement) => {
    expect(await asNeighbor((client) => refusal(client, statement()))).toBe(DENIED)
  })

  test('cannot pass on or widen what it has', async () => {
    const rights = () =>
      connected(cloud.admin, (client) =>
        client.query(
          `select relname, relacl::text from pg_class where relnamespace = '${neighbor.schema}'::regnamespace order by 1`,
        ),
      )
    const before = await rights()
    await asNeighbor(async (client) => {
      // PostgreSQL answers these with a warning rather than an error; nothing may have changed.
      await client.query(`grant all on ${neighbor.schema}.journal to ${neighbor.role} with grant option`)
      await client.query(`grant all on ${neighbor.schema}.journal to ${victim.role}`)
      await client.query(`grant usage on schema ${neighbor.schema} to ${victim.role}`)
    })
    expect((await rights()).rows).toEqual(before.rows)
    await asVictim(async (client) =>
      expect(await refusal(client, `select * from ${neighbor.schema}.journal`)).toBe(DENIED),
    )
  })

  test('learns nothing with row-level security switched off for itself: its own statements then fail', async () => {
    await asNeighbor(async (client) => {
      await client.query('set row_security = off')
      expect(await refusal(client, `select * from ${neighbor.schema}.record`)).toBe(DENIED)
    })
  })

  test('is refused every catalog and what tells about others', async () => {
    const statements = [
      'select * from pg_catalog.pg_class',
      'select * from pg_catalog.pg_namespace',
      'select * from pg_catalog.pg_roles',
      'select * from pg_catalog.pg_policy',
      'select * from pg_catalog.pg_stat_activity',
      'select * from pg_catalog.pg_locks',
      'select * from pg_catalog.pg_stats',
      'select * from pg_catalog.pg_database',
      'select * from pg_catalog.pg_settings',
      'select * from information_schema.tables',
      'select pg_total_relation_size(0)',
      'select pg_sleep(0)',
      'select pg_advisory_lock(1)',
      "select current_setting('search_path')",
      "select set_config('search_path', '', false)",
      "select has_schema_privilege('x', 'usage')",
      "select to_regclass('x'::text)",
      'select lo_create(0)',
      'select pg_export_snapshot()',
      'select txid_current()',
    ]
    await asNeighbor(async (client) => {
      for (const statement of statements)
        expect([statement, await refusal(client, statement)]).toEqual([statement, DENIED])
    })
  })

  test('finds no relation in the catalogs, and no function that tells about others, left open to everybody', async () => {
    await connected(cloud.admin, async (client) => {
      const relations = await client.query(`
        select relname from pg_class join pg_namespace n on n.oid = relnamespace
        where nspname = 'pg_catalog' and relkind in ('r', 'v') and has_table_privilege('${neighbor.role}', pg_class.oid, 'select')`)
      expect(relations.rows).toEqual([])
      const functions = await client.query(`
        select proname from pg_proc where proname ~ '^(pg_|has_|txid_|to_reg|lo_)'
          and prokind = 'f' and has_function_privilege('${neighbor.role}', oid, 'execute')`)
      expect(functions.rows).toEqual([])
      const databases = await client.query(
        `select datname from pg_database where datname <> 'alcove' and has_database_privilege('${neighbor.role}', oid, 'connect')`,
      )
      expect(databases.rows).toEqual([])
    })
  })

  test('does not get in with another’s role, an old password, or to another database', async () => {
    const attempt = async (login: pg.ClientConfig) => {
      try {
        await connected(login, async () => {})
        return 'accepted'
      } catch (error) {
        return (error as { code?: string }).code
      }
    }
    expect(await attempt(neighborLogin)).toBe('accepted')
    expect(await attempt({ ...neighborLogin, user: victim.role })).toBe('28P01')
    expect(await attempt({ ...neighborLogin, password: 'guess' })).toBe('28P01')
    expect(await attempt({ ...neighborLogin, database: 'postgres' })).toBe('28000')
  })
})

test('PostgreSQL’s own log holds no record', async () => {
  await asVictim(async (client) => {
    const twice = `insert into ${victim.schema}.blob (hash, content) values ($1, '')`
    await client.query(twice, [CANARY])
    expect(await refusal(client, twice, [CANARY])).toBe('23505')
    expect(await refusal(client, `select '${CANARY}'::integer`)).toBe('22P02')
  })
  expect(readFileSync(`${cloud.dir}/postgres.log`, 'utf8')).not.toContain(CANARY)
})
