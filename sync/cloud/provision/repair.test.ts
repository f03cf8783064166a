/** Drift put right, whatever it was, and a registry that was restored from last week's backup. */
import { randomUUID } from 'node:crypto'
import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { Workstation } from '../client/workstation.ts'
import { scan } from '../isolation/scan/scan.ts'
import { cloud, facility, station } from '../testing/clinic-per-test.ts'
import { connected, loginOf, refusal, sqlOn } from '../testing/postgres.ts'
import { shapeOf } from '../testing/shape.ts'
import type { NewFacility } from './create.ts'
import { inviteWorkstation, reenrollFacility } from './reenroll.ts'
import { repairFacility } from './repair.ts'
import { revokeDevice, rotateFacility } from './rotate.ts'
import { resumeFacility, suspendFacility } from './suspend.ts'

let neighbor: NewFacility
beforeAll(async () => {
  neighbor = await cloud.facility('Neighbor')
})
beforeEach(async () => {
  station.change('patient', randomUUID(), { family: 'Rao' })
  await station.push()
})

const sql = sqlOn(cloud)
/** What could be wrong with a facility; `r` is its role, `s` its schema, `n` the neighbor's role. */
const DRIFT: [string, (names: { r: string; s: string; n: string }) => string][] = [
  ['a password that it gave itself', ({ r }) => `alter role ${r} password 'mine'`],
  [
    'settings that it gave itself',
    ({ r }) => `alter role ${r} set statement_timeout = 0; alter role ${r} set search_path = public`,
  ],
  ['a setting in this database', ({ r }) => `alter role ${r} in database alcove set work_mem = '1GB'`],
  ['a setting that it took from itself', ({ r }) => `alter role ${r} reset all`],
  ['power', ({ r }) => `alter role ${r} superuser createrole createdb bypassrls replication inherit`],
  ['connections without end', ({ r }) => `alter role ${r} connection limit -1`],
  ['a day on which its password ends', ({ r }) => `alter role ${r} valid until '2020-01-01'`],
  ['no login', ({ r }) => `alter role ${r} nologin`],
  ['membership in the owner', ({ r }) => `grant fleet_owner to ${r}`],
  ['membership in what reads everything', ({ r }) => `grant pg_read_all_data to ${r} with admin option`],
  ['a neighbor as its member', ({ r, n }) => `grant ${r} to ${n}`],
  ['row-level security off', ({ s }) => `alter table ${s}.journal disable row level security`],
  ['row-level security not forced', ({ s }) => `alter table ${s}.record no force row level security`],
  [
    'a policy that lets everything through',
    ({ s }) => `drop policy own on ${s}.record; create policy own on ${s}.record using (true)`,
  ],
  ['one policy more', ({ s }) => `create policy wide on ${s}.journal to public using (true)`],
  ['no policy', ({ s }) => `drop policy own on ${s}.blob`],
  [
    'the schema given to everybody',
    ({ s }) => `grant usage on schema ${s} to public; grant select on all tables in schema ${s} to public`,
  ],
  [
    'a table given to a neighbor, with the right to give it on',
    ({ s, n }) => `grant usage, create on schema ${s} to ${n}; grant all on ${s}.journal to ${n} with grant option`,
  ],
  ['a column given to a neighbor', ({ s, n }) => `grant select (body) on ${s}.journal to ${n}`],
  [
    'more verbs than it needs',
    ({ s, r }) => `grant update, delete, truncate, references, trigger on ${s}.journal to ${r}`,
  ],
  [
    'fewer verbs than it needs',
    ({ s, r }) => `revoke all on ${s}.journal from ${r}; revoke usage on schema ${s} from ${r}`,
  ],
  ['temporary tables', ({ r }) => `grant temporary, create on database alcove to ${r}`],
  ['no way into the database', ({ r }) => `set role alcove_provisioner; revoke connect on database alcove from ${r}`],
  ['its tables as its own', ({ s, r }) => `alter table ${s}.journal owner to ${r}; alter schema ${s} owner to ${r}`],
  ['no guard against TRUNCATE', ({ s }) => `drop trigger refuse_truncate on ${s}.journal`],
  ['a guard that sleeps', ({ s }) => `alter table ${s}.record disable trigger refuse_truncate`],
  [
    'another tag',
    ({ s }) => `alter table ${s}.journal alter column tag set default gen_random_uuid(), drop constraint own`,
  ],
  ['a view with its owner’s rights', ({ s }) => `alter view ${s}.patient set (security_invoker = false)`],
  [
    'a view of something else',
    ({ s, r }) =>
      `drop view ${s}.patient; create view ${s}.patient as select * from registry.facility; grant select on ${s}.patient to ${r}`,
  ],
  [
    'defaults for what comes',
    ({ s }) => `alter default privileges for role fleet_owner in schema ${s} grant select on tables to public`,
  ],
  [
    'what it gives away itself of what it may make some day',
    ({ r, s }) => `set session authorization ${r}; alter default privileges grant select on tables to public;
      alter default privileges revoke execute on functions from public; alter default privileges grant usage on schemas to public;
      alter default privileges in schema ${s} grant insert on tables to public`,
  ],
  [
    'what the owner gives away with whatever it makes, anywhere',
    ({ r, n }) => `alter default privileges for role fleet_owner grant select on tables to ${n};
      alter default privileges for role fleet_owner grant execute on functions to public;
      alter default privileges for role fleet_owner grant usage on types to public;
      alter default privileges for role fleet_owner grant create on schemas to ${r}`,
  ],
  [
    'a function that everybody runs as its owner',
    ({ s }) =>
      `alter function ${s}.refuse_truncate() security definer; grant execute on function ${s}.refuse_truncate() to public`,
  ],
]

