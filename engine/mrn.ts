/**
 * The clinic's own numbers, `A-00417`. Each workstation has a block of its own, the letter, so that two that cannot see
 * each other never give the same number.
 */
import type { Database } from './database.ts'
import type { SearchIndex } from './search-index.ts'

const DIGITS = 5

/** The next free number. Call it in the transaction that saves the patient: a number is then neither lost nor given twice. */
export function nextMrn({ db, search }: { db: Database; search: SearchIndex }): string {
  const block = db.get<{ value: string }>(BLOCK)?.value ?? 'A'
  for (;;) {
    const count = db.get<{ value: number }>(COUNT, [`mrn/${block}`])?.value ?? 1
    const mrn = `${block}-${String(count).padStart(DIGITS, '0')}`
    // Imported patients may have brought numbers that look like ours.
    if (holders({ db, search }, mrn).length === 0) return mrn
  }
}

/** The patients who have that number, found by the search's index: one more for it alone would cost a page a patient. */
export function holders({ db, search }: { db: Database; search: SearchIndex }, mrn: string): string[] {
  return search
    .numbered(mrn)
    .filter((id) => db.get<{ mrn: string | null }>('select mrn from patient where id = ?', [id])?.mrn === mrn)
}

const BLOCK = `select value from meta where key = 'mrn-block'`
const COUNT = `
  insert into counter (name, value) values (?, 1)
  on conflict (name) do update set value = value + 1
  returning value`
