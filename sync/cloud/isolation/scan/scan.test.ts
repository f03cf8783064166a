/**
 * Every code of the scan: what brings it about is done on a real server, in a transaction that is taken back, and named; an
 * untouched server gives nothing.
 */
import type pg from 'pg'
import { beforeAll, describe, expect, test } from 'vitest'
import { emptyFacilities } from '../../testing/fleet.ts'
import { forFile } from '../../testing/for-file.ts'
import { connected, testCloud } from '../../testing/postgres.ts'
import { FAULTS } from '../prove/faults.ts'
import { CODES, type FindingCode } from './codes.ts'
import { criticalOf, type Finding } from './finding.ts'
import { scan } from './scan.ts'
import { checkHba, type HbaRule } from './server/hba.ts'
import { checkVersion } from './server/version.ts'

const cloud = forFile(testCloud)
let mine: { facility: string; role: string; schema: string }
let other: { facility: string; role: string; schema: string }

beforeAll(async () => {
  const [first, second] = await emptyFacilities(cloud, 20)
  mine = first as typeof mine
  other = second as typeof other
})

/** What a scan says after something was done, in a transaction that is taken back. */
async function saidAfter(act: (client: pg.Client) => Promise<unknown>): Promise<Finding[]> {
  return connected(cloud.admin, async (client) => {
    await client.query('begin')
    await act(client)
    const findings = await scan(client)
    await client.query('rollback')
    return findings
  })
}
const codes = (findings: readonly Finding[]) => [...new Set(findings.map(({ code }) => code))].sort()

test('a server that is as it must be gives nothing, in a transaction or out of one', async () => {
  expect(await connected(cloud.admin, (client) => scan(client))).toEqual([])
  expect(await saidAfter(async () => {})).toEqual([])
})

test('a scan changes nothing, not even a setting of its session', () =>
  connected(cloud.admin, async (client) => {
    const state = () =>
      client.query("select current_setting('search_path') as path, current_setting('statement_timeout') as timeout")
    const before = (await state()).rows
    await scan(client)
    expect((await state()).rows).toEqual(before)
    expect(client.getTransactionStatus()).toBe('I')
  }))

test('a facility that is taken away while it is looked at makes no scan fail', async () => {
  const [gone] = await emptyFacilities(cloud, 1)
  await connected(cloud.admin, async (client) => {
    let asked = 0
    const query = client.query.bind(client) as (...args: unknown[]) => Promise<unknown>
    const removeFirst = async (...args: unknown[]) => {
      if (/pg_get_viewdef/.test(String(args[0])) && ++asked === 1)
        await connected(cloud.admin, (other) =>
          other.query(
            `drop schema ${gone?.schema} cascade; drop owned by ${gone?.role};
             set session authorization alcove_provisioner; revoke connect on database alcove from ${gone?.role};
             reset session authorization; drop role ${gone?.role};
             delete from registry.facility where id = '${gone?.facility}'`,
          ),
        )
      return query(...args)
    }
    expect(await scan(Object.assign(client, { query: removeFirst }) as pg.Client)).toEqual([])
    expect(asked).toBeGreaterThan(1)
  })
})

