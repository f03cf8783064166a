/** A facility's record of who came: one row a call, each with the hash of the one before, so that a missing one shows. */
import { createHash } from 'node:crypto'
import type pg from 'pg'
import type { Statements } from './statements.ts'

/** The facility's head row, locked. */
export interface Head {
  seq: number
  epoch: string
  access_seq: number
  access_hash: string
}

export interface Visit {
  device: string
  act: string
  rows: number
  address: string
  outcome: string
}

/** Writes a visit down. The head row must be locked by the same transaction. */
export async function note(client: pg.Client, sql: Statements, head: Head, visit: Visit): Promise<void> {
  await client.query({ ...sql.addAccess, values: accessRow(head, visit) })
}

/** The next row of the access log, as the statements that add one take it. */
export function accessRow(head: Head, visit: Visit, now = new Date()): (string | number)[] {
  const seq = head.access_seq + 1
  const at = now.toISOString()
  const { device, act, rows, address, outcome } = visit
  const hash = accessHash({ seq, at, ...visit, prev: head.access_hash })
  return [seq, at, device, act, rows, address, outcome, head.access_hash, hash]
}

/** The hash of a row of the access log, over everything in it and the row before. */
export function accessHash(row: Visit & { seq: number; at: string; prev: string }): string {
  const { prev, seq, at, device, act, rows, address, outcome } = row
  return createHash('sha256')
    .update(JSON.stringify([prev, seq, at, device, act, rows, address, outcome]))
    .digest('hex')
}
