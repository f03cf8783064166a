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
import { hashOf, Journal } from './journal.ts'
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
  const heads = new Map(
    db
      .all<{ device: string; dseq: number; hash: string }>('select device, dseq, hash from head')
      .map((it) => [it.device, it]),
  )
  const devices = new Set([...heads.keys(), ...db.all<{ device: string }>(DEVICES).map((it) => it.device)])
  let entries = 0
  for (const device of devices) {
    const end = await checkChain(db, device, problems)
    entries += end.entries
    // Entries may have been added since the heads were read; what was the head then must still be there.
    const head = heads.get(device)
    const kept =
      head && db.get<{ hash: string }>('select hash from journal where device = ? and dseq = ?', [device, head.dseq])
    if (!head || kept?.hash !== head.hash) problems.add(`Device ${device}: the newest entries are missing.`)
    else if (end.dseq < head.dseq) problems.add(`Device ${device}: the chain ends early.`)
  }
  return { entries, devices: devices.size }
}

async function checkChain(
  db: Database,
  device: string,
  problems: Problems,
): Promise<{ entries: number; dseq: number }> {
  let last = { dseq: 0, hash: '' }
  let entries = 0
  for (;;) {
    const chunk = db.all<Stored>(CHAIN, [device, last.dseq, CHUNK])
    for (const entry of chunk) {
      entries++
      const where = `Device ${device}, entry ${entry.dseq}`
      if (entry.dseq !== last.dseq + 1) problems.add(`${where}: the one before it is missing.`)
      else if (entry.prev !== last.hash) problems.add(`${where}: it does not follow the one before it.`)
      if (hashOf(entry.body) !== entry.hash) problems.add(`${where}: it was altered.`)
      else if (!agrees(entry)) problems.add(`${where}: it is filed under something else than it says.`)
      last = entry
    }
    if (chunk.length < CHUNK) return { entries, dseq: last.dseq }
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

const DEVICES = 'select distinct device from journal'
const CHAIN = `
  select device, dseq, hash, prev, hlc, author, kind, record, id, body from journal
  where device = ? and dseq > ? order by dseq limit ?`
const RECORDS = `
  select distinct record, id from journal where kind = 'change' and (record, id) > (?, ?) order by record, id limit ?`
