/**
 * Taking a batch: entries of one device, in order, exactly once. All of it happens under the lock of the facility's head
 * row and in one transaction: journal, records, the device's position, the access log. Until the commit is on disk
 * nothing is acknowledged; if the answer is lost, the same bytes sent again get the same answer.
 */
import type pg from 'pg'
import type { Visit } from '../../../domain/access-log.ts'
import type { FramedEntry } from '../../protocol/batch.ts'
import type { Position, PushAnswer } from '../../protocol/messages.ts'
import { sqlState } from '../errors.ts'
import { accessRow, type LockedHead, lockedHead, noting } from './access-log.ts'
import { inStretches } from './breath.ts'
import { type ReadEntry, readEntry } from './entry.ts'
import { lines } from './lines.ts'
import { pipelined, type Send } from './pipelined.ts'
import { project } from './records.ts'
import { busy, overQuota, Refused } from './refusal.ts'
import type { Caller } from './registry.ts'
import { Seldom } from './seldom.ts'
import { type Statements, statementsFor } from './statements.ts'

/** Entries that follow each other, and the hash of the one before them. */
interface Batch {
  prev: string
  entries: readonly FramedEntry[]
}

export interface RefusedEntry {
  dseq: number
  hash: string
  code: string
}

interface DeviceRow extends Position {
  dseq: number
  hash: string
  refused: RefusedEntry[]
}

/** What became of a batch, and the visit if it moved nothing and was written down all the same. */
interface Appended {
  result: RefusedEntry[] | Refused
  idle?: Visit
}

const seldom = new Seldom()

/** Characters. What a clinic sends on a working day is one piece. */
const PIECE = 4 << 20
/** More than any fault would make; a device that comes to this is broken or hostile. */
const MOST_REFUSED = 10_000

/** Takes a batch whose signature and chain were proved. */
export async function push(client: pg.Client, caller: Caller, batch: Batch, address: string): Promise<PushAnswer> {
  let taken: RefusedEntry[] | Refused = []
  for (const piece of piecesOf(batch)) {
    taken = await take(client, caller, piece, address, new Map())
    if (taken instanceof Refused) throw taken
  }
  const { entries } = batch
  const [first, last] = [entries[0] as FramedEntry, entries.at(-1) as FramedEntry]
  const refused = taken
    .filter(({ dseq }) => dseq >= first.dseq && dseq <= last.dseq)
    .map(({ dseq, code }) => ({ dseq, code }))
  return { acked: { dseq: last.dseq, hash: last.hash }, ...(refused.length > 0 ? { refused } : {}) }
}

/**
 * The batch in parts that PostgreSQL is handed one after the other: a statement is written in one go, and while tens of
 * megabytes are, nobody else is served. If a later part fails, what came before it is found when the batch comes again.
 */
function* piecesOf({ prev, entries }: Batch): Generator<Batch> {
  let piece: FramedEntry[] = []
  let size = 0
  let before = prev
  for (const entry of entries) {
    if (piece.length > 0 && size + entry.body.length > PIECE) {
      yield { prev: before, entries: piece }
      before = piece.at(-1)?.hash ?? ''
      piece = []
      size = 0
    }
    piece.push(entry)
    size += entry.body.length
  }
  yield { prev: before, entries: piece }
}

/** The device's refused entries, or why the batch does not fit. `unstorable` are those that PostgreSQL would not have. */
async function take(
  client: pg.Client,
  caller: Caller,
  batch: Batch,
  address: string,
  unstorable: ReadonlyMap<number, string>,
): Promise<RefusedEntry[] | Refused> {
  try {
    const sql = statementsFor(caller.schema, caller.version)
    const { result, idle } = await pipelined(client, [sql.lockHead, asking(sql, caller)], ([head, device], send) =>
      append(
        send,
        { ...lockedHead(head, caller.schema), device: standingOf(device) },
        caller,
        batch,
        address,
        unstorable,
      ),
    )
    if (idle) seldom.wasNoted(caller.facility, idle)
    return result
  } catch (error) {
    // The watchdog has just made it read-only, which the registry says to the next call.
    if (sqlState(error) === '42501') throw busy(30, error)
    // 22: data that a type does not hold; 54: a limit of the server's. One such entry must not hold up the rest.
    if (!/^(22|54)/.test(sqlState(error) ?? '')) throw error
    const { prev, entries } = batch
    // Not even without the one entry that there was: it is something else that is not taken.
    if (unstorable.size > 0) throw error
    if (entries.length === 1)
      return take(client, caller, batch, address, new Map([[entries[0]?.dseq as number, 'unstorable']]))
    const middle = entries.length >> 1
    const [before, after] = [entries.slice(0, middle), entries.slice(middle)]
    const taken = await take(client, caller, { prev, entries: before }, address, unstorable)
    if (taken instanceof Refused) return taken
    return take(client, caller, { prev: before.at(-1)?.hash ?? '', entries: after }, address, unstorable)
  }
}

