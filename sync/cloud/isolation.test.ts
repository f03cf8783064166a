/**
 * The three barriers, each shown to hold by itself. Every refusal has a positive control (the facility's own, identical
 * statement succeeds) and an exact expectation: the SQLSTATE, not merely that it failed.
 */
import { readFileSync } from 'node:fs'
import type pg from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Workstation } from './client/workstation.ts'
import { serverOf } from './cluster.ts'
import { boxKeyOf, open, seal } from './keys/box.ts'
import { verifierOf } from './keys/device-secret.ts'
import type { NewFacility } from './provision/create.ts'
import { connected, loginOf, refusal, type TestCloud, testCloud } from './testing/postgres.ts'

const DENIED = '42501'
const CANARY = 'CANARY-7f1d'
const TABLES = ['journal', 'record', 'blob', 'device', 'access_log', 'head', 'meta']

let cloud: TestCloud
let victim: NewFacility
let neighbor: NewFacility
let station: Workstation
let other: Workstation
let victimLogin: pg.ClientConfig
let neighborLogin: pg.ClientConfig

beforeAll(async () => {
  cloud = await testCloud()
  victim = await cloud.facility('Victim')
  neighbor = await cloud.facility('Neighbor')
  station = await Workstation.enrolled(victim.enrollmentCode)
  other = await Workstation.enrolled(neighbor.enrollmentCode)
  station.change('patient', '00000000-0000-4000-8000-000000000001', { family: CANARY, sex: 'female', active: true })
  other.change('patient', '00000000-0000-4000-8000-000000000002', { family: 'Other', sex: 'male' })
  expect((await station.push()).status).toBe(200)
  expect((await other.push()).status).toBe(200)
  victimLogin = await loginOf(cloud, victim, station)
  neighborLogin = await loginOf(cloud, neighbor, other)
})

afterAll(async () => {
  station?.close()
  other?.close()
  await cloud?.remove()
})

const asNeighbor = <T>(work: (client: pg.Client) => Promise<T>) => connected(neighborLogin, work)
const asVictim = <T>(work: (client: pg.Client) => Promise<T>) => connected(victimLogin, work)

/** Does something as the administrator and takes it back; nothing of it stays. */
async function rolledBack<T>(work: (client: pg.Client) => Promise<T>): Promise<T> {
  return connected(cloud.admin, async (client) => {
    await client.query('begin')
    try {
      return await work(client)
    } finally {
      await client.query('rollback')
    }
  })
}

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

describe('each barrier by itself', () => {
  test('grants given away: row-level security alone returns nothing', () =>
    rolledBack(async (client) => {
      await client.query(`grant usage on schema ${victim.schema} to ${neighbor.role}`)
      await client.query(
        `grant select, insert, update, delete on all tables in schema ${victim.schema} to ${neighbor.role}`,
      )
      await client.query(`set local role ${neighbor.role}`)
      for (const table of [...TABLES, 'patient']) {
        const { rowCount } = await client.query(`select * from ${victim.schema}.${table}`)
        expect([table, rowCount]).toEqual([table, 0])
      }
      const { rows } = await client.query(`explain select * from ${victim.schema}.record`)
      expect(JSON.stringify(rows)).toContain('One-Time Filter: false')
      expect((await client.query(`update ${victim.schema}.record set seq = 0`)).rowCount).toBe(0)
      await client.query('savepoint before')
      expect(await refusal(client, `insert into ${victim.schema}.blob (hash, content) values ('x', '')`)).toBe(DENIED)
      await client.query('rollback to before')
    }))

  test('row-level security removed: the grants alone refuse', () =>
    rolledBack(async (client) => {
      for (const table of TABLES) {
        await client.query(`drop policy own on ${victim.schema}.${table}`)
        await client.query(
          `alter table ${victim.schema}.${table} disable row level security, no force row level security`,
        )
      }
      // The control: without row-level security somebody with the grant does read.
      expect((await client.query(`select * from ${victim.schema}.record`)).rowCount).toBe(1)
      await client.query(`set local role ${neighbor.role}`)
      for (const table of [...TABLES, 'patient']) {
        await client.query('savepoint before')
        expect(await refusal(client, `select * from ${victim.schema}.${table}`)).toBe(DENIED)
        await client.query('rollback to before')
      }
    }))

  test('made a member of the other’s role by mistake: it may put the role on, and still reads and writes nothing', () =>
    rolledBack(async (client) => {
      await client.query(`grant ${victim.role} to ${neighbor.role}`)
      await client.query(`set local session authorization ${neighbor.role}`)
      await client.query(`set local role ${victim.role}`)
      for (const table of [...TABLES, 'patient']) {
        const { rowCount } = await client.query(`select * from ${victim.schema}.${table}`)
        expect([table, rowCount]).toEqual([table, 0])
      }
      expect((await client.query(`update ${victim.schema}.record set seq = 0`)).rowCount).toBe(0)
      expect(await refusal(client, `insert into ${victim.schema}.blob (hash, content) values ('x', '')`)).toBe(DENIED)
    }))

  test('the owner itself reads nothing: row-level security is forced', () =>
    rolledBack(async (client) => {
      await client.query('set local role fleet_owner')
      for (const table of TABLES)
        expect((await client.query(`select * from ${victim.schema}.${table}`)).rowCount).toBe(0)
    }))

  test('TRUNCATE granted by mistake is still refused', () =>
    rolledBack(async (client) => {
      await client.query(`grant truncate on ${victim.schema}.journal to ${victim.role}`)
      await client.query(`set local role ${victim.role}`)
      expect(await refusal(client, `truncate ${victim.schema}.journal`)).toBe(DENIED)
    }))
})

