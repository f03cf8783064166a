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
    await client.query({ text: 'rollback', query_timeout: ROLLBACK_MS } as pg.QueryConfig).catch(() => {})
    throw error
  }
}