describe('drift', () => {
  test.each(DRIFT)('%s: gone after the repair, to the last grant, and the records are there', async (_, drift) => {
    const [before, beside] = [await shapeOf(cloud, facility), await shapeOf(cloud, neighbor)]
    const names = { r: facility.role, s: facility.schema, n: neighbor.role }
    await sql(drift(names))
    expect(await shapeOf(cloud, facility)).not.toEqual(before)
    const repaired = await repairFacility(cloud, facility.facility)
    expect(repaired).toMatchObject({ unchanged: false, revoked: [], unknown: [], codes: 0, left: [] })
    expect(repaired.changed).not.toEqual([])
    expect(await shapeOf(cloud, facility)).toEqual(before)
    expect(await shapeOf(cloud, neighbor)).toEqual(beside)
    expect(await connected(cloud.admin, (client) => scan(client, { facilities: [facility.facility] }))).toEqual([])
    expect(await repairFacility(cloud, facility.facility)).toMatchObject({ changed: [], unchanged: true })
    expect((await station.pull(0, 10)).body.entries).toHaveLength(1)
    station.change('patient', randomUUID(), { family: 'Rao' })
    expect((await station.push(2)).status).toBe(200)
    const reader = await loginOf(cloud, facility, station)
    await connected(reader, async (client) => {
      expect((await client.query(`select family from ${facility.schema}.patient`)).rowCount).toBe(2)
      expect(await refusal(client, `truncate ${facility.schema}.journal`)).toBe('42501')
    })
  })

  test('all of it at once', async () => {
    const before = await shapeOf(cloud, facility)
    for (const [, drift] of DRIFT.filter(([what]) => !/power|its own$|something else|no guard/.test(what)))
      await sql(drift({ r: facility.role, s: facility.schema, n: neighbor.role }))
    await repairFacility(cloud, facility.facility)
    expect(await shapeOf(cloud, facility)).toEqual(before)
    expect((await station.pull(0, 10)).body.entries).toHaveLength(1)
  })

  test('what somebody put beside it is not taken away but named, and nobody gets at it', async () => {
    await sql(
      `create table ${facility.schema}.mine as select * from ${facility.schema}.journal; grant select on ${facility.schema}.mine to public`,
    )
    const { left } = await repairFacility(cloud, facility.facility)
    expect(left.join()).toContain('mine')
    expect((await sql(`select from ${facility.schema}.mine`)).rowCount).toBe(1)
    const reader = await loginOf(cloud, facility, station)
    expect(await connected(reader, (client) => refusal(client, `select * from ${facility.schema}.mine`))).toBe('42501')
  })

  test('a role that was dropped is made again', async () => {
    await sql(`reassign owned by ${facility.role} to fleet_owner; drop owned by ${facility.role};
      set role alcove_provisioner; revoke connect on database alcove from ${facility.role}; reset role; drop role ${facility.role}`)
    await repairFacility(cloud, facility.facility)
    expect((await station.pull(0, 10)).body.entries).toHaveLength(1)
  })

  test('one that may add nothing, its quota being reached, stays so', async () => {
    await sql(`select watch.hold_writes('${facility.schema}', true); update registry.facility set read_only = true
      where id = '${facility.facility}'`)
    const before = await shapeOf(cloud, facility)
    expect(await repairFacility(cloud, facility.facility)).toMatchObject({ unchanged: true, left: [] })
    expect(await shapeOf(cloud, facility)).toEqual(before)
  })

  test('one that is suspended stays so', async () => {
    await suspendFacility(cloud, facility.facility)
    await sql(`alter role ${facility.role} login`)
    const { changed } = await repairFacility(cloud, facility.facility)
    expect(changed).toEqual([`The role ${facility.role} is login; it must be nologin.`])
    expect(await repairFacility(cloud, facility.facility)).toMatchObject({ unchanged: true })
    expect((await sql('select rolcanlogin from pg_roles where rolname = $1', [facility.role])).rows).toEqual([
      { rolcanlogin: false },
    ])
    expect((await station.hello()).body.error.code).toBe('suspended')
    await resumeFacility(cloud, facility.facility)
    expect((await station.hello()).status).toBe(200)
  })
})