describe('roles', () => {
  test('are what they must be', () =>
    connected(cloud.admin, async (client) => {
      const { rows } = await client.query(
        `select rolname from pg_roles where (rolname ~ '^t_' or rolname in ('fleet_owner', 'alcove_gateway'))
          and (rolsuper or rolbypassrls or rolcreaterole or rolcreatedb or rolreplication or rolinherit)`,
      )
      expect(rows).toEqual([])
      // Places that facilities cannot take are all that the gateway has by membership.
      const members = await client.query(
        `select member::regrole::text from pg_auth_members where member::regrole::text ~ '^t_'
          or (member = 'alcove_gateway'::regrole and roleid::regrole::text <> 'pg_use_reserved_connections')`,
      )
      expect(members.rows).toEqual([])
      const owned = await client.query(
        `select relname from pg_class where relnamespace in (select oid from pg_namespace where nspname ~ '^t_')
          and relowner <> 'fleet_owner'::regrole`,
      )
      expect(owned.rows).toEqual([])
      const login = await client.query("select rolcanlogin from pg_roles where rolname = 'fleet_owner'")
      expect(login.rows).toEqual([{ rolcanlogin: false }])
    }))

  test('the provisioner, which makes facilities, reads none', () =>
    rolledBack(async (client) => {
      // A real session of its own: an administrator who put the role on could take it off again.
      await client.query('set local session authorization alcove_provisioner')
      await client.query('savepoint before')
      expect(await refusal(client, `select * from ${victim.schema}.record`)).toBe(DENIED)
      await client.query('rollback to before')
      expect(await refusal(client, `set local role ${victim.role}`)).toBe(DENIED)
    }))
})

