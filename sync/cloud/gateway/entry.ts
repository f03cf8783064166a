/**
 * Looks at an entry before it is stored. The same rules as `EntryBody` of domain/entry.ts, written out by hand, because a
 * push brings thousands and this is its innermost loop; a test holds the two together. On top of them: what PostgreSQL
 * could not store, and nesting that would exhaust a stack.
 */
import type { Change } from '../../../domain/entry.ts'
import { ENTRY_KINDS } from '../../../domain/entry.ts'
import type { Json } from '../../../domain/fields.ts'

/** What the gateway reads of an entry. */
export interface ReadEntry {
  kind: string
  record: string
  id: string
  /** For a change: what the fold needs. */
  change?: Change
}

const KINDS: ReadonlySet<unknown> = new Set(ENTRY_KINDS)
const HASH = /^[0-9a-f]{64}$/
const HLC = /^[0-9a-f]{16}$/
const FIELD = /^[a-z][A-Za-z0-9_]{0,63}$/
const DEEPEST = 64

/** The entry, or the code under which it is refused for good. */
export function readEntry(parsed: Record<string, unknown>, hash: string): ReadEntry | string {
  const { v, hlc, author, kind, record, id, fields = {}, base = [], reason = '' } = parsed
  if (v !== 1) return 'newer-entry'
  const wellFormed =
    typeof hlc === 'string' &&
    HLC.test(hlc) &&
    short(author) &&
    KINDS.has(kind) &&
    short(record) &&
    short(id) &&
    typeof reason === 'string' &&
    reason.length <= 2000 &&
    Array.isArray(base) &&
    base.length <= 64 &&
    base.every((one) => typeof one === 'string' && HASH.test(one)) &&
    isFields(fields)
  if (!wellFormed) return 'not-an-entry'
  if (!storable(record) || !storable(id)) return 'not-an-entry'
  for (const value of Object.values(fields)) if (deeper(value, DEEPEST)) return 'too-deep'
  const read: ReadEntry = { kind: kind as string, record, id }
  if (kind === 'change' && (record === '' || id === '')) return 'not-an-entry'
  if (kind === 'change') read.change = { hash, hlc, author, fields: fields as Record<string, Json>, base }
  return read
}

function short(text: unknown): text is string {
  return typeof text === 'string' && text.length <= 64
}

/** An id goes to PostgreSQL as a line of text: no control character, no half of a surrogate pair. */
function storable(text: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: refusing them is the point
  return !/[\u0000-\u001f]/.test(text) && text.isWellFormed()
}

function isFields(fields: unknown): fields is Record<string, unknown> {
  if (typeof fields !== 'object' || fields === null || Array.isArray(fields)) return false
  for (const name of Object.keys(fields)) if (!FIELD.test(name)) return false
  return true
}

function deeper(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false
  if (levels === 0) return true
  for (const inner of Array.isArray(value) ? value : Object.values(value)) if (deeper(inner, levels - 1)) return true
  return false
}

/**
 * A value as jsonb text. PostgreSQL's jsonb holds neither U+0000 nor half a surrogate pair: they are shown as U+FFFD in the
 * records, while the journal keeps the entry's text exactly as it came.
 */
export function jsonb(value: unknown): string {
  const text = JSON.stringify(value)
  return /\\u(?:0000|d[89a-f])/i.test(text) ? JSON.stringify(holdable(value)) : text
}

/** The value with every text in it, names of fields included, made one that jsonb holds. It is no deeper than `readEntry` allows. */
function holdable(value: unknown): unknown {
  if (typeof value === 'string') return value.replaceAll('\u0000', '\ufffd').toWellFormed()
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map(holdable)
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [holdable(name), holdable(inner)]))
}
