/** A clinic with its own database and worker, and a real gateway on a real PostgreSQL: who came is known at the workstation. */
import { beforeEach, expect, test } from 'vitest'
import { accessBreaks, allAccess } from '../../engine/access-log.ts'
import { freeze, thaw } from '../../sync/cloud/incident/freeze.ts'
import { noteOperatorAct } from '../../sync/cloud/operator-act.ts'
import type { NewFacility } from '../../sync/cloud/provision/create.ts'
import { forFile } from '../../sync/cloud/testing/for-file.ts'
import { connected, testCloud } from '../../sync/cloud/testing/postgres.ts'
import { enroll } from '../../sync/worker/enroll.ts'
import { pass } from '../../sync/worker/pass.ts'
import { TestClinic } from '../../sync/worker/testing/clinic.ts'

const cloud = forFile(testCloud)
let facility: NewFacility
let clinic: TestClinic
let remote: string
let made = 0

beforeEach(async () => {
  facility = await cloud.facility(`Clinic ${++made}`)
  clinic = new TestClinic()
  clinic.write(3)
  clinic.admit()
  await enroll(clinic.outbox, facility.enrollmentCode)
  remote = (await clinic.outbox.remote())?.id ?? ''
  await pass(clinic.outbox)
  return () => clinic.close()
})

const acts = () => [...allAccess(clinic.db, remote)].map(({ act }) => act)
const breaks = () => accessBreaks(clinic.db, remote).map(({ seq, what }) => [seq, what])
const inDatabase = (statement: string) =>
  connected(cloud.admin, (client) => client.query(statement.replaceAll('$S', facility.schema)))

test('the log comes along with the records, and what the operator does with it', async () => {
  expect(acts()).toEqual(['enroll', 'hello', 'push'])
  await connected(cloud.admin, async (client) => {
    await client.query('begin')
    await noteOperatorAct(client, facility, { act: 'rotate' })
    await client.query('commit')
  })
  await pass(clinic.outbox)
  expect(acts()).toEqual(['enroll', 'hello', 'push', 'access', 'operator-rotate'])
  expect(breaks()).toEqual([])
})

/** The hash that a row would have if it had come from elsewhere, reckoned as the gateway does: an administrator of the server can. */
const forged = `encode(sha256(convert_to('[' || to_json(prev)::text || ',' || seq || ',"' ||
  to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') || '","' || device || '","' || act || '",' || rows || ',"' ||
  '192.0.2.9' || '","' || outcome || '"]', 'UTF8')), 'hex')`

test.each<[string, string, unknown[][]]>([
  [
    'what was read is written anew, the hashes reckoned properly, the head with them',
    `delete from $S.access_log where seq > 3;
     update $S.access_log set address = '192.0.2.9', hash = ${forged} where seq = 3;
     update $S.head set access_seq = 3, access_hash = (select hash from $S.access_log where seq = 3)`,
    [[4, 'changed']],
  ],
  [
    'the last rows are taken away, and the head is put back',
    `delete from $S.access_log where seq > 1;
     update $S.head set access_seq = 1, access_hash = (select hash from $S.access_log where seq = 1)`,
    [[3, 'lost']],
  ],
  ['rows to come are skipped', 'update $S.head set access_seq = 10', [[11, 'missing']]],
])('tampering is found by the workstation: %s', async (_, statement, found) => {
  const before = [...allAccess(clinic.db, remote)]
  await inDatabase(statement)
  clinic.write(1)
  await pass(clinic.outbox)
  await pass(clinic.outbox)
  expect(breaks()).toEqual(found)
  // What was read before is still here.
  expect([...allAccess(clinic.db, remote)]).toEqual(expect.arrayContaining(before))
})

test('while its facility is frozen a clinic works on, is told, and sends what waited afterwards', async () => {
  await freeze(cloud, facility.facility)
  clinic.write(2)
  await expect(pass(clinic.outbox)).rejects.toMatchObject({ code: 'gateway-stopped' })
  expect(clinic.status()).toMatchObject({
    state: 'error',
    waiting: 2,
    error: { message: expect.stringContaining('stopped all exchange with this clinic for now') },
  })
  await thaw(cloud, facility.facility)
  await pass(clinic.outbox)
  expect(clinic.status()).toMatchObject({ state: 'idle', waiting: 0 })
  expect(acts()).toEqual(expect.arrayContaining(['operator-freeze', 'operator-thaw']))
  expect(breaks()).toEqual([])
})
