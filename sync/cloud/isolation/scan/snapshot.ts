/** One consistent look at a server, inside a transaction that is open already or in one of our own. */
import type pg from 'pg'
import { sqlState } from '../../errors.ts'

/**
 * Runs some reading so that it leaves nothing behind, not even a setting. In an open transaction it sees that transaction's
 * own changes; otherwise all of it sees one and the same moment, so that a facility which is being made meanwhile is seen
 * whole or not at all.
 */
export async function looking<T>(client: pg.ClientBase, look: () => Promise<T>): Promise<T> {
  const within = await inTransaction(client)
  if (!within) await client.query('begin isolation level repeatable read read only')
  try {
    // Names and expressions are written out in one way, with the names' schemas, whatever the administrator's own settings are.
    await client.query(
      "set local search_path = ''; set local quote_all_identifiers = off; set local extra_float_digits = 1; set local statement_timeout = 0; set local lock_timeout = '5s'",
    )
    return await look()
  } finally {
    await client.query(within ? 'rollback to savepoint alcove_scan; release savepoint alcove_scan' : 'rollback')
  }
}

async function inTransaction(client: pg.ClientBase): Promise<boolean> {
  try {
    await client.query('savepoint alcove_scan')
    return true
  } catch (error) {
    // no_active_sql_transaction
    if (sqlState(error) === '25P01') return false
    throw error
  }
}
