/** What the store asks of the search: kept up to date in the transaction that writes the record. */
import type { Json } from '../domain/fields.ts'
import type { AnyKind } from '../domain/kind.ts'

/** A patient that was found, and how surely; 1 is exactly what was typed. */
export interface Found {
  patient: string
  score: number
  /** A number matched, beginning so: the row may not show which. */
  number?: string
}

export interface SearchIndex {
  /** Puts a record in the index, or takes it out or leaves it out if people do not look for its kind. */
  index(kind: AnyKind, record: { id: string } & Record<string, Json>): void
  /** Patients by whatever was typed, best first. */
  find(typed: string, limit: number, today: string): Found[]
  /** Patients with a word of that name, or one that sounds like it, or with that number or birth date; unranked. */
  alike(person: { names: readonly string[]; phones: readonly string[]; birthDate?: string | undefined }): string[]
  /** Patients who may have that number, for the caller to compare. */
  numbered(number: string): string[]
  /** For `verify`: how many records are in the index, and how many should be. */
  count(): { indexed: number; expected: number }
  /** Makes the index anew from the records, for when it is damaged or its rules have changed. */
  rebuild(): void
}
