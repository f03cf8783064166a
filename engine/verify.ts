/**
 * Checks everything that can be checked: the file's pages, every device's chain of entries, and that every record is
 * what its entries fold to. Names records by kind and id only.
 */
import { setImmediate } from 'node:timers/promises'
import { EntryBody } from '../domain/entry.ts'
import { fold } from '../domain/fold.ts'
import type { AnyKind } from '../domain/kind.ts'
import { KINDS, kindNamed } from '../domain/kinds.ts'
import type { VerifyReport } from './api-shapes.ts'
import type { Database } from './database.ts'
import { CHAIN_START, hashOf, Journal } from './journal.ts'
import { encodeRow, type Row } from './rows.ts'
import type { SearchIndex } from './search-index.ts'
import { quoted } from './tables.ts'

/** Enough to see what is wrong; a thousand lines say no more. */
const MOST_PROBLEMS = 100
/** Between chunks others get their turn: a clinic can go on working while this runs. */
const CHUNK = 500

export async function verify({ db, search }: { db: Database; search: SearchIndex }): Promise<VerifyReport> {
  const problems = new Problems()
  checkPages(db, problems)
  const { entries, devices } = await checkChains(db, problems)
  await checkRecords(db, problems)
  checkAcknowledged(db, problems)
  checkForeign(db, problems)
  const { indexed, expected } = search.count()
  if (indexed !== expected) problems.add(`The search index has ${indexed} records instead of ${expected}.`)
  return { ok: problems.all.length === 0, entries, devices, problems: problems.all }
}

class Problems {
  readonly all: string[] = []
  add(problem: string): void {
    if (this.all.length < MOST_PROBLEMS && !this.all.includes(problem)) this.all.push(problem)
  }
}

function checkPages(db: Database, problems: Problems): void {
  try {
    for (const { integrity_check: says } of db.all<{ integrity_check: string }>('pragma integrity_check(10)')) {
      if (says !== 'ok') problems.add('The database file has a damaged page.')
    }
  } catch {
    problems.add('The database file has a page that cannot be read.')
  }
}

interface Stored {
  seq: number
  opens: number
  device: string
  dseq: number
  hash: string
  prev: string
  hlc: string
  author: string
  kind: string
  record: string
  id: string
  body: string
}

async function checkChains(db: Database, problems: Problems): Promise<{ entries: number; devices: number }> {
  const devices = db.all<{ id: string }>(DEVICES)
  let entries = 0
  for (const { id } of devices) entries += await checkChain(db, id, problems)
  const stray = db.get<{ n: number }>('select count(*) as n from journal where device not in (select id from device)')
  if (stray && stray.n > 0) problems.add(`${stray.n} entries are of a device that is not known.`)
  checkNoted(db, problems)
  return { entries, devices: devices.length }
}

/** What a gateway has acknowledged was here once, under that hash: nobody at this workstation can take that back. */
function checkAcknowledged(db: Database, problems: Problems): void {
  for (const { device, cursor, hash } of db.all<{ device: string; cursor: number; hash: string }>(ACKNOWLEDGED)) {
    const kept = db.get<{ hash: string }>(AT, { device, dseq: cursor })
    if (kept?.hash !== hash) problems.add(`Device ${device}: entries that the cloud has are missing here.`)
  }
}

/** What acts by itself in the database, and was not put there by any version of this program. */
function checkForeign(db: Database, problems: Problems): void {
  for (const { type } of db.all<{ type: string }>(FOREIGN))
    problems.add(`The database has a ${type} that is not Alcove’s.`)
}

/** The newest entry as it was when the clinic was last closed: taking the end off a chain leaves the rest whole. */
function checkNoted(db: Database, problems: Problems): void {
  const noted = db.get<{ value: string }>(`select value from meta where key = 'newest-entry'`)?.value
  if (noted === undefined) return
  const [device, dseq, hash] = noted.split(' ')
  const kept = db.get<{ hash: string }>(AT, { device, dseq })
  if (kept?.hash !== hash) problems.add(`Device ${device}: the newest entries are missing.`)
}

