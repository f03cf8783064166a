/** The operator's acts on a facility that lives on another server than the registry. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { exportFacility } from '../archive/export.ts'
import { restoreFacility } from '../archive/restore.ts'
import type { Workstation } from '../client/workstation.ts'
import { moveFacility } from '../servers/move.ts'
import { loginVariable } from '../servers/server.ts'
import { clinicIn } from '../testing/clinic.ts'
import { forFile } from '../testing/for-file.ts'
import { connected } from '../testing/postgres.ts'
import { shapeOf } from '../testing/shape.ts'
import { twoServers } from '../testing/two-servers.ts'
import type { NewFacility } from './create.ts'
import { reenrollFacility } from './reenroll.ts'
import { removeFacility } from './remove.ts'
import { repairFacility } from './repair.ts'
import { rotateFacility } from './rotate.ts'
import { resumeFacility, suspendFacility } from './suspend.ts'

const servers = forFile(twoServers)
const folder = mkdtempSync(join(tmpdir(), 'alcove-elsewhere-'))
let facility: NewFacility
let station: Workstation
beforeAll(async () => {
  ;({ facility, station } = await clinicIn(servers.cloud, 'Elsewhere', 5))
  await moveFacility(servers.cloud, facility.facility, 'second')
})
afterAll(() => {
  station?.close()
  rmSync(folder, { recursive: true, force: true })
})

const there = (text: string) => connected(servers.second.admin, (client) => client.query(text))
const here = (text: string) => connected(servers.cloud.admin, (client) => client.query(text))
const comesIn = async () => (await station.pull(0, 10)).body.entries?.length

test('it is rotated, suspended and resumed there', async () => {
  expect(await comesIn()).toBe(5)
  expect(await rotateFacility(servers.cloud, facility.facility)).toMatchObject({ devices: 1, refused: [] })
  expect(await comesIn()).toBe(5)
  await suspendFacility(servers.cloud, facility.facility)
  expect((await station.hello()).body.error.code).toBe('suspended')
  await resumeFacility(servers.cloud, facility.facility)
  expect(await comesIn()).toBe(5)
})

test('a rotation that died between the two servers is put right by a repair', async () => {
  const [{ verifier }] = (
    await there(`select rolpassword as verifier from pg_authid where rolname = '${facility.role}'`)
  ).rows
  // The facility's server has committed, and the registry has not.
  await here(
    `create table kept as select * from registry.facility; create table kept_devices as select * from registry.device`,
  )
  await rotateFacility(servers.cloud, facility.facility)
  await here(`update registry.facility as f set verifier = k.verifier, signer = k.signer, recovery_wrap = k.recovery_wrap,
      recovery_voucher = k.recovery_voucher from kept as k where k.id = f.id;
    update registry.device as d set wrap = k.wrap, box_voucher = k.box_voucher from kept_devices as k where k.id = d.id;
    drop table kept, kept_devices`)
  expect((await station.hello()).status).toBe(503)
  expect(await repairFacility(servers.cloud, facility.facility)).toMatchObject({ revoked: [], unknown: [], left: [] })
  expect(
    (await there(`select rolpassword as verifier from pg_authid where rolname = '${facility.role}'`)).rows,
  ).toEqual([{ verifier }])
  expect(await comesIn()).toBe(5)
})

test('it is repaired, exported and restored there', async () => {
  const before = await shapeOf(servers.second, facility)
  await there(`alter role ${facility.role} superuser; alter table ${facility.schema}.journal no force row level security;
    grant select on ${facility.schema}.record to public`)
  expect(await repairFacility(servers.cloud, facility.facility)).toMatchObject({ left: [] })
  expect(await shapeOf(servers.second, facility)).toEqual(before)
  const out = join(folder, 'a.age')
  expect(await exportFacility(servers.cloud, facility.facility, out)).toMatchObject({ entries: 5 })
  await there(`delete from ${facility.schema}.journal; delete from ${facility.schema}.record`)
  const code = async () => facility.recoveryCode
  expect(await restoreFacility(servers.cloud, facility.facility, out, code)).toMatchObject({
    entries: 5,
    newEpoch: true,
  })
  expect(await comesIn()).toBe(5)
})

test('without a login to that server nothing is changed; with one it is made anew and removed', async () => {
  const variable = loginVariable('second')
  const url = process.env[variable]
  const before = (await here('select * from registry.facility')).rows
  delete process.env[variable]
  const out = join(folder, 'last.age')
  for (const act of [
    () => rotateFacility(servers.cloud, facility.facility),
    () => suspendFacility(servers.cloud, facility.facility),
    () => removeFacility(servers.cloud, facility.facility, out),
  ])
    await expect(act()).rejects.toMatchObject({ code: 'server-login' })
  process.env[variable] = url
  expect((await here('select * from registry.facility')).rows).toEqual(before)
  const address = { url: servers.cloud.url, pin: servers.cloud.tls.pin }
  await reenrollFacility(servers.cloud, facility.facility, async () => facility.recoveryCode, address)
  expect((await station.hello()).body.error.code).toBe('revoked')
  expect(await removeFacility(servers.cloud, facility.facility, out)).toMatchObject({ file: out, entries: 5 })
  const left = `select (select count(*)::int from pg_roles where rolname = '${facility.role}')
    + (select count(*)::int from pg_namespace where nspname = '${facility.schema}') as n`
  expect([(await there(left)).rows, (await here(left)).rows]).toEqual([[{ n: 0 }], [{ n: 0 }]])
})
