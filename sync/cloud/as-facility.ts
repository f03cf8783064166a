/**
 * Something in a facility's schema for which nobody has its password: the operator reads or adds to its access log. An
 * administrator's connection may take on any login; for the length of the work it is that facility's, and bound by its
 * grants and its row-level security like its own connections.
 */
import pg from 'pg'
import { CloudError } from './errors.ts'

const NAME = /^t_[0-9a-f]{32}$/

/** Runs something as the facility's role, inside the transaction that is open on `client`; then the rights are what they were. */
export async function asFacility<T>(client: pg.ClientBase, role: string, work: () => Promise<T>): Promise<T> {
  if (!NAME.test(role)) throw new TypeError('that is not the name of a facility role')
  const before = await who(client)
  // The name was checked to be nothing else, and a SET takes no parameters.
  await client.query(`set local session authorization ${role}`)
  // Outside a transaction it had no effect, and what follows would be done with an administrator's rights.
  if ((await who(client)).session !== role)
    throw new CloudError('no-transaction', 'Work as a facility has to be in a transaction.')
  const result = await work()
  // After an error there is nothing to put back: the transaction is rolled back, and the setting with it.
  await client.query(`set local session authorization ${pg.escapeIdentifier(before.session)}`)
  if (before.role !== undefined) await client.query(`set local role ${pg.escapeIdentifier(before.role)}`)
  return result
}

/** Who is logged in, and whose rights are in force if they are another's. */
async function who(client: pg.ClientBase): Promise<{ session: string; role: string | undefined }> {
  // Not by the setting `role`, which the fleet's own roles may not read.
  const { rows } = await client.query<{ session: string; current: string }>(
    'select session_user as session, current_user as current',
  )
  const { session, current } = rows[0] as { session: string; current: string }
  return { session, role: current === session ? undefined : current }
}
