import type pg from 'pg'

/** A connection on which even this takes longer leads nowhere any more, and its transaction ends with it. */
const ROLLBACK_MS = 5000

/** Runs something in a transaction: all of it is on disk when this returns, or none of it ever was. */
export async function transaction<T>(client: pg.Client, work: () => Promise<T>): Promise<T> {
  await client.query('begin')
  try {
    const result = await work()
    await client.query('commit')
    return result
  } catch (error) {
    await rollback(client)
    throw error
  }
}

/** Ends a transaction that is no use any more. A connection on which that fails is of no use either. */
export async function rollback(client: pg.ClientBase): Promise<void> {
  await client.query({ text: 'rollback', query_timeout: ROLLBACK_MS } as pg.QueryConfig).catch(() => {})
}
