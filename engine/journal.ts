/**
 * The journal: what was changed, who looked, who signed in. Entries are only ever added, one chain a device, and the
 * device's head moves in the same transaction.
 */
import { hash as digest } from 'node:crypto'
import { type Change, type EntryBody, type EntryKind, encodeEntry } from '../domain/entry.ts'
import type { Json } from '../domain/fields.ts'
import { tick } from '../domain/hlc.ts'
import type { Database } from './database.ts'

/** What is to be noted; the journal adds where, when and after what. */
export interface Note {
  kind: EntryKind
  author: string
  record: string
  id: string
  fields?: Record<string, Json>
  base?: string[]
  reason?: string | undefined
}

export interface Noted {
  dseq: number
  hash: string
  hlc: string
}

interface Head extends Noted {
  device: string
}

export class Journal {
  readonly device: string
  readonly #db: Database
  readonly #now: () => number
  #clock: string | undefined

  constructor(db: Database, device: string, now: () => number = Date.now) {
    this.#db = db
    this.device = device
    this.#now = now
    this.#clock = db.get<{ hlc: string | null }>('select max(hlc) as hlc from head')?.hlc ?? undefined
  }

  /** Adds an entry to this device's chain. */
  append(note: Note): Noted {
    return this.#db.immediate(() => {
      const head = this.#db.get<Head>(HEAD, [this.device])
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
      return this.#keep(body, encodeEntry(body))
    })
  }

  #keep(body: EntryBody, text: string): Noted {
    const hash = hashOf(text)
    const { device, dseq, hlc } = body
    this.#db.run(APPEND, [device, dseq, hash, body.prev, hlc, body.author, body.kind, body.record, body.id, text])
    this.#db.run(MOVE_HEAD, [device, dseq, hash, hlc])
    return { dseq, hash, hlc }
  }

  /** All changes of one record. */
  static changes(db: Database, record: string, id: string): Change[] {
    return db.all<{ hash: string; body: string }>(CHANGES, [record, id]).map(asChange)
  }
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

const HEAD = 'select device, dseq, hash, hlc from head where device = ?'
const APPEND = `
  insert into journal (device, dseq, hash, prev, hlc, author, kind, record, id, body)
  values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`
const MOVE_HEAD = `
  insert into head (device, dseq, hash, hlc) values (?, ?, ?, ?)
  on conflict (device) do update set dseq = excluded.dseq, hash = excluded.hash, hlc = excluded.hlc`
const CHANGES = `select hash, body from journal where record = ? and id = ? and kind = 'change' order by hlc, hash`
