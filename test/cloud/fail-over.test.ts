/** The address of PostgreSQL leads to another server from one moment to the next: a copy that is level, or an older one. */
import { execFileSync } from 'node:child_process'
import { rmSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { Workstation } from '../../sync/cloud/client/workstation.ts'
import { connected, endServer } from '../../sync/cloud/testing/postgres.ts'
import { enroll } from '../../sync/worker/enroll.ts'
import { pass } from '../../sync/worker/pass.ts'
import { TestClinic } from '../../sync/worker/testing/clinic.ts'
import { beginPostgres, endPostgres, type UpsetCloud, upsetCloud } from './upset.ts'
import { expectServedOrBusy, expectWhole, working } from './whole.ts'

let cloud: UpsetCloud
const copies: string[] = []
beforeAll(async () => {
  cloud = await upsetCloud()
  serving = cloud.dir
})
afterAll(async () => {
  for (const copy of copies) {
    endServer(copy)
    await sleep(200)
    rmSync(copy, { recursive: true, force: true })
  }
  await cloud?.remove()
})

/** The folder of the server that serves. */
let serving: string

/** A copy of the server's files, as a backup of the machine has them. The server is down when this returns. */
async function copied(): Promise<string> {
  await endPostgres(serving, 'fast')
  const copy = `${cloud.dir}-copy-${copies.length}`
  execFileSync('cp', ['-a', serving, copy])
  copies.push(copy)
  return copy
}

/** From now on that one is there. */
async function serve(dir: string): Promise<void> {
  serving = dir
  cloud.admin = await beginPostgres(dir)
  cloud.relay.target = cloud.admin.port as number
}

test('to a server that is level: workstations notice a moment’s wait', async () => {
  const facility = await cloud.facility('Level')
  const station = await Workstation.enrolled(facility.enrollmentCode)
  const work = working(station)
  await sleep(400)
  await serve(await copied())
  await sleep(400)
  expectServedOrBusy(await work.stop())
  await expectWhole(cloud, facility, station)
  station.close()
})

test('to one that has lost the last entries: workstations send again what it lost, and note that visits are missing', async () => {
  const clinic = new TestClinic()
  const facility = await cloud.facility('Lost some')
  clinic.admit()
  await enroll(clinic.outbox, facility.enrollmentCode)
  clinic.write(40)
  await pass(clinic.outbox)

  const copy = await copied()
  await serve(serving)
  clinic.write(60)
  await pass(clinic.outbox)
  expect(clinic.status()).toMatchObject({ waiting: 0, state: 'idle' })
  await expectWhole(cloud, facility, clinicOf(clinic))

  await endPostgres(serving, 'crash')
  await expect(pass(clinic.outbox)).rejects.toMatchObject({ code: 'gateway-busy' })
  await serve(copy)
  clinic.write(5)
  await pass(clinic.outbox)
  // What it wrote itself, having seen that the access log does not go on from where it was read to.
  expect(broken(clinic)).toBeGreaterThan(0)
  while (clinic.status().waiting > 0) await pass(clinic.outbox)
  expect(clinic.status()).toMatchObject({ waiting: 0, failed: 0, state: 'idle' })
  await expectWhole(cloud, facility, clinicOf(clinic))
  // Besides what was written here: that it was enrolled.
  expect(clinic.entries()).toHaveLength(106 + broken(clinic))
  clinic.close()
})

test('to one from before a workstation was enrolled: it is told to enroll again, and its entries wait', async () => {
  const facility = await cloud.facility('Before')
  const copy = await copied()
  await serve(serving)
  const clinic = new TestClinic()
  clinic.admit()
  await enroll(clinic.outbox, facility.enrollmentCode)
  clinic.write(10)
  await pass(clinic.outbox)
  await endPostgres(serving, 'crash')
  await serve(copy)
  clinic.write(10)
  await expect(pass(clinic.outbox)).rejects.toMatchObject({
    code: 'gateway-refused',
    message: expect.stringContaining('To come in again it needs a new enrollment code.'),
  })
  expect(clinic.status()).toMatchObject({ waiting: 10, state: 'error' })
  // The code, which the older registry takes for unused, works once more; everything is sent again.
  clinic.admit()
  await enroll(clinic.outbox, facility.enrollmentCode)
  await pass(clinic.outbox)
  // What it wrote itself, having seen that the access log does not go on from where it was read to.
  expect(broken(clinic)).toBeGreaterThan(0)
  while (clinic.status().waiting > 0) await pass(clinic.outbox)
  expect(clinic.status()).toMatchObject({ waiting: 0, failed: 0, state: 'idle' })
  await expectWhole(cloud, facility, clinicOf(clinic))
  expect(await connected(cloud.admin, (client) => client.query(`select from ${facility.schema}.device`))).toMatchObject(
    {
      rowCount: 1,
    },
  )
  clinic.close()
})

function broken(clinic: TestClinic): number {
  return clinic.db.all("select 1 from journal where record = 'access.broken'").length
}

function clinicOf(clinic: TestClinic) {
  return { device: clinic.device, entries: clinic.entries() }
}
