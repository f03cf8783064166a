/** One pass: everything that waits is sent, and how it went is told to the engine. */
import type { Outbox, Remote } from '../../domain/outbox.ts'
import { asSyncError, isPassing, SyncError } from '../protocol/errors.ts'
import { readAccess } from './access.ts'
import { type Gateway, openGateway } from './gateway.ts'
import type { Link } from './link.ts'
import { push } from './push.ts'

export interface PassOptions {
  link?: Link
  signal?: AbortSignal
  open?: (remote: Remote) => Gateway
  progress?: (sent: { entries: number; dseq: number }) => void
  /** Whether the access log is read as well. */
  access?: boolean
}

/** Sends all that waits. Resolves with how many entries went and when that was; throws SyncError, having reported it. */
export async function pass(outbox: Outbox, options: PassOptions = {}): Promise<{ sent: number; lastSynced: string }> {
  const remote = await outbox.remote()
  if (!remote) throw new SyncError('sync-off', 'Cloud sync is off.')
  const gateway = (options.open ?? openGateway)(remote)
  try {
    await outbox.report(remote.id, { state: 'syncing' })
    let sent = await push({ ...options, gateway, outbox, remote })
    // Sending is what a pass is for: it has succeeded, whatever becomes of this. It is asked for again in an hour; that it
    // fails for long, the engine says by itself.
    if (options.access ?? true) {
      await readAccess({ gateway, outbox, remote, signal: options.signal }).catch(() => undefined)
      // What was found there may be on record by now, and belongs to what is sent.
      if (await waits(outbox)) sent += await push({ ...options, gateway, outbox, remote })
    }
    const lastSynced = new Date().toISOString()
    await outbox.report(remote.id, { state: 'idle', lastSynced, error: null })
    return { sent, lastSynced }
  } catch (thrown) {
    const error = asSyncError(thrown)
    const { code, message } = error
    // If the engine is what failed, it cannot be told either, and what happened first is what matters.
    const state = isPassing(code) ? 'backing-off' : 'error'
    await outbox.report(remote.id, { state, error: { code, message } }).catch(() => undefined)
    throw error
  } finally {
    gateway.close()
  }
}

async function waits(outbox: Outbox): Promise<boolean> {
  const remote = await outbox.remote()
  return remote !== undefined && (await outbox.read(remote.cursor, 1, Number.MAX_SAFE_INTEGER)).entries.length > 0
}
