/**
 * The records of the clinic: every write is a row, its journal entry and its search text in one transaction. What is
 * given here was parsed at the door; only the rules that need the record as it stands are checked.
 */

import type { Change } from '../domain/entry.ts'
import type { Json } from '../domain/fields.ts'
import { type Conflict, type Folded, same } from '../domain/fold.ts'
import type { AnyKind, Of } from '../domain/kind.ts'
import type { Database } from './database.ts'
import { AlcoveError, NotFound } from './errors.ts'
import { Journal } from './journal.ts'
import { decodeRow, type Row, Rows } from './rows.ts'
import type { SearchIndex } from './search-index.ts'
import { OWN_COLUMNS, quoted } from './tables.ts'
import { newId } from './uuid.ts'

type Fields = Record<string, Json>
/** A record to save: whole, its id optional. */
export type ToSave<K extends AnyKind> = Omit<Of<K>, 'id'> & { id?: string | undefined }
/** What to change: field → value, `null` to clear it. */
export type Patch<K extends AnyKind> = { [F in keyof Omit<Of<K>, 'id'>]?: Of<K>[F] | null | undefined }

export interface Query<K extends AnyKind> {
  /** Fields that have exactly that value; `null` for those that lack it. */
  where?: { [F in keyof Of<K>]?: Of<K>[F] | null | undefined }
  /** A field, or `_at` (when it happened), `_created`, `_updated`. Default: when it happened, then by id. */
  order?: (keyof Of<K> & string) | '_at' | '_created' | '_updated'
  descending?: boolean
  limit?: number
}

/** No list is unbounded. */
const LIST_LIMIT = 10_000

export class Store {
  readonly #db: Database
  readonly #journal: Journal
  readonly #rows: Rows
  readonly #search: SearchIndex
  readonly #author: string
  readonly #touched = new Map<string, Set<string>>()

  /** `author` is the user's id, or `system`: everything written here is on record as theirs. */
  constructor(parts: { db: Database; journal: Journal; search: SearchIndex; author: string }) {
    this.#db = parts.db
    this.#journal = parts.journal
    this.#search = parts.search
    this.#author = parts.author
    this.#rows = new Rows(parts.db, (record, id) => Journal.changes(parts.db, record, id))
  }

  /**
   * Saves a whole record: a new one, or, where its id is known, the one that it is to become. Saving what already
   * stands writes nothing. Durable when it returns, unless it is part of a transaction around it.
   */
  save<K extends AnyKind>(kind: K, input: ToSave<K>, options: { reason?: string } = {}): Of<K> {
    const { id = newId(), ...given } = input as { id?: string } & Record<string, Json | undefined>
    const fields = storable(given)
    // An id that was made here cannot be known yet.
    if (input.id === undefined) return this.#db.immediate(() => this.#put(kind, id, fields, undefined, options))
    return this.#db.immediate(() => {
      const standing = this.#rows.current(kind, id)
      if (!standing) return this.#put(kind, id, fields, undefined, options)
      for (const { name } of kind.columns) {
        if (!Object.hasOwn(fields, name) && Object.hasOwn(standing.fields, name)) fields[name] = null
      }
      return this.#amend(kind, id, standing, fields, options)
    })
  }

  /** Changes fields of a record. Refused with `sealed` for what may only be corrected by a new record. */
  change<K extends AnyKind>(
    kind: K,
    id: string,
    patch: Patch<K>,
    options: { reason?: string | undefined } = {},
  ): Of<K> {
    return this.#db.immediate(() => {
      const standing = this.#rows.current(kind, id)
      if (!standing) throw new NotFound()
      return this.#amend(kind, id, standing, storable(patch as Record<string, Json | undefined>), options)
    })
  }

  /** Settles a conflict, or confirms a value: unlike `change`, it is written even if it is the value that stands. */
  settle<K extends AnyKind>(kind: K, id: string, field: string, value: Json, reason?: string): Of<K> {
    return this.#db.immediate(() => {
      const standing = this.#rows.current(kind, id)
      if (!standing) throw new NotFound()
      const fields = storable({ [field]: value })
      refuseBroken(kind, standing.fields, fields)
      return this.#put(kind, id, fields, standing, { reason })
    })
  }

  /**
   * Takes in fields as another system has them, for an import that has validated them and knows that they differ from
   * what stands. Unlike `change` it may correct what is sealed, if that came from there; `base` is what the other system
   * made its change on, where that is not what stands here.
   */
  bring(
    kind: AnyKind,
    id: string,
    fields: Fields,
    options: { reason: string; isNew?: boolean; base?: string[] | undefined },
  ): void {
    this.#db.immediate(() => {
      const standing = options.isNew ? undefined : this.#rows.current(kind, id)
      this.#put(kind, id, fields, standing, options)
    })
  }

  get<K extends AnyKind>(kind: K, id: string): Of<K> | undefined {
    const standing = this.#rows.current(kind, id)
    return standing && recordOf(kind, id, standing.fields)
  }

  /** The record, or the error `not-found`. */
  need<K extends AnyKind>(kind: K, id: string): Of<K> {
    const record = this.get(kind, id)
    if (!record) throw new NotFound()
    return record
  }

  conflicts(kind: AnyKind, id: string): Conflict[] {
    return this.#rows.current(kind, id)?.conflicts ?? []
  }

  list<K extends AnyKind>(kind: K, query: Query<K> = {}): Of<K>[] {
    const columns = new Set(['id', ...OWN_COLUMNS, ...kind.columns.map((column) => column.name)])
    const column = (name: string): string => {
      if (!columns.has(name)) throw new RangeError(`${kind.name} has no ${name}`)
      return quoted(name)
    }
    const given = Object.entries(query.where ?? {}).filter(([, value]) => value !== undefined)
    const where = given.map(([name, value]) => `${column(name)} ${value === null ? 'is null' : '= ?'}`)
    const direction = query.descending ? 'desc' : 'asc'
    const rows = this.#db.all<Row>(
      `select * from ${quoted(kind.name)} ${where.length > 0 ? `where ${where.join(' and ')}` : ''}
       order by ${column(query.order ?? '_at')} ${direction}, id ${direction} limit ?`,
      [
        ...given.flatMap(([, value]) => (value === null ? [] : [bound(value)])),
        Math.min(query.limit ?? LIST_LIMIT, LIST_LIMIT),
      ],
    )
    return rows.map((row) => this.read(kind, row))
  }

  /** A record from a row of its table, for queries that are written as SQL (`select * from …`). */
  read<K extends AnyKind>(kind: K, row: Row): Of<K> {
    return recordOf(kind, String(row.id), decodeRow(kind, row).fields)
  }

  /** What was written since this was last asked: kinds and patients, so that screens that show them can follow. */
  takeTouched(): { kinds: string[]; patients: string[] } {
    const kinds = [...this.#touched.keys()]
    const patients = [...new Set([...this.#touched.values()].flatMap((ids) => [...ids]))]
    this.#touched.clear()
    return { kinds, patients }
  }

  #amend<K extends AnyKind>(
    kind: K,
    id: string,
    standing: Folded,
    fields: Fields,
    options: { reason?: string | undefined },
  ) {
    const changed: Fields = {}
    for (const [name, value] of Object.entries(fields)) {
      if (!same(standing.fields[name] ?? null, value)) changed[name] = value
    }
    if (Object.keys(changed).length === 0) return recordOf(kind, id, standing.fields)
    if (kind.sealed?.(standing.fields)) {
      throw new AlcoveError('sealed', 'This is signed and cannot be changed. Add a correction instead.')
    }
    refuseBroken(kind, standing.fields, changed)
    return this.#put(kind, id, changed, standing, options)
  }

  #put<K extends AnyKind>(
    kind: K,
    id: string,
    fields: Fields,
    standing: Folded | undefined,
    { reason, base = standing?.heads ?? [] }: { reason?: string | undefined; base?: string[] | undefined },
  ): Of<K> {
    if (!standing) refuseBroken(kind, {}, fields)
    const author = this.#author
    const noted = this.#journal.append({
      kind: 'change',
      author,
      record: kind.name,
      id,
      fields,
      base,
      reason,
      opens: !standing,
    })
    // The row is folded from the entry rather than from the input, so that this machine and one that receives the
    // entry by sync can never disagree about what it meant.
    const change: Change = { hash: noted.hash, hlc: noted.hlc, author, fields, base }
    const folded = this.#rows.apply(kind, id, change, standing ?? null, standing ? undefined : noted.seq)
    const record = recordOf(kind, id, folded.fields)
    this.#search.index(kind, { ...folded.fields, id })
    this.#touch(kind, id, folded.fields)
    return record
  }

  #touch(kind: AnyKind, id: string, fields: Fields): void {
    const patient = kind.name === 'patient' ? id : kind.patient && fields[kind.patient]
    const patients = this.#touched.get(kind.name) ?? new Set()
    // An import touches everybody; past a few, screens read everything anew anyway.
    if (typeof patient === 'string' && patients.size < 2) patients.add(patient)
    this.#touched.set(kind.name, patients)
  }
}

