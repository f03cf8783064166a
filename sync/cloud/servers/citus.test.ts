/**
 * The further lock-down for Citus, which this machine does not have: that it changes nothing on a PostgreSQL without it, and
 * that it reaches what an extension of that name gives to everybody, wherever that puts it.
 */
import { chownSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { postgresUser } from '../postgres/binaries.ts'
import { clinicIn } from '../testing/clinic.ts'
import { forFile } from '../testing/for-file.ts'
import { connected, refusal, testCloud } from '../testing/postgres.ts'

const LOCKDOWN = readFileSync(join(import.meta.dirname, '..', 'sql', 'optional', 'citus-lockdown.sql'), 'utf8')

const cloud = forFile(testCloud)

const grants = () =>
  connected(cloud.admin, async (client) => {
    const { rows } = await client.query(`
      select 'c' || oid as object, relacl::text as acl from pg_class union all
      select 'p' || oid, proacl::text from pg_proc union all
      select 'n' || oid, nspacl::text from pg_namespace order by 1`)
    return rows
  })

test('where there is no Citus it changes nothing', async () => {
  const before = await grants()
  await connected(cloud.admin, (client) => client.query(LOCKDOWN))
  expect(await grants()).toEqual(before)
})

test('what an extension of that name gives to everybody is taken back, and facilities go on working', async () => {
  const { facility, station } = await clinicIn(cloud, 'On Citus')
  await extension()
  await connected(cloud.admin, async (client) => {
    const attempts = [
      "select pg_catalog.run_command_on_workers('select 1')",
      'select pg_catalog.get_all_active_transactions()',
      'select pg_catalog.citus_total_relation_size(1)',
      'select * from pg_catalog.citus_shards',
      'select * from pg_catalog.pg_dist_partition',
      'select * from citus.places',
    ]
    const as = async (role: string) => {
      await client.query(`set session authorization ${role}`)
      const answers: string[] = []
      for (const attempt of attempts) answers.push(await refusal(client, attempt))
      await client.query('reset session authorization')
      return answers
    }
    expect(await as(facility.role)).toEqual(attempts.map(() => 'accepted'))
    await client.query(LOCKDOWN)
    expect(await as(facility.role)).toEqual(attempts.map(() => '42501'))
    // An aggregate that ordinary statements are rewritten to, and a function that transactions need, stay.
    await client.query(`set session authorization ${facility.role}`)
    expect(await refusal(client, `select pg_catalog.worker_partial(seq) from ${facility.schema}.journal`)).toBe(
      'accepted',
    )
    expect(await refusal(client, 'select pg_catalog.assign_distributed_transaction_id()')).toBe('accepted')
  })
  const after = await grants()
  await connected(cloud.admin, (client) => client.query(LOCKDOWN))
  expect(await grants()).toEqual(after)
  station.change('patient', 'x', { family: 'A' })
  expect((await station.push()).status).toBe(200)
  station.close()
})

/** An extension named citus, with a little of each sort of thing that the real one brings. */
async function extension(): Promise<void> {
  const path = join(cloud.dir, 'extensions')
  const folder = join(path, 'extension')
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'citus.control'), "default_version = '1'\nrelocatable = false\nschema = pg_catalog\n")
  writeFileSync(join(folder, 'citus--1.sql'), SCRIPT)
  const { uid, gid } = postgresUser()
  for (const one of [path, folder]) if (uid !== undefined && gid !== undefined) chownSync(one, uid, gid)
  await connected(cloud.admin, async (client) => {
    await client.query(`set extension_control_path = '${path}:$system'`)
    // As it is set by default where Citus is installed: the grants below are there to be taken back.
    await client.query('alter default privileges grant execute on functions to public')
    await client.query('create extension citus')
    await client.query('alter default privileges revoke execute on functions from public')
  })
}

const SCRIPT = `
create schema citus;
grant usage on schema citus to public;
create table citus.places (node int);
create view citus.citus_shards as select 1 as shard;
create table citus.pg_dist_partition (partition int);
grant select on citus.places, citus.citus_shards, citus.pg_dist_partition to public;
set allow_system_table_mods = on;
alter view citus.citus_shards set schema pg_catalog;
alter table citus.pg_dist_partition set schema pg_catalog;
create function pg_catalog.run_command_on_workers(text) returns text language sql as 'select $1';
create function pg_catalog.get_all_active_transactions() returns int language sql as 'select 1';
create function pg_catalog.citus_total_relation_size(int) returns int language sql as 'select $1';
create function pg_catalog.assign_distributed_transaction_id() returns int language sql as 'select 1';
create aggregate pg_catalog.worker_partial(bigint) (sfunc = int8pl, stype = bigint);
grant execute on all functions in schema citus to public;
`