/** What the faults of the proof do not bring about; each here with the finding and nothing else. */
const MORE: readonly [FindingCode, string, () => string][] = [
  [
    'membership-missing',
    'the provisioner is not the owner’s member',
    () => 'revoke fleet_owner from alcove_provisioner',
  ],
  [
    'membership-options',
    'the provisioner may pass the owner on',
    () => 'grant fleet_owner to alcove_provisioner with admin option',
  ],
  ['role-unexpected', 'there is a role of nobody’s', () => 'create role somebody'],
  ['function-missing', 'the guard’s function is gone', () => `drop function ${mine.schema}.refuse_truncate() cascade`],
  [
    'tag-shared',
    'a facility has another’s tag',
    () => `do $$ declare theirs text; mine text; one text; begin
      select tag into theirs from ${other.schema}.head; select tag into mine from ${mine.schema}.head;
      foreach one in array array['journal','record','blob','device','access_log','head','meta'] loop
        execute format('alter table ${mine.schema}.%I drop constraint own', one);
        execute format('alter table ${mine.schema}.%I disable trigger all', one);
        execute format('update ${mine.schema}.%I set tag = %L', one, theirs);
        execute format('alter table ${mine.schema}.%I enable trigger all', one);
        execute format('alter table ${mine.schema}.%I alter tag set default %L, add constraint own check (tag = %L)', one, theirs, theirs);
        execute format('alter policy own on ${mine.schema}.%I using (tag = %L and session_user = ''${mine.role}'') with check (tag = %L and session_user = ''${mine.role}'')', one, theirs, theirs);
      end loop; end $$`,
  ],
  [
    'facility-elsewhere',
    'a facility is here, and the registry says elsewhere',
    () =>
      `insert into registry.server (id, host, port, database) values ('far', '127.0.0.1', 1, 'x'); update registry.facility set server = 'far' where id = '${mine.facility}'`,
  ],
  [
    'function-unexpected',
    'there is a function in the registry',
    () => "create function registry.f() returns int language sql as 'select 1'",
  ],
  [
    'role-powerful',
    'PostgreSQL’s own role is a bridge to another',
    () => 'grant pg_read_all_data to pg_signal_backend',
  ],
  [
    'grant-unexpected',
    'large values are readable past row-level security',
    () => `grant usage on schema pg_toast to ${mine.role}`,
  ],
  [
    'function-unsafe',
    'a function of PostgreSQL’s runs with its owner’s rights',
    () => 'alter function pg_catalog.lpad(text, integer) security definer',
  ],
  ['object-unexpected', 'there is a table in "public"', () => 'create table public.notes (x text)'],
  ['setting-unsafe', 'every session begins with a setting', () => "alter role all set search_path = 'x'"],
  [
    'schema-orphan',
    'a copy is nobody’s, and kept',
    () =>
      `create schema t_${'c'.repeat(32)}; insert into registry.spare values ('t_${'c'.repeat(32)}', 'home', 'old', true)`,
  ],
  [
    'object-unexpected',
    'a copy is hidden among large values',
    () => `set local allow_system_table_mods = on; create table pg_toast.stolen as select * from ${mine.schema}.record`,
  ],
  [
    'schema-unexpected',
    'a copy is hidden in a schema that looks like one of PostgreSQL’s',
    () => 'set local allow_system_table_mods = on; create schema pg_toast_1',
  ],
  [
    'relation-unexpected',
    'something is called a facility that is being made',
    () => `create schema t_${'c'.repeat(32)}; create table t_${'c'.repeat(32)}.stolen (x text);
      insert into registry.spare values ('t_${'c'.repeat(32)}', 'home', 'making')`,
  ],
  [
    'lockdown-function',
    'everybody may count transactions',
    () => 'grant execute on function pg_catalog.age(xid) to public',
  ],
  [
    'function-unsafe',
    'the watchdog’s function does something else',
    () =>
      "create or replace function watch.hold_writes(schema text, hold boolean) returns void language plpgsql security definer set search_path = '' as $$ begin end $$",
  ],
]

describe('besides the faults of the proof', () => {
  test.each(MORE)('%s: %s', async (code, _, act) => {
    const findings = await saidAfter((client) => client.query(act()))
    expect(codes(findings)).toContain(code)
    expect(findings.every(({ message }) => /^[^{}]+\.$/.test(message))).toBe(true)
  })

  test('what a facility’s role can do to itself keeps nobody from being served', async () => {
    const findings = await saidAfter((client) =>
      client.query(
        `set local session authorization ${mine.role}; alter default privileges grant select on tables to public;
         alter role ${mine.role} set application_name = '${'y'.repeat(100_000)}'; drop owned by ${mine.role};
         set local session authorization default`,
      ),
    )
    expect(codes(findings)).toContain('role-setting')
    expect(criticalOf(findings)).toEqual([])
    expect(JSON.stringify(findings).length).toBeLessThan(100_000)
  })

  test('what a newer program has made keeps nobody from being served', async () => {
    const newer = `update registry.facility set version = 1000 where id = '${mine.facility}';
      update ${mine.schema}.meta set value = '1000' where key = 'version';
      alter table ${mine.schema}.record add column more text default pg_catalog.now()::text;
      do $$ begin execute 'create or replace view ${mine.schema}.patient with (security_invoker = true) as '
        || pg_catalog.rtrim(pg_catalog.pg_get_viewdef('${mine.schema}.patient'::regclass), ';') || ' and seq > 0'; end $$;`
    const findings = await saidAfter((client) => client.query(newer))
    expect(codes(findings)).toEqual(['table-shape', 'version-unknown', 'view-changed'])
    expect(criticalOf(findings)).toEqual([])
  })

  test('a facility that was brought along before the registry heard of it is no alarm; a column that runs code is', async () => {
    const { schema } = other
    const half = `update registry.facility set version = 1 where id = '${other.facility}'`
    const grave = async (sql: string) => codes(criticalOf(await saidAfter((client) => client.query(sql))))
    expect(await grave(half)).toEqual([])
    const strange = `alter table ${schema}.head alter stored set default pg_catalog.length(pg_catalog.version())`
    expect(await grave(`${half}; ${strange}`)).toEqual(['table-shape'])
  })

  test('a name that says something is no name', async () => {
    const findings = await saidAfter((client) =>
      client.query(`update registry.facility set role = 'clinic' where id = '${mine.facility}'`),
    )
    expect(codes(findings)).toContain('name-not-opaque')
  })

  test('a tag that is in a name is no secret', async () => {
    const id = `${mine.role.slice(2, 10)}-${mine.role.slice(10, 14)}-${mine.role.slice(14, 18)}-${mine.role.slice(18, 22)}-${mine.role.slice(22)}`
    const findings = await saidAfter(async (client) => {
      for (const table of ['journal', 'record', 'blob', 'device', 'access_log', 'head', 'meta'])
        await client.query(
          `alter table ${mine.schema}.${table} drop constraint own, alter tag set default '${id}', add constraint own check (tag = '${id}') not valid`,
        )
    })
    expect(codes(findings)).toContain('tag-known')
  })

  test('a facility at its quota lacks the right to add, and that is as it must be', async () => {
    const hold = `select watch.hold_writes('${mine.schema}', true)`
    expect(codes(await saidAfter((client) => client.query(hold)))).toEqual(['grant-missing'])
    const readOnly = `update registry.facility set read_only = true where id = '${mine.facility}'`
    expect(await saidAfter((client) => client.query(`${hold}; ${readOnly}`))).toEqual([])
    expect(await saidAfter((client) => client.query(readOnly))).toEqual([])
  })

  test('a finding names whose it is by the opaque id alone, in one order', async () => {
    const break_ = `alter table ${mine.schema}.record no force row level security; alter table ${other.schema}.blob disable row level security`
    const [once, again] = [
      await saidAfter((client) => client.query(break_)),
      await saidAfter((client) => client.query(break_)),
    ]
    expect(once).toEqual(again)
    expect(once.map(({ facility, code }) => [facility, code]).sort()).toEqual(
      [
        [mine.facility, 'rls-not-forced'],
        [other.facility, 'rls-off'],
      ].sort(),
    )
    expect(JSON.stringify(once)).not.toContain('Empty')
    const asked = await connected(cloud.admin, async (client) => {
      await client.query(`begin; ${break_}`)
      return scan(client, { facilities: [other.facility], fleet: false })
    })
    expect(codes(asked)).toEqual(['rls-off'])
  })

  test('a database without a registry is told so', () =>
    connected({ ...cloud.admin, database: 'postgres' }, async (client) => {
      await expect(scan(client)).rejects.toMatchObject({ code: 'not-set-up' })
    }))
})

