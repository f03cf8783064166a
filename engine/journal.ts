/**
 * The journal: what was changed, who looked, who signed in. Entries are only ever added, one chain a device, and the
 * device's head moves in the same transaction.
 */
import { hash as digest } from 'node:crypto'
import { type Change, type EntryBody, type EntryKind, encodeEntry } from '../domain/entry.ts'
import type { Json } from '../domain/fields.ts'
import { tick } from '../domain/hlc.ts'
import { kindNamed } from '../domain/kinds.ts'
import type { Database } from './database.ts'
import { quoted } from './tables.ts'

/** What is to be noted; the journal adds where, when and after what. */
export interface Note {
  kind: EntryKind
  author: string
  record: string
  id: string
  fields?: Record<string, Json>
  base?: string[]
  reason?: string | undefined
  /** It makes the record, whose row will say so. */
  opens?: boolean
}

export interface Noted {
  seq: number
  dseq: number
  hash: string
  hlc: string
}

export class Journal {
  readonly device: string
  readonly #db: Database
  readonly #now: () => number
  /** The `seq` that this device's chain begins after. */
  readonly #start: number
  #clock: string | undefined

  constructor(db: Database, device: string, now: () => number = Date.now) {
    this.#db = db
    this.device = device
    this.#now = now
    this.#start = startOf(db, device) ?? addDevice(db, device)
    this.#clock = latestReading(db)
  }

  /** Adds an entry to this device's chain. */
  append(note: Note): Noted {
    return this.#db.immediate(() => {
      const head = this.#db.get<Omit<Noted, 'seq' | 'hlc'>>(HEAD, [this.#start, this.#start + CHAIN_LENGTH])
      // Kept in memory, and on past a transaction that is rolled back: readings may be skipped, never repeated.
      this.#clock = tick(this.#clock, this.#now())
      const body: EntryBody = {
        v: 1,
        device: this.device,
        dseq: (head?.dseq ?? 0) + 1,
        hlc: this.#clock,
        author: note.author,
        kind: note.kind,
        record: note.record,
        id: note.id,
        prev: head?.hash ?? '',
        ...(note.fields && { fields: note.fields }),
        ...(note.base && { base: note.base }),
        ...(note.reason && { reason: note.reason }),
      }
      return this.#keep(body, encodeEntry(body), note.opens ?? false)
    })
  }

  #keep(body: EntryBody, text: string, opens: boolean): Noted {
    const hash = hashOf(text)
    const { device, dseq, hlc } = body
    const seq = this.#start + dseq
    this.#db.run(APPEND, [
      seq,
      device,
      dseq,
      hash,
      body.prev,
      hlc,
      body.author,
      body.kind,
      body.record,
      body.id,
      text,
      Number(opens),
    ])
    return { seq, dseq, hash, hlc }
  }

  /** Remembers which entry is the newest, for `verify`: taking the end off a chain leaves the rest of it whole. */
  noteNewest(): void {
    const head = this.#db.get<Omit<Noted, 'seq' | 'hlc'>>(HEAD, [this.#start, this.#start + CHAIN_LENGTH])
    // Where the one noted last is gone, that stays to be seen: closing the clinic must not cover it up.
    if (!head || this.#lacksNoted()) return
    this.#db.run(
      `insert into meta (key, value) values ('newest-entry', ?) on conflict (key) do update set value = excluded.value`,
      [`${this.device} ${head.dseq} ${head.hash}`],
    )
  }

  #lacksNoted(): boolean {
    const noted = this.#db.get<{ value: string }>(`select value from meta where key = 'newest-entry'`)?.value
    const [device, dseq, hash] = noted?.split(' ') ?? []
    if (device !== this.device) return false
    const kept = this.#db.get<{ hash: string }>('select hash from journal where seq = ?', [this.#start + Number(dseq)])
    return kept?.hash !== hash
  }

  /** All changes of one record. */
  static changes(db: Database, record: string, id: string): Change[] {
    return db.all<{ hash: string; body: string }>(changesOf(record), { id, limit: -1 }).map(asChange)
  }
}

function latestReading(db: Database): string | undefined {
  const readings = db.all<{ hlc: string | null }>(LAST_READINGS).flatMap(({ hlc }) => hlc ?? [])
  return readings.sort().at(-1)
}

/** The hash of an entry: over the exact text that is kept. */
export function hashOf(body: string): string {
  return digest('sha256', body, 'hex')
}

/** A stored entry as the fold takes it. It was checked when it was taken in, so it is not parsed a second time. */
export function asChange({ hash, body }: { hash: string; body: string }): Change {
  const { hlc, author, fields = {}, base = [] } = JSON.parse(body) as EntryBody
  return { hash, hlc, author, fields: fields as Record<string, Json>, base }
}

/** A device's chain has room for 2^32 entries; see migrations/0001-journal.ts. */
const CHAIN_LENGTH = 2 ** 32

/** In SQL: the `seq` that the chain of `:device` begins after. */
export const CHAIN_START = '(select number << 32 from device where id = :device)'

/** The `seq` that a device's chain begins after, if the device is known here. */
function startOf(db: Database, device: string): number | undefined {
  const number = db.get<{ number: number }>('select number from device where id = ?', [device])?.number
  return number === undefined ? undefined : number * CHAIN_LENGTH
}

function addDevice(db: Database, device: string): number {
  db.run('insert into device (number, id) select coalesce(max(number) + 1, 0), ? from device', [device])
  return startOf(db, device) ?? 0
}

// The newest entry is the head: nothing else has to be kept in step with it.
const HEAD = 'select dseq, hash from journal where seq > ? and seq < ? order by seq desc limit 1'
// A device's readings only grow, so its newest entry has the latest.
const LAST_READINGS = `
  select (
    select hlc from journal where seq > number << 32 and seq < (number + 1) << 32 order by seq desc limit 1
  ) as hlc
  from device`
const APPEND = `
  insert into journal (seq, device, dseq, hash, prev, hlc, author, kind, record, id, body, opens)
  values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`

/** SQL for the changes of the record `:id`, oldest first: the one that made it, by its row, and those after it. */
export function changesOf(record: string): string {
  if (!kindNamed(record)) throw new RangeError('there is no such kind of record')
  return `
    select hlc, hash, body from journal where seq = (select _seq from ${quoted(record)} where id = :id)
    union all
    select hlc, hash, body from journal where record = '${record}' and id = :id and opens = 0 and kind = 'change'
    order by hlc, hash limit :limit`
}
