/**
 * What is kept here of the cloud's access log. Its chain is followed as it comes, so that a gateway, or somebody behind
 * its back, who changes it later cannot do so unseen: what was read stays here, and what differs from it is noted.
 */
import { createHash } from 'node:crypto'
import { type AccessRow, type ChainBreak, type ChainPlace, endsShort, followChain } from '../domain/access-log.ts'
import type { AccessPage } from '../domain/outbox.ts'
import type { Database } from './database.ts'

/** Where the log is not what it was. `restored`: the gateway says that it was restored from a backup, and begins anew. */
interface AccessBreak {
  seq: number
  what: ChainBreak['what'] | 'restored'
  /** ISO 8601 */
  foundAt: string
}

interface Chain extends ChainPlace {
  epoch: string
  readAt: string
  kept: number
}

const START: ChainPlace = { seq: 0, hash: '' }

export function accessPlace(db: Database, remote: string): { epoch: string; seq: number } {
  const chain = chainOf(db, remote)
  return { epoch: chain?.epoch ?? '', seq: chain?.seq ?? 0 }
}

/**
 * Keeps a page of the log, and finds where it does not hold: answers where to read on, and which breaks are new.
 */
export function addAccess(
  db: Database,
  remote: string,
  { epoch, rows, head }: AccessPage,
  now: Date,
): { next: number; found: AccessBreak[] } {
  return db.immediate(() => {
    const before = chainOf(db, remote)
    const anew = before !== undefined && before.epoch !== epoch
    const { place, breaks } = followChain(anew ? START : (before ?? START), rows, sha256)
    const short = endsShort(place, head)
    const found: { seq: number; what: AccessBreak['what'] }[] = [...breaks, ...(short ? [short] : [])]
    if (anew) found.unshift({ seq: before.seq, what: 'restored' })
    const at = now.toISOString()
    let kept = before?.kept ?? 0
    for (const row of rows) kept += db.run(ADD_ROW, { remote, ...row }).changes
    const fresh = found.filter(({ seq, what }) => db.run(ADD_BREAK, [remote, seq, what, at]).changes > 0)
    // A log that ends before what was read of it is read on from its end: what takes the lost rows' place is kept as well.
    const { seq, hash } = short ? head : place
    db.run(FOLLOW, [remote, epoch, seq, hash, at, kept])
    return { next: seq, found: fresh.map((one) => ({ ...one, foundAt: at })) }
  })
}

/** Where the log did not hold, the first found first. */
export function accessBreaks(db: Database, remote: string): AccessBreak[] {
  return db.all<AccessBreak>(BREAKS, [remote])
}

/** How many rows are kept, and when the log was last read; undefined when it never was. */
export function accessExtent(db: Database, remote: string): { kept: number; readAt: string } | undefined {
  return chainOf(db, remote)
}

/** Every row that is kept, in the order in which they were written, without taking them all into memory. */
export function allAccess(db: Database, remote: string): IterableIterator<AccessRow> {
  return db.iterate<AccessRow>(ALL, [remote])
}

function chainOf(db: Database, remote: string): Chain | undefined {
  return db.get<Chain>('select epoch, seq, hash, read_at as readAt, kept from access_chain where remote = ?', [remote])
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

const ADD_ROW = `
  insert into access_row (remote, seq, hash, at, device, act, rows, address, outcome, prev)
  values (:remote, :seq, :hash, :at, :device, :act, :rows, :address, :outcome, :prev) on conflict do nothing`
const ADD_BREAK = 'insert into access_break (remote, seq, what, found_at) values (?, ?, ?, ?) on conflict do nothing'
const FOLLOW = `
  insert into access_chain (remote, epoch, seq, hash, read_at, kept) values (?, ?, ?, ?, ?, ?)
  on conflict (remote) do update set epoch = excluded.epoch, seq = excluded.seq, hash = excluded.hash,
    read_at = excluded.read_at, kept = excluded.kept`
const BREAKS = 'select seq, what, found_at as foundAt from access_break where remote = ? order by found_at, seq, what'
const ALL = `
  select seq, at, device, act, rows, address, outcome, prev, hash from access_row where remote = ?
  order by at, seq, hash`
