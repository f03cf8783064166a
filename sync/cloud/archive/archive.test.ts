/** A facility in one file: who can open it, what it holds, and what comes of putting it back. */
import { createHash, randomUUID } from 'node:crypto'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { zstdDecompressSync } from 'node:zlib'
import { Decrypter, Encrypter, generateX25519Identity, identityToRecipient } from 'age-encryption'
import { afterAll, expect, test } from 'vitest'
import { followChain } from '../../../domain/access-log.ts'
import { Workstation } from '../client/workstation.ts'
import { sha256 } from '../gateway/access-log.ts'
import { identityOf } from '../keys/box.ts'
import { newRecoverySecret, readRecoveryCode, writeRecoveryCode } from '../keys/recovery-code.ts'
import type { NewFacility } from '../provision/create.ts'
import { inviteWorkstation, reenrollFacility } from '../provision/reenroll.ts'
import { rotateFacility } from '../provision/rotate.ts'
import { cloud, facility, made, station } from '../testing/clinic-per-test.ts'
import { sqlOn } from '../testing/postgres.ts'
import { exportFacility } from './export.ts'
import { restoreFacility } from './restore.ts'

const folder = mkdtempSync(join(tmpdir(), 'alcove-archive-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const CANARY = 'Canary-of-the-archive'
const sql = sqlOn(cloud)
const file = () => join(folder, `${randomUUID()}.age`)
const code = async () => facility.recoveryCode

/** Patients with a history, an attachment, an entry that can never be taken, and one more workstation. */
async function fill(count = 20): Promise<Workstation> {
  for (let i = 0; i < count; i++) {
    const entry = station.change('patient', randomUUID(), { family: `${CANARY} ${i}`, sex: 'female' })
    const { id } = JSON.parse(entry.body)
    if (i % 3 === 0) station.change('patient', id, { family: `${CANARY} again` }, [entry.hash])
    if (i % 4 === 0) station.change('patient', id, { given: 'Asha' }, [entry.hash])
  }
  station.write({ kind: 'change', record: 'patient', id: 'a\nb', base: [], fields: {} }) // refused for good
  station.change('patient', randomUUID(), { family: 'Last' })
  expect((await station.push()).status).toBe(200)
  const content = Buffer.from(`\x89${CANARY}\0`)
  await sql(`insert into ${facility.schema}.blob (hash, content) values ($1, $2)`, [
    createHash('sha256').update(content).digest('hex'),
    content,
  ])
  const invited = await inviteWorkstation(cloud, facility.facility, code, cloud.address)
  const second = await Workstation.enrolled(invited.enrollmentCode)
  second.change('patient', randomUUID(), { family: 'Second' })
  await second.push()
  return second
}

/** Everything a facility has, without the log's own latest rows and what a restore renames. */
async function contents(schema: string) {
  const all = async (table: string, columns: string, order: string) =>
    (await sql(`select ${columns} from ${schema}.${table} order by ${order}`)).rows
  return {
    journal: await all('journal', 'device, dseq, hash, kind, record, id, body, received_at', 'device, dseq'),
    record: await all('record', 'kind, id, fields, heads, conflicts, created, updated', 'kind, id'),
    blob: await all('blob', 'hash, content', 'hash'),
    device: await all('device', 'id, public_key, dseq, hash, refused', 'id'),
  }
}

const logOf = async (schema: string) => {
  const { rows } = await sql(`select log.*, log.seq::int as seq from ${schema}.access_log as log order by log.seq`)
  return rows.map((row) => ({ ...row, at: row.at.toISOString() }))
}

test('holds every row of every table, counted and hashed, and says in the open only whose it is', async () => {
  const second = await fill()
  const out = file()
  const exported = await exportFacility(cloud, facility.facility, out)
  expect(exported).toMatchObject({ facility: facility.facility, file: out, devices: 2, refused: [] })
  expect(statSync(out).mode & 0o777).toBe(0o600)
  const bytes = readFileSync(out)
  const head = bytes.subarray(0, 400).toString('latin1')
  expect(head).toContain('age-encryption.org/v1')
  expect(head).toContain(`-> alcove-archive 1 ${facility.facility} ${facility.role}`)
  for (const secret of [CANARY, 'Asha', station.device]) expect(bytes.toString('latin1')).not.toContain(secret)

  // With age's own library and the standard zstd, as anybody would open it.
  for (const [secret, holder] of [
    [readRecoveryCode(facility.recoveryCode), 'recovery'],
    [Buffer.from(second.secret, 'base64url'), `device ${second.device}`],
  ] as const) {
    const decrypter = new Decrypter()
    decrypter.addIdentity(identityOf(secret, { facility: facility.facility, role: facility.role, holder }))
    const lines = zstdDecompressSync(await decrypter.decrypt(bytes))
      .toString()
      .trimEnd()
      .split('\n')
    expect(JSON.parse(lines[0] as string)).toMatchObject({
      alcove: 'facility archive',
      format: 1,
      facility: facility.facility,
    })
    expect(JSON.parse(lines.at(-1) as string)).toMatchObject({ end: 'archive', sha256: exported.sha256 })
    for (const [table, count] of Object.entries(exported.rows)) {
      const counted = (await sql(`select count(*)::int as n from ${facility.schema}.${table}`)).rows[0].n
      // The log has since noted that it was exported.
      expect([table, counted - (table === 'access_log' ? 1 : 0)]).toEqual([table, count])
    }
    const from = lines.indexOf(lines.find((line) => line.startsWith('{"table":"journal"')) as string)
    const { columns } = JSON.parse(lines[from] as string)
    const journal = lines.slice(
      from + 1,
      lines.findIndex((line) => line.startsWith('{"end":"journal"')),
    )
    const bodies = journal.map((line) => JSON.parse(line)[columns.indexOf('body')])
    expect(bodies).toEqual(
      (await sql(`select body from ${facility.schema}.journal order by seq`)).rows.map(({ body }) => body),
    )
  }
  expect((await logOf(facility.schema)).at(-1)).toMatchObject({
    act: 'operator-export',
    rows: exported.entries,
    outcome: 'ok',
  })
  second.close()
})

test('opens for nobody else: no key of the registry, no other facility’s code, no workstation that was taken out', async () => {
  const second = await fill(3)
  await sql('update registry.device set revoked_at = now() where id = $1', [second.device])
  const out = file()
  await exportFacility(cloud, facility.facility, out)
  const other = await cloud.facility(`Other ${made}`)
  const bytes = readFileSync(out)
  const registry = (
    await sql('select device.*, facility.* from registry.device join registry.facility on facility.id = facility')
  ).rows
  const keys = [
    ...registry.flatMap((row) => Object.values(row).map((value) => Buffer.from(String(value)))),
    Buffer.from(second.secret, 'base64url'),
    readRecoveryCode(other.recoveryCode),
  ]
  for (const holder of ['recovery', `device ${second.device}`, `device ${station.device}`])
    for (const key of keys) {
      const decrypter = new Decrypter()
      decrypter.addIdentity(identityOf(key, { facility: facility.facility, role: facility.role, holder }))
      await expect(decrypter.decrypt(bytes)).rejects.toThrow(/no identity matched/)
    }
  second.close()
})

test('a facility that has everything gets nothing from it, however often', async () => {
  const second = await fill()
  const out = file()
  await exportFacility(cloud, facility.facility, out)
  const before = await contents(facility.schema)
  for (let i = 0; i < 2; i++)
    expect(await restoreFacility(cloud, facility.facility, out, code)).toMatchObject({
      ...{ entries: 0, records: 0, blobs: 0, visits: 0, devices: 0, newEpoch: false, accessBreaks: 0 },
    })
  expect(await contents(facility.schema)).toEqual(before)
  expect((await station.hello()).status).toBe(200)
  second.close()
})

test('everything was lost: all of it is there again, in chains that hold, and workstations go on', async () => {
  const second = await fill()
  const out = file()
  await exportFacility(cloud, facility.facility, out)
  const [before, log] = [await contents(facility.schema), await logOf(facility.schema)]
  const { epoch } = (await station.hello()).body
  const tables = ['journal', 'record', 'blob', 'device', 'access_log', 'head', 'meta']
  await sql(tables.map((table) => `delete from ${facility.schema}.${table}`).join(';'))
  const restored = await restoreFacility(cloud, facility.facility, out, code)
  expect(restored).toMatchObject({ entries: before.journal.length, blobs: 1, devices: 2, newEpoch: true })
  expect(await contents(facility.schema)).toEqual(before)
  const after = await logOf(facility.schema)
  // As it was, row by row and hash by hash; without the export itself, which was noted after the snapshot.
  expect(after.slice(0, log.length - 1)).toEqual(log.slice(0, -1))
  expect(after.at(-1)).toMatchObject({ act: 'operator-restore', rows: before.journal.length })
  expect(followChain({ seq: 0, hash: '' }, after, sha256).breaks).toEqual([])
  const hello = (await station.hello()).body
  expect(hello.epoch).not.toBe(epoch)
  expect(hello.acked.dseq).toBe(station.entries.length)
  station.change('patient', randomUUID(), { family: 'After' })
  expect((await station.push(station.entries.length)).status).toBe(200)
  const stored =
    await sql(`select stored::int as kept, (select sum(octet_length(body)) from ${facility.schema}.journal)::int
    + (select sum(octet_length(content)) from ${facility.schema}.blob)::int as real from ${facility.schema}.head`)
  expect(stored.rows[0].kept).toBe(stored.rows[0].real)
  second.close()
})

test('also where its quota is reached, and stays so', async () => {
  await fill(2)
  const out = file()
  await exportFacility(cloud, facility.facility, out)
  await sql(`delete from ${facility.schema}.journal; delete from ${facility.schema}.record;
    update registry.facility set read_only = true where id = '${facility.facility}';
    select watch.hold_writes('${facility.schema}', true)`)
  expect((await restoreFacility(cloud, facility.facility, out, code)).entries).toBeGreaterThan(3)
  const held = await sql(
    `select has_table_privilege('${facility.role}', '${facility.schema}.journal', 'insert') as may`,
  )
  expect(held.rows).toEqual([{ may: false }])
})

test('only its end was lost, and it has gone on since: both are there, and what came last stays last', async () => {
  const second = await fill(6)
  const out = file()
  const cut = station.entries.length
  const { epoch } = (await station.hello()).body
  await exportFacility(cloud, facility.facility, out)
  const { hash } = station.entries[3] as { hash: string }
  // As after an older backup of the database: four entries of one workstation, none of the other.
  await sql(`delete from ${facility.schema}.record; delete from ${facility.schema}.blob;
    delete from ${facility.schema}.journal where device <> '${station.device}' or dseq > 4;
    update ${facility.schema}.device set dseq = 0, hash = '', refused = '[]' where id <> '${station.device}';
    update ${facility.schema}.device set dseq = 4, hash = '${hash}', refused = '[]' where id = '${station.device}';
    update ${facility.schema}.head set seq = 4`)
  second.entries.length = 0
  second.change('patient', randomUUID(), { family: 'Written since' })
  // Other entries under a number that the archive has: nothing may be put over them.
  await second.push()
  const conflict = restoreFacility(cloud, facility.facility, out, code)
  await expect(conflict).rejects.toMatchObject({ code: 'archive-conflict' })
  expect((await sql(`select count(*)::int as n from ${facility.schema}.journal`)).rows[0].n).toBe(5)
  await sql(`delete from ${facility.schema}.record;
    delete from ${facility.schema}.journal where device = '${second.device}';
    update ${facility.schema}.device set dseq = 0, hash = '' where id = '${second.device}'`)

  const restored = await restoreFacility(cloud, facility.facility, out, code)
  expect(restored).toMatchObject({ newEpoch: true, devices: 0, visits: 0, blobs: 1 })
  expect(restored.entries).toBe(cut - 1 - 4 + 1) // one of them was refused for good; one is the second workstation's
  const hello = (await station.hello()).body
  expect(hello.acked.dseq).toBe(cut)
  expect(hello.epoch).not.toBe(epoch)
  const folded = await sql(`select count(*)::int as n from ${facility.schema}.record`)
  expect(folded.rows[0].n).toBe(6 + 1 + 1)
  expect(followChain({ seq: 0, hash: '' }, await logOf(facility.schema), sha256).breaks).toEqual([])
  second.close()
})

test('goes into no other facility, and with no other code, before anything is changed', async () => {
  await fill(3)
  const other = await cloud.facility(`Other ${made}`)
  const [mine, theirs] = [file(), file()]
  await exportFacility(cloud, facility.facility, mine)
  await exportFacility(cloud, other.facility, theirs)
  const before = await contents(facility.schema)
  const putting = (path: string, typed = facility.recoveryCode) =>
    restoreFacility(cloud, facility.facility, path, async () => typed)
  await expect(putting(theirs)).rejects.toMatchObject({ code: 'archive-of-another' })
  await expect(putting(theirs, other.recoveryCode)).rejects.toMatchObject({ code: 'archive-of-another' })
  await expect(putting(mine, other.recoveryCode)).rejects.toMatchObject({ code: 'archive-key' })
  await expect(putting(mine, writeRecoveryCode(newRecoverySecret()))).rejects.toMatchObject({ code: 'archive-key' })
  await expect(putting(join(folder, 'none'))).rejects.toMatchObject({ code: 'no-archive' })
  // The other's content with our label on it: the label is under the key that opens the file.
  const label = (one: NewFacility) => `-> alcove-archive 1 ${one.facility} ${one.role}`
  const relabeled = file()
  writeFileSync(relabeled, readFileSync(theirs, 'latin1').replace(label(other), label(facility)), 'latin1')
  await expect(putting(relabeled, other.recoveryCode)).rejects.toMatchObject({ code: 'archive-key' })
  await expect(restoreFacility(cloud, other.facility, relabeled, async () => other.recoveryCode)).rejects.toMatchObject(
    { code: 'archive-of-another' },
  )
  // A file of age's that is no archive.
  const plain = file()
  const encrypter = new Encrypter()
  encrypter.addRecipient(await identityToRecipient(await generateX25519Identity()))
  writeFileSync(plain, await encrypter.encrypt('hello'))
  await expect(putting(plain)).rejects.toMatchObject({ code: 'no-archive' })
  expect(await contents(facility.schema)).toEqual(before)
})

test('damaged anywhere, or cut off anywhere, it is refused as a whole', async () => {
  await fill(3)
  const out = file()
  await exportFacility(cloud, facility.facility, out)
  const bytes = readFileSync(out)
  await sql(`delete from ${facility.schema}.record`)
  const before = await contents(facility.schema)
  const damaged = file()
  for (let i = 0; i < 40; i++) {
    const at = Math.floor((bytes.length * (i + 0.5)) / 40)
    if (i % 2) writeFileSync(damaged, bytes.subarray(0, at))
    else {
      const bent = Buffer.from(bytes)
      bent[at] = (bent[at] as number) ^ 1
      writeFileSync(damaged, bent)
    }
    const { code: refused } = await restoreFacility(cloud, facility.facility, damaged, code).then(
      () => ({ code: 'accepted' }),
      (error: { code: string }) => error,
    )
    expect(['archive-damaged', 'archive-key', 'no-archive', 'archive-of-another']).toContain(refused)
  }
  expect(await contents(facility.schema)).toEqual(before)
})

test('made before the recovery code was changed, it opens with the code of its time', async () => {
  await fill(2)
  const out = file()
  await exportFacility(cloud, facility.facility, out)
  await rotateFacility(cloud, facility.facility)
  await sql(`delete from ${facility.schema}.record`)
  expect(await restoreFacility(cloud, facility.facility, out, code)).toMatchObject({ records: 4 })
  const again = await reenrollFacility(cloud, facility.facility, code, cloud.address)
  await sql(`delete from ${facility.schema}.record`)
  const fresh = async () => again.recoveryCode
  await expect(restoreFacility(cloud, facility.facility, out, fresh)).rejects.toMatchObject({ code: 'archive-key' })
  expect(await restoreFacility(cloud, facility.facility, out, code)).toMatchObject({ records: 4 })
})

test('is never written over a file, nor beside a missing folder, and leaves nothing when it fails', async () => {
  await fill(2)
  const out = file()
  writeFileSync(out, 'something of somebody’s')
  await expect(exportFacility(cloud, facility.facility, out)).rejects.toMatchObject({ code: 'out-exists' })
  expect(readFileSync(out, 'utf8')).toBe('something of somebody’s')
  const nowhere = join(folder, 'none', 'x.age')
  await expect(exportFacility(cloud, facility.facility, nowhere)).rejects.toMatchObject({ code: 'out-unwritable' })
  const failing = file()
  await sql(`alter table ${facility.schema}.record rename to elsewhere`)
  await expect(exportFacility(cloud, facility.facility, failing)).rejects.toMatchObject({ code: 'table-missing' })
  await sql(`alter table ${facility.schema}.elsewhere rename to record`)
  // In the middle of it, when half of the file is written.
  await sql(`revoke select on ${facility.schema}.record from ${facility.role}`)
  await expect(exportFacility(cloud, facility.facility, failing)).rejects.toMatchObject({ code: '42501' })
  expect([existsSync(failing), readdirSync(folder).filter((name) => name.includes('.part'))]).toEqual([false, []])
})

test('takes little memory, however much a facility has', async () => {
  const body = 'x'.repeat(200_000)
  await sql(
    `insert into ${facility.schema}.blob (hash, content)
     select encode(sha256(convert_to(n::text || $1, 'utf8')), 'hex'), convert_to(n::text || $1, 'utf8') from generate_series(1, 500) as n`,
    [body],
  )
  // What is still needed, not what has yet to be swept up: that is as much as the machine lets it be.
  setFlagsFromString('--expose-gc')
  const sweep = runInNewContext('gc') as () => void
  const used = () => {
    sweep()
    const { arrayBuffers, heapUsed } = process.memoryUsage()
    return arrayBuffers + heapUsed
  }
  const before = used()
  let most = 0
  const watch = setInterval(() => {
    most = Math.max(most, used())
  }, 400)
  await exportFacility(cloud, facility.facility, file())
  clearInterval(watch)
  // 200 MB of lines went through.
  expect(most).toBeGreaterThan(0)
  expect((most - before) / 1e6).toBeLessThan(80)
}, 60_000)
