/** The search index: one row of words a patient, their full-text index, and the words that a typing slip may have meant. */
import type { Json } from '../domain/fields.ts'
import type { AnyKind } from '../domain/kind.ts'
import { patient } from '../domain/records/patient.ts'
import { variantsOf } from '../domain/slips.ts'
import type { Database } from './database.ts'
import { decodeRow, type Row } from './rows.ts'
import { findAlike, findPatients } from './search-find.ts'
import type { SearchIndex } from './search-index.ts'
import { PendingPatients } from './search-pending.ts'
import { type SearchText, searchText } from './search-text.ts'

/** The search over that database. */
export function createSearch(db: Database): SearchIndex {
  const pending = new PendingPatients(db)
  return {
    index(kind, record) {
      if (kind.name === patient.name) take(db, pending, record)
    },
    find: (typed, limit, today) => findPatients(db, pending.texts(), typed, limit, today),
    alike: (person) => [...new Set([...findAlike(db, person), ...pending.texts().map((it) => it.patient)])],
    count: () => count(db, pending),
    rebuild: () => rebuild(db, pending, patient),
  }
}

/** A new patient waits with others to be taken in; one that is in the index already is changed there at once. */
function take(db: Database, pending: PendingPatients, record: { id: string } & Record<string, Json>): void {
  if (db.get<Indexed>(INDEXED, [record.id])) indexPatient(db, record)
  else if (record.mergedInto) pending.forget(record.id)
  else if (pending.note(record.id)) {
    for (const waiting of pending.records()) indexPatient(db, waiting)
    pending.clear()
  }
}

interface Indexed extends SearchText {
  number: number
}

function indexPatient(db: Database, record: { id: string } & Record<string, Json>): void {
  const before = db.get<Indexed>(INDEXED, [record.id])
  // A merged patient is found as the one that it was merged into.
  const after = record.mergedInto ? undefined : searchText(record)
  if (before && after && COLUMNS.every((column) => before[column] === after[column])) return
  if (before) forget(db, before)
  if (!after) return
  const texts = COLUMNS.map((column) => after[column])
  const number = before?.number ?? db.get<{ number: number }>(NEXT)?.number ?? 1
  db.run(KEEP, [number, record.id, ...texts])
  db.run(ADD, [number, ...texts])
  for (const word of after.name.split(' ')) countWord(db, word)
}

function forget(db: Database, before: Indexed): void {
  db.run(TAKE_OUT, [before.number, ...COLUMNS.map((column) => before[column])])
  db.run('delete from search_patient where number = ?', [before.number])
  for (const word of before.name.split(' ')) discountWord(db, word)
}

function countWord(db: Database, word: string): void {
  if (!hasVariants(word)) return
  if (db.get<{ uses: number }>(USE, [word])?.uses !== 1) return
  for (const variant of variantsOf(word)) db.run('insert or ignore into search_typo values (?, ?)', [variant, word])
}

/** A word that no patient bears any more is not kept: it may have been the only one of its kind. */
function discountWord(db: Database, word: string): void {
  if (!hasVariants(word)) return
  if ((db.get<{ uses: number }>(DISUSE, [word])?.uses ?? 1) > 0) return
  db.run('delete from search_word where word = ?', [word])
  for (const variant of variantsOf(word))
    db.run('delete from search_typo where variant = ? and word = ?', [variant, word])
}

/** In a word of three letters one slip leaves too little to go by; one of forty is no name. */
function hasVariants(word: string): boolean {
  return word.length >= 4 && word.length <= 40
}

function count(db: Database, pending: PendingPatients): { indexed: number; expected: number } {
  const expected = db.get<{ n: number }>('select count(*) as n from patient where mergedInto is null')?.n ?? 0
  try {
    // Compares every word of the index with the text that it was made from.
    db.run(`insert into search (search, rank) values ('integrity-check', 1)`)
  } catch {
    return { indexed: 0, expected }
  }
  const taken = db.get<{ n: number }>('select count(*) as n from search_patient')?.n ?? 0
  return { indexed: taken + pending.count(), expected }
}

const CHUNK = 1000

function rebuild(db: Database, pending: PendingPatients, kind: AnyKind): void {
  db.immediate(() => {
    pending.clear()
    db.exec(`
      delete from search_patient;
      delete from search_word;
      delete from search_typo;
      insert into search (search) values ('delete-all');
    `)
    let last = ''
    for (;;) {
      const rows = db.all<Row>('select * from patient where id > ? order by id limit ?', [last, CHUNK])
      for (const row of rows) {
        last = String(row.id)
        indexPatient(db, { id: last, ...decodeRow(kind, row).fields })
      }
      if (rows.length < CHUNK) return
    }
  })
}

const COLUMNS = ['name', 'sound', 'digits', 'born'] as const
const INDEXED = 'select number, name, sound, digits, born from search_patient where patient = ?'
const NEXT = 'select coalesce(max(number), 0) + 1 as number from search_patient'
const KEEP = 'insert into search_patient (number, patient, name, sound, digits, born) values (?, ?, ?, ?, ?, ?)'
const ADD = 'insert into search (rowid, name, sound, digits, born) values (?, ?, ?, ?, ?)'
const TAKE_OUT = `insert into search (search, rowid, name, sound, digits, born) values ('delete', ?, ?, ?, ?, ?)`
const USE = `
  insert into search_word (word, uses) values (?, 1) on conflict (word) do update set uses = uses + 1 returning uses`
const DISUSE = 'update search_word set uses = uses - 1 where word = ? returning uses'
