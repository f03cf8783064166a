/**
 * Patients who were registered lately and are not in the full-text index yet. A registration that wrote the index would
 * touch ten more pages, each encrypted anew and synced to disk; so the index takes patients in by the dozen. Until then
 * they are compared one by one, which for so few costs less than a lookup.
 *
 * Nothing has to be noted for it: patients are numbered as they come, and whoever has a greater number than the last
 * that was taken in waits.
 */
import { patient } from '../domain/records/patient.ts'
import type { Database } from './database.ts'
import { decodeRow, type Row } from './rows.ts'
import { type SearchText, searchText } from './search-text.ts'

/** At most so many wait. */
export const MOST_PENDING = 128

export interface PendingPatient extends SearchText {
  number: number
  patient: string
}

export class PendingPatients {
  readonly #db: Database
  /** Their words, by id, as of a version of the record: what was read once is not taken apart at every keystroke. */
  readonly #known = new Map<string, { updated: string; text: PendingPatient }>()
  #texts: PendingPatient[] | undefined

  constructor(db: Database) {
    this.#db = db
  }

  /** A patient was written: what was read before may not hold any more. */
  touch(): void {
    this.#texts = undefined
  }

  /** Everybody up to that number was taken in. */
  taken(number: number): void {
    this.#db.run(TAKEN, [String(number)])
    this.#known.clear()
    this.#texts = undefined
  }

  count(): number {
    return this.#db.get<{ n: number }>(COUNT)?.n ?? 0
  }

  /** Their records, for the index to take in. */
  records(): Row[] {
    return this.#db.all<Row>(RECORDS)
  }

  /** Their words, for the search to compare. */
  texts(): PendingPatient[] {
    if (this.#texts) return this.#texts
    const texts = this.#read()
    // Inside a transaction nothing is kept: it may yet be taken back.
    if (!this.#db.inTransaction) this.#texts = texts
    return texts
  }

  #read(): PendingPatient[] {
    return this.records().flatMap((row) => {
      if (row.mergedInto !== null) return []
      const [id, updated] = [String(row.id), String(row._updated)]
      const known = this.#known.get(id)
      if (known?.updated === updated) return [known.text]
      const text = { ...searchText(decodeRow(patient, row).fields), number: Number(row._row), patient: id }
      this.#known.set(id, { updated, text })
      return [text]
    })
  }
}

const TAKEN = `
  insert into meta (key, value) values ('search-taken', ?) on conflict (key) do update set value = excluded.value`
/** In SQL: the number of the last patient that the index has taken in. */
export const LAST_TAKEN = `coalesce((select cast(value as integer) from meta where key = 'search-taken'), 0)`
export const RECORDS = `select * from patient where _row > ${LAST_TAKEN} order by _row`
const COUNT = `select count(*) as n from patient where _row > ${LAST_TAKEN} and mergedInto is null`