async function append(
  send: Send,
  { head, sql, device: known }: LockedHead & { device: DeviceRow | undefined },
  caller: Caller,
  batch: Batch,
  address: string,
  unstorable: ReadonlyMap<number, string>,
): Promise<Appended> {
  const device = known ?? NEW
  if (!known) void send(saving(sql, caller))
  const later = batch.entries.filter((entry) => entry.dseq > device.dseq)
  const { taken, refused } = await inStretches(sorted(later, unstorable))
  const bytes = taken.reduce((sum, { entry }) => sum + Buffer.byteLength(entry.body), 0)
  const misfit =
    (await misfitOf(send, sql, caller, batch, device)) ??
    (device.refused.length + refused.length > MOST_REFUSED ? tooManyRefused() : undefined) ??
    (bytes > 0 && (caller.readOnly || (head.stored ?? 0) + bytes > caller.quota) ? overQuota() : undefined)
  const last = misfit ? undefined : later.at(-1)
  const rows = last ? later.length : 0
  const visit = { device: caller.device, act: 'push', rows, address, outcome: misfit?.code ?? 'ok' }
  if (!last) {
    const result = misfit ?? device.refused
    if (!seldom.isDue(caller.facility, visit)) return { result }
    void send(noting({ head, sql }, visit))
    return { result, idle: visit }
  }
  if (taken.length > 0) {
    const columns = [
      lines(taken, (one) => one.entry.dseq),
      lines(taken, (one) => one.entry.hash),
      lines(taken, (one) => one.read.kind),
      lines(taken, (one) => one.read.record),
      lines(taken, (one) => one.read.id),
      lines(taken, (one) => one.entry.body),
    ]
    const seqOf = (place: number) => head.seq + 1 + place
    const add = (opening: ReadonlySet<number>) => {
      const opens = lines(taken, (_, place) => (opening.has(seqOf(place)) ? 't' : 'f'))
      void send({ ...sql.addEntries, values: [head.seq, caller.device, ...columns, opens] })
    }
    const changes = taken.flatMap(({ read: { record, id, change } }, place) =>
      change ? [{ record, id, change, seq: seqOf(place) }] : [],
    )
    await project(send, sql, changes, head.seq + taken.length, add)
  }
  const allRefused = [...device.refused, ...refused]
  const position = [head.seq + taken.length, last.dseq, last.hash, JSON.stringify(allRefused)]
  // In the version before, nothing is counted yet.
  const counted = head.stored === null ? [] : [bytes]
  void send({ ...sql.endPush, values: [...accessRow(head, visit), ...position, ...counted] })
  return { result: allRefused }
}

function tooManyRefused(): Refused {
  return new Refused(507, 'quota', 'Too many entries of this workstation cannot be taken. Ask for help.')
}

const NEW: DeviceRow = { dseq: 0, hash: '', refused: [] }

/** Asks for the device's position. After the head is locked, in a statement of its own, so that it is not an older one. */
function asking(sql: Statements, { device }: Caller): pg.QueryConfig {
  return { ...sql.device, values: [device] }
}

function standingOf(answer: pg.QueryResult | undefined): DeviceRow | undefined {
  return answer?.rows[0]
}

function saving(sql: Statements, { device, publicKey }: Caller): pg.QueryConfig {
  return { ...sql.saveDevice, values: [device, publicKey] }
}

/** The device's position, for whoever adds nothing. */
export async function deviceOf(client: pg.Client, sql: Statements, caller: Caller): Promise<DeviceRow> {
  const known = standingOf(await client.query(asking(sql, caller)))
  if (!known) await client.query(saving(sql, caller))
  return known ?? NEW
}

/** Why a batch does not go on from where the device stands: it leaves a gap, or holds other entries than we have. */
async function misfitOf(
  send: Send,
  sql: Statements,
  caller: Caller,
  { prev, entries }: Batch,
  device: DeviceRow,
): Promise<Refused | undefined> {
  const [first, last] = [entries[0] as FramedEntry, entries.at(-1) as FramedEntry]
  const acked = { dseq: device.dseq, hash: device.hash }
  const fork = () => new Refused(409, 'fork', 'The gateway has other entries under this workstation’s name.', { acked })
  if (first.dseq > device.dseq + 1)
    return new Refused(409, 'gap', `The gateway has entries up to ${device.dseq}; the next is missing.`, { acked })
  if (first.dseq === device.dseq + 1) return prev === device.hash ? undefined : fork()

  const known = await knownHashes(send, sql, caller, first.dseq, Math.min(last.dseq, device.dseq), device)
  const overlap = entries.filter((entry) => entry.dseq <= device.dseq)
  return overlap.every((entry) => known.get(entry.dseq) === entry.hash) ? undefined : fork()
}

async function knownHashes(
  send: Send,
  sql: Statements,
  caller: Caller,
  from: number,
  to: number,
  device: DeviceRow,
): Promise<Map<number, string>> {
  const { rows } = await send({ ...sql.hashes, values: [caller.device, from, to] })
  return new Map([...device.refused, ...(rows as Position[])].map(({ dseq, hash }) => [dseq, hash]))
}

function* sorted(fresh: readonly FramedEntry[], unstorable: ReadonlyMap<number, string>) {
  const taken: { entry: FramedEntry; read: ReadEntry }[] = []
  const refused: RefusedEntry[] = []
  for (const entry of fresh) {
    const read = unstorable.get(entry.dseq) ?? readEntry(entry.parsed, entry.hash)
    if (typeof read === 'string') refused.push({ dseq: entry.dseq, hash: entry.hash, code: read })
    else taken.push({ entry, read })
    yield
  }
  return { taken, refused }
}
