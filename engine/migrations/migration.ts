/** One step from a database of yesterday to one of today. Steps are never edited once released; a new one is added. */
export interface Migration {
  /** Its place in the order, from 1; the database remembers the last one it went through. */
  number: number
  says: string
  sql: string
}
