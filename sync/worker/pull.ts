/** Fetches what other workstations of the facility have written, by cursor. What is done with it is the caller's affair. */
import { hashOf } from '../protocol/batch.ts'
import { SyncError } from '../protocol/errors.ts'
import { LIMITS } from '../protocol/messages.ts'
import type { Gateway } from './gateway.ts'

export interface PulledEntry {
  /** The facility's sequence: the order in which its gateway took the entries. */
  seq: number
  hash: string
  body: string
}

export interface Page {
  entries: PulledEntry[]
  /** The cursor after this page: to be kept once the page is. */
  next: number
  epoch: string
}

/**
 * Pages after `after`, until there is no more. A page is checked before it is given out: its hashes are reckoned from the
 * bodies, and its order must rise, so that a cursor can neither skip an entry nor run in a circle. Throws SyncError.
 */
export async function* pull(
  gateway: Gateway,
  after: number,
  { limit = LIMITS.pull as number, signal }: { limit?: number; signal?: AbortSignal } = {},
): AsyncGenerator<Page, void, void> {
  let cursor = after
  for (;;) {
    const { entries, next, more, epoch } = await gateway.pull(cursor, limit, signal)
    if (entries.length > limit) throw misbehaved('The gateway sent more entries than it was asked for.')
    for (const entry of entries) {
      if (entry.seq <= cursor) throw misbehaved('The gateway sent entries out of order.')
      if (hashOf(entry.body) !== entry.hash) throw misbehaved('The gateway sent an entry that does not match its hash.')
      cursor = entry.seq
    }
    if (next !== cursor) throw misbehaved('The gateway named another place in its journal than it had come to.')
    if (entries.length > 0) yield { entries: entries.map(({ seq, hash, body }) => ({ seq, hash, body })), next, epoch }
    if (!more) return
    if (entries.length === 0) throw misbehaved('The gateway promised entries and sent none.')
  }
}

function misbehaved(message: string): SyncError {
  return new SyncError('gateway-misbehaved', `${message} Nothing was lost.`)
}
