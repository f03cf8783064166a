/**
 * A column of values as one parameter, a value a line. None of what goes this way can hold a line feed of its own: entries
 * and fields are JSON, hashes and clock readings are hex, and `readEntry` lets no control character into an id.
 */
export function lines<T>(rows: readonly T[], value: (row: T, place: number) => string | number): string {
  return rows.map(value).join('\n')
}
