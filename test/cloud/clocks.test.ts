/** Clocks that are hours apart: the workstation's, the gateway's, PostgreSQL's. What is decided goes by PostgreSQL's. */
import { afterEach, expect, test, vi } from 'vitest'
import { Workstation } from '../../sync/cloud/client/workstation.ts'
import { newRecoverySecret, writeRecoveryCode } from '../../sync/cloud/keys/recovery-code.ts'
import { reenrollFacility } from '../../sync/cloud/provision/reenroll.ts'
import { clinicIn } from '../../sync/cloud/testing/clinic.ts'
import { forFile } from '../../sync/cloud/testing/for-file.ts'
import { sqlOn, testCloud } from '../../sync/cloud/testing/postgres.ts'
import { enroll } from '../../sync/worker/enroll.ts'
import { pass } from '../../sync/worker/pass.ts'
import { TestClinic } from '../../sync/worker/testing/clinic.ts'
import { expectWhole } from './whole.ts'

const HOURS = 60 * 60_000
const APART = [-6 * HOURS, 6 * HOURS]

const cloud = forFile(testCloud)
let made = 0
afterEach(() => {
  vi.useRealTimers()
})

const sql = sqlOn(cloud)

/** This process's clock, which is the gateway's, the workstation's and the operator's; PostgreSQL keeps its own. */
function beOff(by: number): void {
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + by })
}

test.each(APART)('a gateway whose clock is %i ms off: codes expire when PostgreSQL says so', async (by) => {
  const [good, bad] = [await cloud.facility(`Clinic ${++made}`), await cloud.facility(`Clinic ${++made}`)]
  const expire = (facility: string, when: string) =>
    sql(`update registry.enrollment set expires_at = now() + $2::interval where facility = $1`, [facility, when])
  await expire(good.facility, '1 minute')
  await expire(bad.facility, '-1 minute')
  beOff(by)
  const station = await Workstation.enrolled(good.enrollmentCode)
  const late = new Workstation(cloud.address)
  expect((await late.enroll(bad.enrollmentCode)).body.error.code).toBe('enrollment-expired')
  station.close()
  late.close()
})

test.each(APART)('a gateway whose clock is %i ms off: who came is written down by PostgreSQL’s', async (by) => {
  const facility = await cloud.facility(`Clinic ${++made}`)
  beOff(by)
  const station = await Workstation.enrolled(facility.enrollmentCode)
  for (let count = 0; count < 3; count++) {
    station.change('patient', `p${count}`, { family: 'A' })
    expect((await station.push(count + 1)).status).toBe(200)
  }
  expect((await station.pull(0, 10)).body.entries).toHaveLength(3)
  const { rows } = await sql(
    `select count(*)::int, bool_and(at between now() - interval '1 minute' and now()) as now from ${facility.schema}.access_log`,
  )
  expect(rows).toEqual([{ count: 5, now: true }])
  await expectWhole(cloud, facility, station)
  station.close()
})

test.each(APART)(
  'a workstation whose clock is %i ms off enrolls, and syncs beside one whose clock is right',
  async (by) => {
    const facility = await cloud.facility(`Clinic ${++made}`)
    beOff(by)
    const clinic = new TestClinic()
    clinic.admit()
    await enroll(clinic.outbox, facility.enrollmentCode)
    clinic.write(20)
    await pass(clinic.outbox)
    // It is put right meanwhile: what it wrote goes on from where it was, and is taken.
    vi.useRealTimers()
    clinic.write(20)
    await pass(clinic.outbox)
    expect(clinic.status()).toMatchObject({ waiting: 0, failed: 0, state: 'idle' })
    await expectWhole(cloud, facility, { device: clinic.device, entries: clinic.entries() })
    clinic.close()
  },
)

test.each(APART)(
  'an operator whose clock is %i ms off: wrong recovery codes are held against whoever tries them',
  async (by) => {
    const { facility, station } = await clinicIn(cloud, `Clinic ${++made}`)
    beOff(by)
    const guess = () =>
      reenrollFacility(cloud, facility.facility, async () => writeRecoveryCode(newRecoverySecret()), {
        url: cloud.url,
        pin: cloud.tls.pin,
      }).catch((error) => error.code)
    const said: string[] = []
    for (let count = 0; count < 6; count++) said.push(await guess())
    expect(said).toEqual([...Array.from({ length: 5 }, () => 'recovery-code'), 'too-many-attempts'])
    station.close()
  },
)
