/**
 * Sends what the gateway does not have: in order, in batches, from where the gateway says it stands.
 *
 * Exactly once comes from three facts. The gateway takes an entry by (device, dseq, hash) and knows it when it sees it
 * again. Our cursor moves only on an answer that names an entry of ours by its hash. And every push begins by asking the
 * gateway where it stands rather than by believing the cursor. So it does not matter at which instruction either end dies.
 */
import type { Outbox, OutboxEntry, Remote } from '../../domain/outbox.ts'
import { frameBatch, signBatch } from '../protocol/batch.ts'
import { deflate, type Encoding } from '../protocol/compression.ts'
import { SyncError } from '../protocol/errors.ts'
import { type HelloAnswer, LIMITS, type Position } from '../protocol/messages.ts'
import { VERSIONS } from '../protocol/version.ts'
import { type Gateway, RefusedByGateway } from './gateway.ts'
import { Link } from './link.ts'

export interface Push {
  gateway: Gateway
  outbox: Outbox
  remote: Remote
  /** Kept from one push to the next, so that a slow line is not rediscovered each time. */
  link?: Link
  signal?: AbortSignal
  /** Called after each batch that was acknowledged and noted. */
  progress?: (sent: { entries: number; dseq: number }) => void
}

interface Prepared {
  entries: readonly OutboxEntry[]
  last: OutboxEntry
  body: Buffer
  encoding: Encoding
  signature: string
  inflated: number
}

/** How often in a row a gateway may send us back before we say that it is going in circles. */
const MOST_RETURNS = 3

/** Pushes until nothing waits. Resolves with the number of entries that the gateway took; throws SyncError. */
export async function push(job: Push): Promise<number> {
  const link = job.link ?? new Link(LIMITS.inflated)
  const hello = await greet(job)
  let at = await settle(job, hello)
  let sent = 0
  let returns = 0
  let ahead: Promise<Prepared | undefined> | undefined
  for (;;) {
    const batch = await (ahead ?? prepare(job, hello, link, at))
    if (!batch) return sent
    // While the gateway works on this batch, the next is read and compressed.
    ahead = prepare(job, hello, link, { dseq: batch.last.dseq, hash: batch.last.hash })
    ahead.catch(() => undefined)
    const began = performance.now()
    try {
      at = await send(job, at, batch)
      link.went(batch.inflated, performance.now() - began)
      sent += batch.entries.length
      returns = 0
      if (at.dseq !== batch.last.dseq) ahead = undefined
      job.progress?.({ entries: sent, dseq: at.dseq })
    } catch (error) {
      link.broke()
      ahead = undefined
      if (!(error instanceof RefusedByGateway) || ++returns > MOST_RETURNS + shrinks(error)) throw error
      if (error.refusal === 'too-large' && batch.entries.length > 1) continue
      if (error.refusal !== 'gap') throw error
      at = await settle(job, await greet(job))
    }
  }
}

/** A batch that is too large may be halved as often as it takes; other refusals are not a matter of size. */
function shrinks(error: RefusedByGateway): number {
  return error.refusal === 'too-large' ? 16 : 0
}

async function greet({ gateway, signal }: Push): Promise<HelloAnswer> {
  const hello = await gateway.hello(signal)
  if (!VERSIONS.includes(hello.version)) throw misbehaved('The gateway chose a version that it was not offered.')
  return hello
}

/** Brings our note of where the gateway stands in line with what it says, and answers where the push begins. */
async function settle({ outbox, remote }: Push, { acked, epoch, refused }: HelloAnswer): Promise<Position> {
  const ours = await outbox.hashAt(acked.dseq)
  // Entries that we never wrote, or wrote otherwise: another machine goes by our name, or we were put back in time.
  if (ours === undefined || ours !== acked.hash) throw forked()
  for (const { dseq, code } of refused ?? []) if (dseq <= acked.dseq) await outbox.park(remote.id, dseq, code)
  const noted = (await outbox.remote())?.cursor ?? remote.cursor
  if (acked.dseq < noted) await outbox.rewind(remote.id, acked.dseq, acked.hash, epoch)
  else if (acked.dseq > noted) await outbox.acknowledge(remote.id, acked.dseq, acked.hash)
  if (epoch !== remote.epoch) await outbox.report(remote.id, { epoch })
  return acked
}

async function prepare(job: Push, hello: HelloAnswer, link: Link, after: Position): Promise<Prepared | undefined> {
  const { outbox, remote } = job
  const most = {
    entries: Math.min(LIMITS.entries, hello.limits?.entries ?? LIMITS.entries),
    compressed: Math.min(LIMITS.compressed, hello.limits?.compressed ?? LIMITS.compressed),
    inflated: Math.min(LIMITS.inflated, hello.limits?.inflated ?? LIMITS.inflated),
  }
  const { entries } = await outbox.read(
    after.dseq,
    most.entries,
    Math.max(1, Math.min(link.size, most.inflated - 4096)),
  )
  for (let count = entries.length; count > 0; count = Math.floor(count / 2)) {
    const taken = entries.slice(0, count)
    const frame = frameBatch(hello.version, remote.facility, remote.device, after.hash, taken)
    const packed = await deflate(frame, hello.encodings)
    // What hardly compresses (an entry with a scanned page in it) may need to go in fewer entries than its size promised.
    if (frame.length > most.inflated || packed.bytes.length > most.compressed) continue
    const last = taken[count - 1] as OutboxEntry
    const signature = signBatch(remote.privateKey, frame)
    return { entries: taken, last, body: packed.bytes, encoding: packed.encoding, signature, inflated: frame.length }
  }
  if (entries.length === 0) return undefined
  throw new SyncError(
    'entry-too-large',
    'One entry is larger than the gateway takes. It is saved here, and so is what waits behind it.',
  )
}

/** Sends one batch and notes the answer, having checked that it is about what was sent. */
async function send({ gateway, outbox, remote, signal }: Push, from: Position, batch: Prepared): Promise<Position> {
  const answer = await gateway.push(batch, signal)
  const { acked, refused = [] } = answer
  const entry = batch.entries.find((candidate) => candidate.dseq === acked.dseq)
  if (!entry) throw misbehaved('The gateway acknowledged something else than it was sent.')
  if (entry.hash !== acked.hash)
    throw misbehaved('The gateway acknowledged an entry by another hash than the one sent.')
  if (refused.some(({ dseq }) => dseq <= from.dseq || dseq > acked.dseq))
    throw misbehaved('The gateway refused an entry that it was not sent.')
  // Parked first: should we die between the two, the entry is parked again by the next hello, and never counted as taken.
  for (const { dseq, code } of refused) await outbox.park(remote.id, dseq, code)
  await outbox.acknowledge(remote.id, acked.dseq, acked.hash)
  return { dseq: acked.dseq, hash: acked.hash }
}

function forked(): SyncError {
  return new RefusedByGateway(
    'fork',
    undefined,
    'fork',
    'The gateway holds other entries under the name of this workstation, so its records were restored from a backup or copied ' +
      'to another machine. Nothing was overwritten, and everything is saved here. Sync has stopped until this is looked into.',
  )
}

function misbehaved(message: string): SyncError {
  return new SyncError('gateway-misbehaved', `${message} Nothing was lost.`)
}