/** The record as a caller gets it: the fields that this program knows, and the id. */
function recordOf<K extends AnyKind>(kind: K, id: string, fields: Fields): Of<K> {
  const record: Fields = { id }
  for (const { name } of kind.columns) {
    const value = fields[name]
    if (value !== undefined) record[name] = value
  }
  return record as Of<K>
}

/** A new record lacks nothing, a change clears nothing that is required, and the kind's own rule holds for the result. */
function refuseBroken(kind: AnyKind, standing: Fields, changed: Fields): void {
  const result = { ...standing, ...changed }
  const lacking = kind.columns.find(({ name, required }) => required && (result[name] ?? null) === null)
  if (lacking) throw new AlcoveError('bad-input', `${lacking.name} cannot be empty.`, { field: lacking.name })
  if (!kind.check) return
  const present = Object.fromEntries(Object.entries(result).filter(([, value]) => value !== null))
  const broken = kind.check(present)
  if (broken) throw new AlcoveError('bad-input', broken)
}

/**
 * Without the fields that were left out, and without the two things that neither SQLite nor PostgreSQL can hold: half
 * of a surrogate pair, and NUL.
 */
function storable(given: Record<string, Json | undefined>): Fields {
  const fields: Fields = {}
  for (const [name, value] of Object.entries(given)) {
    if (value === undefined) continue
    const text = typeof value === 'object' ? JSON.stringify(value) : typeof value === 'string' ? value : ''
    fields[name] = UNHOLDABLE.test(text) ? cleaned(value) : value
  }
  return fields
}
// JSON.stringify writes lone surrogates and NUL as escapes, and nothing else begins with these.
// biome-ignore lint/suspicious/noControlCharactersInRegex: NUL is what is looked for
const UNHOLDABLE = /\u0000|\\u0000|\\ud[89a-f]|[\ud800-\udfff]/u

function cleaned(value: Json): Json {
  if (typeof value === 'string') return value.toWellFormed().replaceAll('\u0000', '\ufffd')
  if (value === null || typeof value !== 'object') return value
  if (Array.isArray(value)) return value.map(cleaned)
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [String(cleaned(key)), cleaned(inner)]))
}

function bound(value: unknown): unknown {
  return typeof value === 'boolean'
    ? Number(value)
    : value !== null && typeof value === 'object'
      ? JSON.stringify(value)
      : value
}
