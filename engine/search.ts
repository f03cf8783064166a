/** The search index: one row of words a patient, their full-text index, and the words of names in memory. */
import type { Json } from '../domain/fields.ts'
import { patient } from '../domain/records/patient.ts'
import type { Database } from './database.ts'
import { decodeRow, type Row } from './rows.ts'
import { findAlike, findNumbered, findPatients } from './search-find.ts'
import type { SearchIndex } from './search-index.ts'
import { LAST_TAKEN, MOST_PENDING, PendingPatients } from './search-pending.ts'
import { type SearchText, searchText } from './search-text.ts'
import { NameWords } from './search-words.ts'

/** The search over that database. */
export function createSearch(db: Database): SearchIndex {
  const parts: Parts = { db, pending: new PendingPatients(db), words: new NameWords(db) }
  const { pending } = parts
  return {
    index(kind, record) {
      if (kind.name === patient.name) take(parts, record)
    },
    find: (typed, limit, today) => findPatients(parts, typed, limit, today),
    alike: (person) => [...new Set([...findAlike(db, person), ...pending.texts().map((it) => it.patient)])],
    numbered: (number) => [...new Set([...findNumbered(db, number), ...pending.texts().map((it) => it.patient)])],
    count: () => count(parts),
    rebuild: () => rebuild(parts),
  }
}

/** What the search is made of: the index on disk, who waits to be taken in, and the words of names in memory. */
interface Parts {
  db: Database
  pending: PendingPatients
  words: NameWords
}

/** A new patient waits with others to be taken in; one that is in the index already is changed there at once. */
function take(parts: Parts, record: { id: string } & Record<string, Json>): void {
  const { db, pending } = parts
  const place = db.get<{ number: number; taken: number }>(PLACE, [record.id])
  if (!place) return
  pending.touch()
  if (place.number <= place.taken) indexPatient(parts, place.number, record)
  else if (place.number - place.taken >= MOST_PENDING) {
    for (const row of pending.records())
      indexPatient(parts, Number(row._row), { ...decodeRow(patient, row).fields, id: String(row.id) })
    pending.taken(place.number)
  }
}

interface Indexed extends SearchText {
  number: number
}

function indexPatient({ db, words }: Parts, number: number, record: { id: string } & Record<string, Json>): void {
  const before = db.get<Indexed>(INDEXED, [number])
  // A merged patient is found as the one that it was merged into.
  const after = record.mergedInto ? undefined : searchText(record)
  if (before && after && COLUMNS.every((column) => before[column] === after[column])) return
  words.touch(number)
  if (before) {
    db.run(TAKE_OUT, [number, ...COLUMNS.map((column) => before[column])])
    db.run('delete from search_patient where number = ?', [number])
  }
  if (!after) return
  const texts = COLUMNS.map((column) => after[column])
  db.run(KEEP, [number, record.id, ...texts])
  db.run(ADD, [number, ...texts])
}

function count({ db, pending }: Parts): { indexed: number; expected: number } {
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

function rebuild(parts: Parts): void {
  const { db, pending, words } = parts
  db.immediate(() => {
    db.exec(`
      delete from search_patient;
      insert into search (search) values ('delete-all');
    `)
    words.clear()
    let last = 0
    for (;;) {
      const rows = db.all<Row>('select * from patient where _row > ? order by _row limit ?', [last, CHUNK])
      for (const row of rows) {
        last = Number(row._row)
        indexPatient(parts, last, { ...decodeRow(patient, row).fields, id: String(row.id) })
      }
      if (rows.length < CHUNK) break
    }
    pending.taken(last)
  })
}

const COLUMNS = ['name', 'sound', 'digits', 'born'] as const
const PLACE = `select _row as number, ${LAST_TAKEN} as taken from patient where id = ?`
const INDEXED = 'select number, name, sound, digits, born from search_patient where number = ?'
const KEEP = 'insert into search_patient (number, patient, name, sound, digits, born) values (?, ?, ?, ?, ?, ?)'
const ADD = 'insert into search (rowid, name, sound, digits, born) values (?, ?, ?, ?, ?)'
const TAKE_OUT = `insert into search (search, rowid, name, sound, digits, born) values ('delete', ?, ?, ?, ?, ?)`
