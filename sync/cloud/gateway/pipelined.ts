/**
 * A transaction in few round trips: its first statements go along with `begin`, its last ones along with `commit`. On a
 * server that somebody keeps busy, whoever asks waits for a processor at every question, so that the number of questions is
 * what a neighbor's flood costs everybody else. For connections that were opened with `pipeline`.
 */
import { setImmediate } from 'node:timers/promises'
import type pg from 'pg'
import { rollback } from './transaction.ts'

/** Sends a statement without waiting for its answer. That it succeeds is waited for before anything counts as done. */
export type Send = (query: pg.QueryConfig) => Promise<pg.QueryResult>

/**
 * Runs something in a transaction: all of it is on disk when this returns, or none of it ever was. `work` is given the
 * answers to the first statements, which may be asked before it is known that there is a transaction, and so must change
 * nothing. Throws what failed first: after that PostgreSQL refuses whatever else was on its way.
 */
export async function pipelined<T>(
  client: pg.ClientBase,
  first: readonly pg.QueryConfig[],
  work: (answers: readonly pg.QueryResult[], send: Send) => Promise<T>,
): Promise<T> {
  let failed: { error: unknown } | undefined
  const sent: Promise<unknown>[] = []
  const send = (query: pg.QueryConfig) => {
    const answer = client.query(query)
    // The failure is not lost: it is thrown below. It must only not count as unhandled until then.
    sent.push(answer.catch((error: unknown) => (failed ??= { error })))
    return answer
  }
  try {
    const [, ...answers] = await Promise.all([{ text: 'begin' }, ...first].map(send))
    const result = await work(answers, send)
    // What could not even be sent, PostgreSQL does not know of, and would commit the rest. It is known here by now.
    await setImmediate()
    if (failed) throw failed.error
    const { command } = await send({ text: 'commit' })
    await Promise.all(sent)
    // What PostgreSQL says to the commit of a transaction in which something failed.
    if (failed || command !== 'COMMIT') throw new Error('the transaction was rolled back')
    return result
  } catch (error) {
    await rollback(client)
    throw failed ? failed.error : error
  }
}
