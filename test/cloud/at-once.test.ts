/** Several operators at once, on one facility, on one name, on the whole fleet, while its workstation works. */
import { expect, test } from 'vitest'
import { exportFacility } from '../../sync/cloud/archive/export.ts'
import { Workstation } from '../../sync/cloud/client/workstation.ts'
import { freeze, thaw } from '../../sync/cloud/incident/freeze.ts'
import { migrate } from '../../sync/cloud/migrate/migrate.ts'
import { createFacility } from '../../sync/cloud/provision/create.ts'
import { inviteWorkstation } from '../../sync/cloud/provision/reenroll.ts'
import { removeFacility } from '../../sync/cloud/provision/remove.ts'
import { repairFacility } from '../../sync/cloud/provision/repair.ts'
import { revokeDevice, rotateFacility } from '../../sync/cloud/provision/rotate.ts'
import { resumeFacility, suspendFacility } from '../../sync/cloud/provision/suspend.ts'
import { FACILITY_VERSION } from '../../sync/cloud/schema/steps.ts'
import { forFile } from '../../sync/cloud/testing/for-file.ts'
import { connected, testCloud } from '../../sync/cloud/testing/postgres.ts'
import { expectServedOrBusy, expectWhole, working } from './whole.ts'

const cloud = forFile(testCloud)

/** What each came to: the code that it was refused with, or `done`. Fails on what is not a plain refusal. */
async function outcomes(acts: readonly Promise<unknown>[]): Promise<string[]> {
  return Promise.all(
    acts.map((act) =>
      act.then(
        () => 'done',
        (error) => {
          if (error?.name !== 'CloudError') throw error
          return error.code as string
        },
      ),
    ),
  )
}

test('passwords changed, workstations let in and out, archives and repairs: whatever the order, who belongs there works', async () => {
  const facility = await cloud.facility('Busy')
  const code = async () => facility.recoveryCode
  const station = await Workstation.enrolled(facility.enrollmentCode)
  const { enrollmentCode } = await inviteWorkstation(cloud, facility.facility, code, cloud.address)
  const leaving = await Workstation.enrolled(enrollmentCode)
  const work = working(station)
  const { facility: id } = facility
  const said = await outcomes([
    rotateFacility(cloud, id),
    rotateFacility(cloud, id),
    revokeDevice(cloud, id, leaving.device),
    revokeDevice(cloud, id, leaving.device),
    inviteWorkstation(cloud, id, code, cloud.address),
    repairFacility(cloud, id),
    repairFacility(cloud, id),
    exportFacility(cloud, id, `${cloud.dir}/one.age`),
    exportFacility(cloud, id, `${cloud.dir}/one.age`),
    migrate(cloud, {}),
    migrate(cloud, {}),
  ])
  // The second of each that can only be done once.
  expect(said.filter((one) => one !== 'done' && one !== 'facility-busy').toSorted()).toEqual([
    'no-device',
    'out-exists',
  ])
  expectServedOrBusy(await work.stop())
  await expectWhole(cloud, facility, station)
  expect((await station.hello()).status).toBe(200)
  expect((await leaving.hello()).body.error.code).toBe('revoked')
  for (const one of [station, leaving]) one.close()
})

test('stopped and let go by several: it ends in one state, the same for the registry, the role and the workstation', async () => {
  const facility = await cloud.facility('To and fro')
  const { facility: id, role } = facility
  const station = await Workstation.enrolled(facility.enrollmentCode)
  for (let round = 0; round < 4; round++) {
    await outcomes([
      suspendFacility(cloud, id),
      freeze(cloud, id),
      resumeFacility(cloud, id),
      thaw(cloud, id),
      rotateFacility(cloud, id),
      repairFacility(cloud, id),
    ])
    const { rows } = await connected(cloud.admin, (client) =>
      client.query(
        'select state, rolcanlogin as may from registry.facility join pg_roles on rolname = role where role = $1',
        [role],
      ),
    )
    const [{ state, may }] = rows
    expect(may).toBe(state === 'active')
    const { status, body } = await station.hello()
    expect(status === 200 ? 'active' : body.error.code).toBe(state)
    await outcomes([resumeFacility(cloud, id), thaw(cloud, id)])
    expect((await station.hello()).status).toBe(200)
  }
  station.close()
})

test('one removes what another changes: it is removed whole, and its name stays taken', async () => {
  const facility = await cloud.facility('Going')
  const { facility: id, role, schema } = facility
  const station = await Workstation.enrolled(facility.enrollmentCode)
  const said = await outcomes([
    removeFacility(cloud, id, `${cloud.dir}/two.age`),
    removeFacility(cloud, id, `${cloud.dir}/three.age`),
    rotateFacility(cloud, id),
    repairFacility(cloud, id),
    migrate(cloud, {}),
    ...Array.from({ length: 3 }, () => createFacility(cloud, 'Going', cloud.address)),
  ])
  expect(said.slice(0, 2)).toContain('done')
  expect(said.slice(-3)).toEqual(['facility-exists', 'facility-exists', 'facility-exists'])
  const { rows } = await connected(cloud.admin, (client) =>
    client.query(
      `select state, verifier, (select count(*)::int from pg_roles where rolname = $1) as roles,
         (select count(*)::int from pg_namespace where nspname = $2) as schemas,
         (select count(*)::int from registry.device where facility = id and wrap is not null) as boxes
       from registry.facility where name = 'Going'`,
      [role, schema],
    ),
  )
  expect(rows).toEqual([{ state: 'removed', verifier: null, roles: 0, schemas: 0, boxes: 0 }])
  expect((await station.hello()).body.error.code).toBe('removed')
  station.close()
})

test('one name, made by many at once: one has it, and its codes work', async () => {
  const made = await Promise.allSettled(Array.from({ length: 6 }, () => createFacility(cloud, 'Wanted', cloud.address)))
  const [one, ...others] = made.filter(({ status }) => status === 'fulfilled')
  expect(others).toEqual([])
  for (const each of made)
    if (each.status === 'rejected') expect(each.reason).toMatchObject({ code: 'facility-exists' })
  const facility = (one as PromiseFulfilledResult<Awaited<ReturnType<typeof createFacility>>>).value
  const station = await Workstation.enrolled(facility.enrollmentCode)
  station.change('patient', 'p', { family: 'A' })
  expect((await station.push()).status).toBe(200)
  await expectWhole(cloud, facility, station)
  const { rows } = await connected(cloud.admin, (client) =>
    client.query(
      `select (select count(*)::int from pg_roles where rolname like 't\\_%') as roles,
         (select count(*)::int from registry.facility where state <> 'removed') as facilities,
         (select count(*)::int from registry.facility where version <> $1 and state <> 'removed') as behind`,
      [FACILITY_VERSION],
    ),
  )
  expect(rows).toEqual([{ roles: rows[0].facilities, facilities: rows[0].facilities, behind: 0 }])
  station.close()
})
