/** The three barriers, each shown to hold by itself while the others are broken, and the roles that they stand on. */
import type pg from 'pg'
import { describe, expect, test } from 'vitest'
import { cloud, DENIED, neighbor, TABLES, victim } from '../testing/neighbors.ts'
import { connected, refusal } from '../testing/postgres.ts'

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
