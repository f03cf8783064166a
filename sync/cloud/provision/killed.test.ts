/** Every act, killed at each of its steps by a real SIGKILL: nothing is half-made, and it can be done again. */
import { randomUUID } from 'node:crypto'
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { checkArchive } from '../archive/check.ts'
import { exportFacility } from '../archive/export.ts'
import { restoreFacility } from '../archive/restore.ts'
import { Workstation } from '../client/workstation.ts'
import { readRecoveryCode } from '../keys/recovery-code.ts'
import { clinicIn } from '../testing/clinic.ts'
import { forFile } from '../testing/for-file.ts'
import { type Acting, killedAt } from '../testing/killed.ts'
import { sqlOn, testCloud } from '../testing/postgres.ts'
import type { NewFacility } from './create.ts'
import type { Facility } from './find.ts'
import { reenrollFacility } from './reenroll.ts'
import { removeFacility } from './remove.ts'
import { repairFacility } from './repair.ts'
import { revokeDevice, rotateFacility } from './rotate.ts'

const cloud = forFile(testCloud)
const folder = mkdtempSync(join(tmpdir(), 'alcove-killed-'))
let made = 0
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const sql = sqlOn(cloud)
const share = (table: string) => `lock table ${table} in share mode`

/** Everything that facilities are made of. */
async function everything() {
  const { rows } = await sql(`select
    (select json_agg(rolname || ' ' || rolpassword order by rolname) from pg_authid where rolname ~ '^t_') as roles,
    (select json_agg(nspname order by nspname) from pg_namespace where nspname ~ '^t_') as schemas,
    (select json_agg(f order by id) from registry.facility as f) as facilities,
    (select json_agg(e order by id) from registry.enrollment as e) as codes,
    (select json_agg(d order by facility, id) from registry.device as d) as devices`)
  return rows[0]
}

const facilityWithRecords = () => clinicIn(cloud, `Clinic ${++made}`, 3)

describe('create', () => {
  test.each([
    ['the name is looked up', 'lock table registry.facility in access exclusive mode'],
    ['the role is made', share('pg_catalog.pg_authid')],
    ['the role is set up', share('pg_catalog.pg_db_role_setting')],
    ['the schema is made', share('pg_catalog.pg_namespace')],
    ['the tables are made', share('pg_catalog.pg_attrdef')],
    ['the guards are made', share('pg_catalog.pg_trigger')],
    ['the policies are made', share('pg_catalog.pg_policy')],
    ['the views are made', share('pg_catalog.pg_rewrite')],
    ['it is registered', share('registry.facility')],
    ['its code is registered', share('registry.enrollment')],
  ])('killed before %s: no role, no schema, no row is left, and the name is free', async (_, lock) => {
    const before = await everything()
    const name = `Killed ${++made}`
    await killedAt(cloud, { module: 'provision/create.ts', call: 'createFacility', args: [name, cloud.address] }, lock)
    expect(await everything()).toEqual(before)
    const again = await cloud.facility(name)
    const station = await Workstation.enrolled(again.enrollmentCode)
    expect((await station.hello()).status).toBe(200)
    station.close()
  })
})

test('of many who make one name at once, one has it', async () => {
  const name = `Race ${++made}`
  const all = await Promise.allSettled(Array.from({ length: 6 }, () => cloud.facility(name)))
  expect(all.filter((one) => one.status === 'fulfilled')).toHaveLength(1)
  for (const one of all) if (one.status === 'rejected') expect(one.reason).toMatchObject({ code: 'facility-exists' })
  const { rows } = await sql(
    "select (select count(*)::int from pg_roles where rolname ~ '^t_') - (select count(*)::int from registry.facility where state <> 'removed') as orphans",
  )
  expect(rows).toEqual([{ orphans: 0 }])
})

const RESEALING = [
  ['it is found', 'update registry.facility set changed_at = changed_at'],
  ['codes are sealed', 'lock table registry.enrollment in access exclusive mode'],
  ['workstations are sealed', share('registry.device')],
  ['the role has its password', share('pg_catalog.pg_authid')],
  ['the registry knows it', share('registry.facility')],
] as const

describe.each([
  [
    'rotate',
    (one: NewFacility): Acting => ({ module: 'provision/rotate.ts', call: 'rotateFacility', args: [one.facility] }),
  ],
  [
    'revoke',
    (one: NewFacility, station: Workstation): Acting => ({
      ...{ module: 'provision/rotate.ts', call: 'revokeDevice' },
      args: [one.facility, station.device],
    }),
  ],
  [
    'reenroll',
    (one: NewFacility): Acting => ({
      ...{ module: 'provision/reenroll.ts', call: 'reenrollFacility' },
      args: [one.facility, `ask:${one.recoveryCode}`, cloud.address],
    }),
  ],
])('%s', (what, acting) => {
  test.each(RESEALING)('killed before %s: everything is as it was, and it can be done again', async (_, lock) => {
    const { facility, station } = await facilityWithRecords()
    const before = await everything()
    await killedAt(cloud, acting(facility, station), lock)
    expect(await everything()).toEqual(before)
    expect((await station.pull(0, 10)).body.entries).toHaveLength(3)
    if (what === 'rotate') await rotateFacility(cloud, facility.facility)
    else if (what === 'revoke') await revokeDevice(cloud, facility.facility, station.device)
    else await reenrollFacility(cloud, facility.facility, async () => facility.recoveryCode, cloud.address)
    expect((await station.hello()).status).toBe(what === 'rotate' ? 200 : 403)
    station.close()
  })
})