describe('pg_hba.conf', () => {
  const rule: HbaRule = {
    ...{ line: 1, type: 'hostssl', database: ['alcove'], user: ['alcove_gateway'], address: '10.0.0.5' },
    netmask: '255.255.255.255',
    ...{ method: 'scram-sha-256', error: null },
  }
  test.each<[string, Partial<HbaRule>, FindingCode[]]>([
    ['over TLS, from one address', {}, []],
    ['from this machine, without TLS', { type: 'host', address: '127.0.0.1', user: ['all'], database: ['all'] }, []],
    [
      'from the whole world, by a mask',
      { type: 'host', address: '127.0.0.1', netmask: '0.0.0.0' },
      ['hba-not-encrypted', 'hba-too-wide'],
    ],
    ['from every address, by a mask', { address: '10.0.0.0', netmask: '0.0.0.0' }, ['hba-too-wide']],
    ['refused', { type: 'host', address: 'all', method: 'reject', user: ['all'] }, []],
    ['the system’s own user', { type: 'local', address: null, method: 'peer', user: ['postgres'] }, []],
    ['nobody is asked', { method: 'trust' }, ['hba-trust']],
    ['nobody is asked on this machine', { type: 'local', address: null, method: 'trust' }, ['hba-trust']],
    ['an old kind of password', { method: 'md5' }, ['hba-method']],
    ['a password in clear', { method: 'password' }, ['hba-method']],
    ['without TLS from elsewhere', { type: 'host' }, ['hba-not-encrypted']],
    ['TLS refused', { type: 'hostnossl' }, ['hba-not-encrypted']],
    ['everybody', { user: ['all'] }, ['hba-too-wide']],
    ['from everywhere', { address: 'all' }, ['hba-too-wide']],
    ['a line that cannot be read', { error: 'invalid' }, ['hba-unreadable']],
  ])('%s', (_, part, expected) => {
    expect(codes(checkHba([{ ...rule, ...part }]))).toEqual(expected)
  })
})

test.each([
  [180004, []],
  [180003, ['server-unpatched']],
  [170010, []],
  [170009, ['server-unpatched']],
  [160014, []],
  [150018, []],
  [150017, ['server-unpatched']],
  [140099, ['server-unpatched']],
  [190000, ['server-untried']],
])('version %i', (number, expected) => {
  expect(codes(checkVersion(number))).toEqual(expected)
})

test('every code is brought about by something', () => {
  const tried = new Set<string>([
    ...FAULTS.map(({ code }) => code),
    ...MORE.map(([code]) => code),
    ...['name-not-opaque', 'tag-known', 'server-unpatched', 'server-untried'],
    ...['hba-trust', 'hba-method', 'hba-not-encrypted', 'hba-too-wide', 'hba-unreadable'],
  ])
  expect(Object.keys(CODES).filter((code) => !tried.has(code))).toEqual([])
})
