/**
 * Fetches what is new in the facility's access log: who came to its records in the cloud. Rows are handed to the engine
 * as they came; it is the engine that follows their chain.
 */
import type { Outbox, Remote } from '../../domain/outbox.ts'
import { SyncError } from '../protocol/errors.ts'
import { type AccessAnswer, LIMITS } from '../protocol/messages.ts'
import type { Gateway } from './gateway.ts'

interface Reading {
  gateway: Gateway
  outbox: Outbox
  remote: Remote
  signal: AbortSignal | undefined
}

/** At most so many pages at once: the rest is read next time, and a gateway without end does not keep us. */
const MOST_PAGES = 200

/** Reads on from where the last reading ended. Throws SyncError. */
export async function readAccess({ gateway, outbox, remote, signal }: Reading): Promise<void> {
  const place = await outbox.accessPlace(remote.id)
  let { epoch, seq } = place
  for (let pages = 0; pages < MOST_PAGES; pages++) {
    const answer = await gateway.access(seq, LIMITS.access, signal)
    if (answer.epoch !== epoch) {
      // Another memory: what it has is read from the beginning, and compared by the engine with what there is.
      const begins = seq === 0
      ;({ epoch } = answer)
      seq = 0
      if (!begins) continue
    }
    refuseDisorder(seq, answer)
    seq = await outbox.addAccess(remote.id, { epoch, rows: answer.rows.map(bare), head: bareHead(answer) })
    if (!answer.more) return
  }
}

/** What a gateway may not do, as it would have us ask in circles. Whether rows are missing is another matter. */
function refuseDisorder(after: number, { rows, more }: AccessAnswer): void {
  let last = after
  for (const { seq } of rows) {
    if (seq <= last) throw misbehaved('The gateway sent rows of its access log out of order.')
    last = seq
  }
  if (more && rows.length === 0) throw misbehaved('The gateway promised rows of its access log and sent none.')
}

/** Without whatever else a newer gateway says of them. */
function bare({ seq, at, device, act, rows, address, outcome, prev, hash }: AccessAnswer['rows'][number]) {
  return { seq, at, device, act, rows, address, outcome, prev, hash }
}

function bareHead({ head: { seq, hash } }: AccessAnswer) {
  return { seq, hash }
}

function misbehaved(message: string): SyncError {
  return new SyncError('gateway-misbehaved', `${message} Nothing was lost.`)
}
