/** What the store asks of the search: kept up to date in the transaction that writes the record. */
import type { Json } from '../domain/fields.ts'
import type { AnyKind } from '../domain/kind.ts'

export interface SearchIndex {
  /** Puts a record in the index, or takes it out or leaves it out if people do not look for its kind. */
  index(kind: AnyKind, record: Record<string, Json> & { id: string }): void
  /** For `verify`: how many records are in the index, and how many should be. */
  count(): { indexed: number; expected: number }
}
