/** What the operator does to a facility is in that facility's own access log, where its admin reads it. */
import type pg from 'pg'
import { type OperatorAct, operatorAct } from '../../domain/access-log.ts'
import { asFacility } from './as-facility.ts'
import { accessRow, type Head } from './gateway/access-log.ts'
import { headStatements } from './gateway/statements.ts'

interface Noted {
  act: OperatorAct
  /** The workstation that it was about, if it was about one. */
  device?: string
  rows?: number
  /** `ok` unless it came to nothing. */
  outcome?: string
}

/**
 * Writes an act of the operator's into the facility's access log. Call it in the transaction of the act itself, on the
 * connection that does it (an administrator's, also one that became the provisioner; on the server that holds the schema):
 * so what was undone is not in the log, and what is not in the log was not done.
 */
export async function noteOperatorAct(
  client: pg.ClientBase,
  { role, schema }: { role: string; schema: string },
  { act, device = '', rows = 0, outcome = 'ok' }: Noted,
): Promise<void> {
  await asFacility(client, role, async () => {
    // Without their names: under a name a connection keeps one statement, and this one goes from facility to facility.
    const { lockHead, addAccess } = headStatements(schema)
    const head = (await client.query<Head>(lockHead.text)).rows[0] as Head
    const visit = { device, act: operatorAct(act), rows, address: 'console', outcome }
    await client.query(addAccess.text, accessRow(head, visit))
  })
}