async function checkChain(db: Database, device: string, problems: Problems): Promise<number> {
  let last = { dseq: 0, hash: '' }
  let entries = 0
  for (;;) {
    const chunk = db.all<Stored>(CHAIN, { device, after: last.dseq, chunk: CHUNK })
    for (const entry of chunk) {
      entries++
      const where = `Device ${device}, entry ${entry.dseq}`
      if (entry.dseq !== last.dseq + 1) problems.add(`${where}: the one before it is missing.`)
      else if (entry.prev !== last.hash) problems.add(`${where}: it does not follow the one before it.`)
      if (hashOf(entry.body) !== entry.hash) problems.add(`${where}: it was altered.`)
      else if (!agrees(entry)) problems.add(`${where}: it is filed under something else than it says.`)
      checkFiled(db, entry, problems)
      last = entry
    }
    if (chunk.length < CHUNK) return entries
    await setImmediate()
  }
}

/** Whether the columns, by which entries are found, say what the entry says. */
function agrees(stored: Stored): boolean {
  try {
    const body = EntryBody.parse(JSON.parse(stored.body))
    return (['device', 'dseq', 'prev', 'hlc', 'author', 'kind', 'record', 'id'] as const).every(
      (name) => body[name] === stored[name],
    )
  } catch {
    return false
  }
}

/** Every record is what its entries fold to. That every entry has its record is seen along the chains. */
async function checkRecords(db: Database, problems: Problems): Promise<void> {
  for (const { name } of Object.values<AnyKind>(KINDS)) {
    let last = ''
    for (;;) {
      const chunk = db.all<Row>(`select * from ${quoted(name)} where id > ? order by id limit ?`, [last, CHUNK])
      for (const row of chunk) {
        last = String(row.id)
        checkRecord(db, name, row, problems)
      }
      if (chunk.length < CHUNK) break
      await setImmediate()
    }
  }
}

function checkRecord(db: Database, record: string, row: Row, problems: Problems): void {
  const id = String(row.id)
  const expected = expectedRow(db, record, id)
  if (expected === 'nothing') problems.add(`${record} ${id}: nothing in the journal says where it comes from.`)
  else if (!expected) problems.add(`${record} ${id}: its entries cannot be read.`)
  else if (Object.keys(expected).some((name) => row[name] !== expected[name])) {
    problems.add(`${record} ${id}: the record is not what its entries say.`)
  }
}

/** A change has its record, and one that made it is the one that the record names: by that it is found. */
function checkFiled(db: Database, { seq, kind, record, id, opens }: Stored, problems: Problems): void {
  if (kind !== 'change' || !kindNamed(record)) return
  const row = db.get<{ _seq: number | null }>(`select _seq from ${quoted(record)} where id = ?`, [id])
  if (!row) problems.add(`${record} ${id}: it is in the journal and not among the records.`)
  else if (opens === 1 && row._seq !== seq) problems.add(`${record} ${id}: an entry of it is not found by it.`)
}

function expectedRow(db: Database, record: string, id: string): Row | 'nothing' | undefined {
  const kind = kindNamed(record)
  try {
    const changes = Journal.changes(db, record, id)
    return changes.length === 0 ? 'nothing' : kind && encodeRow(kind, id, fold(kind, changes))
  } catch {
    return undefined
  }
}

const CHAIN = `
  select seq, device, dseq, hash, prev, hlc, author, kind, record, id, body, opens from journal
  where seq > ${CHAIN_START} + :after and seq <= ${CHAIN_START} + 0xffffffff order by seq limit :chunk`
const DEVICES = `
  select id from device where exists (
    select 1 from journal where seq > device.number << 32 and seq < (device.number + 1) << 32
  )`
const AT = `select hash from journal where seq = ${CHAIN_START} + :dseq`
const ACKNOWLEDGED = `
  select config ->> 'device' as device, cursor, hash from remote where cursor > 0 and config ->> 'device' is not null`
/** The list of codes has triggers, which keep its index. */
const FOREIGN = `select type from sqlite_schema where type = 'view' or (type = 'trigger' and tbl_name <> 'code')`
