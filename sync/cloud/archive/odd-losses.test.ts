/** What a restore makes of losses that no ordinary backup leaves behind, and of servers with habits of their own. */
import { createHash, randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeEach, expect, test } from 'vitest'
import { readRecoveryCode } from '../keys/recovery-code.ts'
import { findFacility } from '../provision/find.ts'
import { FACILITY_VERSION } from '../schema/steps.ts'
import { cloud, facility, station } from '../testing/clinic-per-test.ts'
import { connected, sqlOn } from '../testing/postgres.ts'
import { checkArchive } from './check.ts'
import { exportFacility } from './export.ts'
import { restoreFacility } from './restore.ts'

const folder = mkdtempSync(join(tmpdir(), 'alcove-losses-'))
const file = () => join(folder, `${randomUUID()}.age`)
const sql = async (text: string, values: unknown[] = []) => (await sqlOn(cloud)(text, values)).rows
const restore = (path: string) => restoreFacility(cloud, facility.facility, path, async () => facility.recoveryCode)

afterAll(() => rmSync(folder, { recursive: true, force: true }))

beforeEach(async () => {
  for (let n = 0; n < 6; n++) station.change('patient', `p${n % 3}`, { family: `F${n}` })
  expect((await station.push()).status).toBe(200)
  const content = Buffer.from('\x89an attachment\0\\')
  await sql(`insert into ${facility.schema}.blob (hash, content) values ($1, $2)`, [
    createHash('sha256').update(content).digest('hex'),
    content,
  ])
  await sql(`update ${facility.schema}.head set stored = stored + ${content.length}`)
})

const journal = () => sql(`select device, dseq, hash, body from ${facility.schema}.journal order by device, dseq`)

/** What it is said to store, and what it stores. */
async function stored() {
  const [row] =
    await sql(`select stored::int as said, (select sum(octet_length(body)) from ${facility.schema}.journal)::int
    + (select sum(octet_length(content)) from ${facility.schema}.blob)::int as real from ${facility.schema}.head`)
  return row as { said: number; real: number }
}

test('a few entries were lost in between: an archive of what came of it is as good as the first', async () => {
  const [first, again] = [file(), file()]
  await exportFacility(cloud, facility.facility, first)
  const before = await journal()
  await sql(`delete from ${facility.schema}.journal where dseq in (2, 3)`)
  expect((await restore(first)).entries).toBe(2)
  // The two stand behind the others now, out of their workstation's order.
  await exportFacility(cloud, facility.facility, again)
  await sql(`delete from ${facility.schema}.journal; delete from ${facility.schema}.record`)
  expect((await restore(again)).entries).toBe(6)
  expect(await journal()).toEqual(before)
})

test('an archive that lacks an entry is refused, wherever it was', async () => {
  for (const dseq of [1, 3, 6]) {
    const out = file()
    const [gone] = await sql(`delete from ${facility.schema}.journal where dseq = ${dseq} returning *`)
    await exportFacility(cloud, facility.facility, out)
    await expect(restore(out)).rejects.toMatchObject({ code: 'archive-broken' })
    const columns = Object.keys(gone as object)
    await sql(
      `insert into ${facility.schema}.journal (${columns}) values (${columns.map((_, place) => `$${place + 1}`)})`,
      Object.values(gone as object),
    )
  }
})

test('the head alone was lost: the memory has another name, and what is stored is counted anew', async () => {
  const out = file()
  await exportFacility(cloud, facility.facility, out)
  const { epoch } = (await station.hello()).body
  await sql(`delete from ${facility.schema}.head`)
  expect(await restore(out)).toMatchObject({ entries: 0, newEpoch: true })
  expect((await station.hello()).body.epoch).not.toBe(epoch)
  const { said, real } = await stored()
  expect(said).toBe(real)
})

test('attachments are what they were, however the server is set to write bytes', async () => {
  const out = file()
  const [{ name }] = (await sql('select quote_ident(current_database()) as name')) as [{ name: string }]
  await sql(`alter database ${name} set bytea_output = 'escape'`)
  try {
    await exportFacility(cloud, facility.facility, out)
  } finally {
    await sql(`alter database ${name} reset bytea_output`)
  }
  const blobs = () => sql(`select hash, content from ${facility.schema}.blob`)
  const before = await blobs()
  await sql(`delete from ${facility.schema}.blob`)
  expect(await restore(out)).toMatchObject({ blobs: 1 })
  expect(await blobs()).toEqual(before)
})

test('an archive says what version its columns are of, also where the registry is behind', async () => {
  const out = file()
  await sql('update registry.facility set version = $2 where id = $1', [facility.facility, FACILITY_VERSION - 1])
  await exportFacility(cloud, facility.facility, out)
  const { header } = await connected(cloud.admin, async (client) =>
    checkArchive(out, await findFacility(client, facility.facility), readRecoveryCode(facility.recoveryCode)),
  )
  expect(header.version).toBe(FACILITY_VERSION)
})

test('what others do to other facilities does not wait for it', async () => {
  const out = file()
  await exportFacility(cloud, facility.facility, out)
  await connected(cloud.admin, async (client) => {
    await client.query(`begin; select from ${facility.schema}.head for update`)
    const restoring = restore(out)
    restoring.catch(() => {})
    while ((await sql("select from pg_stat_activity where wait_event_type = 'Lock'")).length === 0) await sleep(20)
    const other = await Promise.race([cloud.facility(`Other ${randomUUID()}`), sleep(20_000).then(() => 'waited')])
    await client.query('rollback')
    await restoring
    expect(other).toMatchObject({ facility: expect.stringMatching(/^f_/) })
  })
})