describe('remove', () => {
  test.each([
    ['it is locked', () => share('registry.facility')],
    ['it is read', (s: string) => `lock table ${s}.journal in access exclusive mode`],
    ['the export is on record', (s: string) => share(`${s}.access_log`)],
    ['the archive is on record', () => share('registry.setting')],
    ['the schema is dropped', (s: string) => `lock table ${s}.blob in access share mode`],
    ['its keys are destroyed', () => share('registry.device')],
    ['its codes are destroyed', () => share('registry.enrollment')],
  ])('killed before %s: it is whole, and can be removed to the end', async (_, lock) => {
    const { facility, station } = await facilityWithRecords()
    const own = join(folder, randomUUID())
    const out = `${own}.age`
    const acting = { module: 'provision/remove.ts', call: 'removeFacility', args: [facility.facility, out] }
    await killedAt(cloud, acting, lock(facility.schema))
    const counted = await sql(`select count(*)::int as n from ${facility.schema}.journal`)
    expect(counted.rows).toEqual([{ n: 3 }])
    const { rows } = await sql('select recovery_wrap is not null as kept, state from registry.facility where id = $1', [
      facility.facility,
    ])
    expect(rows[0].kept).toBe(true)
    const again = `${own}-again.age`
    const removed = await removeFacility(cloud, facility.facility, again)
    expect(removed).toMatchObject({ facility: facility.facility, file: again, entries: 3 })
    const known = { id: facility.facility, role: facility.role, schema: facility.schema } as Facility
    const checked = await checkArchive(again, known, readRecoveryCode(facility.recoveryCode))
    expect(checked).toMatchObject({ sha256: removed.sha256, accessBreaks: 0 })
    const left = await sql(
      'select (select count(*)::int from pg_roles where rolname = $1) + (select count(*)::int from pg_namespace where nspname = $1) as n',
      [facility.role],
    )
    expect(left.rows).toEqual([{ n: 0 }])
    expect((await station.hello()).body.error.code).toBe('removed')
    station.close()
  })
})

test('an export that is killed leaves no file under its name, and the facility at work', async () => {
  const { facility, station } = await facilityWithRecords()
  const out = join(folder, `${randomUUID()}.age`)
  const acting = { module: 'archive/export.ts', call: 'exportFacility', args: [facility.facility, out] }
  await killedAt(cloud, acting, `lock table ${facility.schema}.record in access exclusive mode`)
  expect(existsSync(out)).toBe(false)
  expect((await exportFacility(cloud, facility.facility, out)).entries).toBe(3)
  expect((await station.hello()).status).toBe(200)
  expect(readdirSync(folder).length).toBeGreaterThan(0)
  station.close()
})

test('a restore that is killed has changed nothing', async () => {
  const { facility, station } = await facilityWithRecords()
  const out = join(folder, `${randomUUID()}.age`)
  await exportFacility(cloud, facility.facility, out)
  await sql(`delete from ${facility.schema}.journal; delete from ${facility.schema}.record`)
  const acting = {
    ...{ module: 'archive/restore.ts', call: 'restoreFacility' },
    args: [facility.facility, out, `ask:${facility.recoveryCode}`],
  }
  await killedAt(cloud, acting, share(`${facility.schema}.record`))
  expect((await sql(`select from ${facility.schema}.journal`)).rowCount).toBe(0)
  const restored = await restoreFacility(cloud, facility.facility, out, async () => facility.recoveryCode)
  expect(restored.entries).toBe(3)
  station.close()
})

test.each([
  ['the role', share('pg_catalog.pg_authid')],
  ['the policies', share('pg_catalog.pg_policy')],
  ['the views', share('pg_catalog.pg_rewrite')],
])('a repair that is killed before it mends %s leaves the facility at work', async (_, lock) => {
  const { facility, station } = await facilityWithRecords()
  await killedAt(cloud, { module: 'provision/repair.ts', call: 'repairFacility', args: [facility.facility] }, lock)
  expect((await station.pull(0, 10)).body.entries).toHaveLength(3)
  await repairFacility(cloud, facility.facility)
  expect((await station.pull(0, 10)).body.entries).toHaveLength(3)
  station.close()
})
