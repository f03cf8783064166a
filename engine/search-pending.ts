/**
 * Patients who were registered lately and are not in the full-text index yet. A registration that wrote the index would
 * touch seven more pages, each encrypted anew and synced to disk; so a patient is only noted here, and the index takes
 * them in by the dozen. Until then they are compared one by one, which for so few costs less than a lookup.
 */
import { patient } from '../domain/records/patient.ts'
import type { Database } from './database.ts'
import { decodeRow, type Row } from './rows.ts'
import { type SearchText, searchText } from './search-text.ts'

/** At most so many wait. */
export const MOST_PENDING = 64

export interface PendingPatient extends SearchText {
  patient: string
}

export class PendingPatients {
  readonly #db: Database
  /** Their words, by id, as of a version of the record: what was read once is not taken apart at every keystroke. */
  readonly #known = new Map<string, { updated: string; text: PendingPatient }>()

  constructor(db: Database) {
    this.#db = db
  }

  /** Notes one; true when enough of them wait to be taken in. */
  note(id: string): boolean {
    this.#db.run('insert or ignore into search_pending (patient) values (?)', [id])
    return this.count() >= MOST_PENDING
  }

  forget(id: string): void {
    this.#db.run('delete from search_pending where patient = ?', [id])
  }

  clear(): void {
    this.#db.run('delete from search_pending')
    this.#known.clear()
  }

  count(): number {
    return this.#db.get<{ n: number }>('select count(*) as n from search_pending')?.n ?? 0
  }

  /** Their records, for the index to take in. */
  records(): ({ id: string } & ReturnType<typeof decodeRow>['fields'])[] {
    return this.#db.all<Row>(RECORDS).map((row) => ({ ...decodeRow(patient, row).fields, id: String(row.id) }))
  }

  /** Their words, for the search to compare. */
  texts(): PendingPatient[] {
    return this.#db.all<{ id: string; updated: string }>(VERSIONS).flatMap(({ id, updated }) => {
      const known = this.#known.get(id)
      if (known?.updated === updated) return [known.text]
      const row = this.#db.get<Row>('select * from patient where id = ?', [id])
      if (!row) return []
      const text = { ...searchText(decodeRow(patient, row).fields), patient: id }
      this.#known.set(id, { updated, text })
      return [text]
    })
  }
}

// A cross join, as SQLite then keeps the order: without statistics it would read all patients to look each up among the few.
export const RECORDS = `
  select patient.* from search_pending cross join patient on patient.id = search_pending.patient`
export const VERSIONS = `
  select patient.id, patient._updated as updated
  from search_pending cross join patient on patient.id = search_pending.patient`
