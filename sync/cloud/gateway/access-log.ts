/**
 * A facility's record of who came: one row a visit, each with the hash of the one before, so that a missing one shows.
 * Nothing here or anywhere takes a row out: the facility's role may only add, and the owner sees none.
 */
import { createHash } from 'node:crypto'
import type pg from 'pg'
import { accessText, type Visit } from '../../../domain/access-log.ts'
import { headStatements, type Statements, statementsFor } from './statements.ts'

/** The facility's head row, locked. */
export interface Head {
  seq: number
  epoch: string
  access_seq: number
  access_hash: string
  /** The time, by PostgreSQL: of several gateways each may have a clock of its own. */
  now: string
  /** Bytes of entries and attachments; null in a facility that does not count them yet (version 1). */
  stored: number | null
  /** Of the facility's schema, for as long as the row is locked. */
  version: number
}

/** Takes the facility's order until the transaction ends, and finds which statements go with what is there. */
export async function lockHead(client: pg.ClientBase, schema: string): Promise<LockedHead> {
  return lockedHead(await client.query<Head>(headStatements(schema).lockHead), schema)
}

export interface LockedHead {
  head: Head
  sql: Statements
}

/** What was found by the statement that locks the head. */
export function lockedHead(answer: pg.QueryResult | undefined, schema: string): LockedHead {
  const head = answer?.rows[0] as Head
  return { head, sql: statementsFor(schema, head.version) }
}

/** What writes a visit down. The head row must be locked by the same transaction. */
export function noting({ head, sql }: LockedHead, visit: Visit): pg.QueryConfig {
  return { ...sql.addAccess, values: accessRow(head, visit) }
}

/** The next row of the access log, as the statements that add one take it. */
export function accessRow(head: Head, visit: Visit, at = head.now): (string | number)[] {
  const seq = head.access_seq + 1
  const { device, act, rows, address, outcome } = visit
  const hash = sha256(accessText({ seq, at, ...visit, prev: head.access_hash }))
  return [seq, at, device, act, rows, address, outcome, head.access_hash, hash]
}

export function sha256(text: string | Uint8Array): string {
  return createHash('sha256').update(text).digest('hex')
}
