/**
 * Checks everything that can be checked: the file's pages, every device's chain of entries, and that every record is
 * what its entries fold to. Names records by kind and id only.
 */
import { setImmediate } from 'node:timers/promises'
import { EntryBody } from '../domain/entry.ts'
import { fold } from '../domain/fold.ts'
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
  checkStrayRows(db, problems)
  const { indexed, expected } = search.count()
  if (indexed !== expected) problems.add(`The search index has ${indexed} records instead of ${expected}.`)
  return { ok: problems.all.length === 0, entries, devices, problems: problems.all }
}

class Problems {
  readonly all: string[] = []
  add(problem: string): void {
    if (this.all.length < MOST_PROBLEMS) this.all.push(problem)
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

/** The newest entry as it was when the clinic was last closed: taking the end off a chain leaves the rest whole. */
function checkNoted(db: Database, problems: Problems): void {
  const noted = db.get<{ value: string }>(`select value from meta where key = 'newest-entry'`)?.value
  if (noted === undefined) return
  const [device, dseq, hash] = noted.split(' ')
  const kept = db.get<{ hash: string }>(`select hash from journal where seq = ${CHAIN_START} + :dseq`, { device, dseq })
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

async function checkRecords(db: Database, problems: Problems): Promise<void> {
  let last = { record: '', id: '' }
  for (;;) {
    const chunk = db.all<{ record: string; id: string }>(RECORDS, [last.record, last.id, CHUNK])
    for (const { record, id } of chunk) {
      const kind = kindNamed(record)
      if (!kind) continue
      const row = db.get<Row>(`select * from ${quoted(record)} where id = ?`, [id])
      const expected = expectedRow(db, record, id)
      if (!row) problems.add(`${record} ${id}: it is in the journal and not among the records.`)
      else if (!expected) problems.add(`${record} ${id}: its entries cannot be read.`)
      else if (Object.keys(expected).some((name) => row[name] !== expected[name])) {
        problems.add(`${record} ${id}: the record is not what its entries say.`)
      }
      last = { record, id }
    }
    if (chunk.length < CHUNK) return
    await setImmediate()
  }
}

function expectedRow(db: Database, record: string, id: string): Row | undefined {
  const kind = kindNamed(record)
  try {
    return kind && encodeRow(kind, id, fold(kind, Journal.changes(db, record, id)))
  } catch {
    return undefined
  }
}

function checkStrayRows(db: Database, problems: Problems): void {
  for (const { name } of Object.values(KINDS)) {
    const strays = db.all<{ id: string }>(
      `select id from ${quoted(name)} as it where not exists
         (select 1 from journal where journal.record = ? and journal.id = it.id and journal.kind = 'change') limit 10`,
      [name],
    )
    for (const { id } of strays) problems.add(`${name} ${id}: nothing in the journal says where it comes from.`)
  }
}

const CHAIN = `
  select device, dseq, hash, prev, hlc, author, kind, record, id, body from journal
  where seq > ${CHAIN_START} + :after and seq <= ${CHAIN_START} + 0xffffffff order by seq limit :chunk`
const DEVICES = `
  select id from device where exists (
    select 1 from journal where seq > device.number << 32 and seq < (device.number + 1) << 32
  )`
const RECORDS = `
  select distinct record, id from journal where kind = 'change' and (record, id) > (?, ?) order by record, id limit ?`