describe('no skeleton key', () => {
  test('the gateway’s login reads the registry, no name in it, and no facility', async () => {
    const { password } = JSON.parse(readFileSync(`${cloud.state}/gateway.json`, 'utf8'))
    await connected({ ...serverOf(cloud.admin), user: 'alcove_gateway', password }, async (client) => {
      expect((await client.query('select id, role from registry.facility')).rowCount).toBe(2)
      expect(await refusal(client, 'select name from registry.facility')).toBe(DENIED)
      expect(await refusal(client, `select * from ${victim.schema}.record`)).toBe(DENIED)
      expect(await refusal(client, `set role ${victim.role}`)).toBe(DENIED)
      expect(await refusal(client, 'set role fleet_owner')).toBe(DENIED)
      expect(await refusal(client, 'select * from pg_catalog.pg_class')).toBe(DENIED)
    })
  })

  test('a copy of the whole registry opens nothing, and holds no secret in clear', async () => {
    const { rows } = await connected(cloud.admin, (client) => client.query('select * from registry.device'))
    expect(rows).toHaveLength(2)
    const box = { facility: victim.facility, role: victim.role, holder: `device ${station.device}` }
    const wrap = rows.find((row) => row.id === station.device).wrap as Buffer
    expect(await open(wrap, Buffer.from(station.secret, 'base64url'), box)).toBeDefined()
    for (const row of rows)
      for (const key of [
        row.verifier,
        row.wrap.subarray(0, 32),
        Buffer.from(row.public_key, 'base64url'),
        Buffer.alloc(32),
      ])
        expect(await open(wrap, key as Buffer, box)).toBeUndefined()
    const dump = await connected(cloud.admin, async (client) => {
      const tables = ['facility', 'device', 'enrollment', 'setting']
      const all = await Promise.all(tables.map((table) => client.query(`select ${table}::text from registry.${table}`)))
      return JSON.stringify(all.map((one) => one.rows))
    })
    for (const secret of [victimLogin.password as string, station.secret])
      for (const form of [
        secret,
        Buffer.from(secret, 'base64url').toString('hex'),
        Buffer.from(secret).toString('hex'),
      ])
        expect(dump).not.toContain(form)
  })

  test('a registry that says another secret is good does not open a connection that is open already', async () => {
    const intruder = Object.assign(new Workstation({ url: cloud.url, pin: cloud.tls.pin }), {
      facility: victim.facility,
      device: station.device,
    })
    const registered = () =>
      connected(cloud.admin, (client) =>
        client.query('select verifier, wrap from registry.device where id = $1', [station.device]),
      )
    const register = async (verifier: Buffer, wrap: Buffer) => {
      const { password } = JSON.parse(readFileSync(`${cloud.state}/gateway.json`, 'utf8'))
      await connected({ ...serverOf(cloud.admin), user: 'alcove_gateway', password }, (client) =>
        client.query('update registry.device set verifier = $2, wrap = $3 where id = $1', [
          station.device,
          verifier,
          wrap,
        ]),
      )
    }
    const { verifier, wrap } = (await registered()).rows[0]
    const secret = Buffer.from(intruder.secret, 'base64url')
    const box = { facility: victim.facility, role: victim.role, holder: `device ${station.device}` }
    try {
      expect((await station.pull(0, 1)).body.entries).toHaveLength(1) // and its connection waits for the next call
      // More often than a facility has connections: what is refused must not use any of them up.
      for (const forged of [wrap, wrap, wrap, wrap, wrap, await seal('a guess', await boxKeyOf(secret, box))]) {
        await register(verifierOf(secret), forged)
        const answer = await intruder.pull(0, 1)
        expect(answer.status).not.toBe(200)
        expect(JSON.stringify(answer.body)).not.toContain(CANARY)
      }
    } finally {
      await register(verifier, wrap)
      intruder.close()
    }
    expect((await station.pull(0, 1)).status).toBe(200)
  })

  test('boxes that were moved to another row do not open', async () => {
    const { rows } = await connected(cloud.admin, (client) =>
      client.query('select wrap from registry.device where id = $1', [station.device]),
    )
    const secret = Buffer.from(station.secret, 'base64url')
    for (const box of [
      { facility: neighbor.facility, role: victim.role, holder: `device ${station.device}` },
      { facility: victim.facility, role: neighbor.role, holder: `device ${station.device}` },
      { facility: victim.facility, role: victim.role, holder: `device ${other.device}` },
    ])
      expect(await open(rows[0].wrap, secret, box)).toBeUndefined()
  })

  test('one workstation’s credentials are worth nothing at another facility', async () => {
    const mine = other.facility
    other.facility = victim.facility
    const stolen = await other.hello()
    other.facility = 'f_00000000000000000000000000000000'
    const nowhere = await other.hello()
    other.facility = mine
    expect(stolen.status).toBe(401)
    // Somebody else's and nobody's are the same answer.
    expect({ status: nowhere.status, body: nowhere.body }).toEqual({ status: stolen.status, body: stolen.body })
    expect((await other.hello()).status).toBe(200)
  })
})

test('PostgreSQL’s own log holds no record', async () => {
  const { readFileSync } = await import('node:fs')
  await asVictim(async (client) => {
    const twice = `insert into ${victim.schema}.blob (hash, content) values ($1, '')`
    await client.query(twice, [CANARY])
    expect(await refusal(client, twice, [CANARY])).toBe('23505')
    expect(await refusal(client, `select '${CANARY}'::integer`)).toBe('22P02')
  })
  expect(readFileSync(`${cloud.dir}/postgres.log`, 'utf8')).not.toContain(CANARY)
})
