/**
 * Where the grants refuse first, they are given away inside a transaction that is taken back, so that what is tried is
 * row-level security itself.
 */
import type pg from 'pg'
import { ask, type Party } from '../party.ts'
import type { Stage } from '../stage.ts'

/** As a party, in a session of the administrator's that is taken back, with every grant on the victim given to it. */
export function withGrants<T>(
  { rolledBack: back, victim }: Stage,
  party: Party,
  work: (client: pg.Client) => Promise<T>,
): Promise<T> {
  return back(async (client) => {
    await client.query(`grant usage on schema ${victim.schema} to ${party.role}`)
    await client.query(`grant select, insert, update, delete on all tables in schema ${victim.schema} to ${party.role}`)
    await client.query(`set local session authorization ${party.role}`)
    party.witness.listenTo(client)
    return work(client)
  })
}

/** What several statements are answered, one after the other. */
export async function answers(client: pg.Client, statements: readonly string[]): Promise<string[]> {
  const all: string[] = []
  for (const text of statements) {
    await client.query('savepoint before')
    const { sqlstate, rows } = await ask(client, text)
    all.push(sqlstate ?? `${rows} rows`)
    if (sqlstate) await client.query('rollback to before')
  }
  return all
}