/** The registry as it was, put back later: what a restored backup of the registry alone is. */
async function registryOf(id: string): Promise<() => Promise<void>> {
  const kept = await Promise.all(
    (['facility', 'device', 'enrollment'] as const).map(async (table) => {
      const key = table === 'facility' ? 'id' : 'facility'
      const { rows } = await sql(`select to_jsonb(one) as row from registry.${table} as one where ${key} = $1`, [id])
      return { table, key, rows: rows.map(({ row }) => row) }
    }),
  )
  return () =>
    connected(cloud.admin, async (client) => {
      await client.query('begin; set local session_replication_role = replica')
      for (const { table, key, rows } of kept) {
        await client.query(`delete from registry.${table} where ${key} = $1`, [id])
        await client.query(
          `insert into registry.${table} select * from jsonb_populate_recordset(null::registry.${table}, $1)`,
          [JSON.stringify(rows)],
        )
      }
      await client.query('commit')
    })
}

describe('a registry from last week', () => {
  test('knows an old password: calls are told to wait, and the repair mends it', async () => {
    const restore = await registryOf(facility.facility)
    await rotateFacility(cloud, facility.facility)
    await restore()
    const refused = await station.hello()
    expect([refused.status, refused.body.error.code]).toEqual([503, 'busy'])
    expect(await repairFacility(cloud, facility.facility)).toMatchObject({ revoked: [], unknown: [] })
    expect((await station.hello()).status).toBe(200)
  })

  test('lets nobody in again who was taken out since', async () => {
    const code = async () => facility.recoveryCode
    const second = await Workstation.enrolled(
      (await inviteWorkstation(cloud, facility.facility, code, cloud.address)).enrollmentCode,
    )
    const old = await loginOf(cloud, facility, second)
    const restore = await registryOf(facility.facility)
    await revokeDevice(cloud, facility.facility, second.device)
    await restore()
    expect(await repairFacility(cloud, facility.facility)).toMatchObject({
      ...{ revoked: [second.device], unknown: [], unchanged: false },
    })
    expect((await second.hello()).body.error.code).toBe('revoked')
    expect((await station.hello()).status).toBe(200)
    await expect(connected(old, async () => 'in')).rejects.toMatchObject({ code: '28P01' })
    second.close()
  })

  test('has never heard of who came since: they are refused, named, and their code is worth nothing', async () => {
    const code = async () => facility.recoveryCode
    const { enrollmentCode } = await inviteWorkstation(cloud, facility.facility, code, cloud.address)
    const restore = await registryOf(facility.facility)
    const late = await Workstation.enrolled(enrollmentCode)
    await restore()
    expect([(await late.hello()).status, (await late.hello()).body.error.code]).toEqual([401, 'unauthorized'])
    expect(await repairFacility(cloud, facility.facility)).toMatchObject({
      ...{ revoked: [], unknown: [late.device], codes: 1, unchanged: false },
    })
    expect(await repairFacility(cloud, facility.facility)).toMatchObject({ unknown: [late.device], unchanged: true })
    const thief = new Workstation(cloud.address)
    expect((await thief.enroll(enrollmentCode)).body.error.code).toBe('enrollment-expired')
    const again = await inviteWorkstation(cloud, facility.facility, code, cloud.address)
    expect((await late.enroll(again.enrollmentCode)).status).toBe(200)
    late.close()
    thief.close()
  })

  test('from before the way in was made anew: everybody is out, and the old recovery code makes another', async () => {
    const restore = await registryOf(facility.facility)
    await reenrollFacility(cloud, facility.facility, async () => facility.recoveryCode, cloud.address)
    await restore()
    expect(await repairFacility(cloud, facility.facility)).toMatchObject({ revoked: [station.device] })
    expect((await station.hello()).body.error.code).toBe('revoked')
    const again = await reenrollFacility(cloud, facility.facility, async () => facility.recoveryCode, cloud.address)
    const fresh = await Workstation.enrolled(again.enrollmentCode)
    expect((await fresh.pull(0, 10)).body.entries).toHaveLength(1)
    fresh.close()
  })

  test('from before it was suspended: it is suspended', async () => {
    const restore = await registryOf(facility.facility)
    await suspendFacility(cloud, facility.facility)
    await restore()
    expect((await station.hello()).status).toBe(503)
    expect(await repairFacility(cloud, facility.facility)).toMatchObject({
      ...{ state: 'suspended', unchanged: false },
    })
    expect((await station.hello()).body.error.code).toBe('suspended')
  })
})

test('after PostgreSQL was restored from a backup, its memory has another name, and workstations hear of it', async () => {
  const before = (await station.hello()).body.epoch
  await repairFacility(cloud, facility.facility)
  expect((await station.hello()).body.epoch).toBe(before)
  expect(await repairFacility(cloud, facility.facility, { restored: true })).toMatchObject({
    ...{ changed: [], unchanged: false },
  })
  const after = await station.hello()
  expect(after.status).toBe(200)
  expect(after.body.epoch).not.toBe(before)
})
