/**
 * The fold: from a record's changes to the record as it stands. Pure, and the same on the workstation and in the cloud.
 *
 * Changes form a graph: each names the changes it was made on top of. For every field, the changes that set it and that
 * no later change of the same field builds on are its *tips*. One tip, or tips that agree: that is the value. Tips that
 * differ were made without knowledge of each other; the field's policy says which is shown, and all of them are kept.
 * The result depends on the set of changes only, never on the order in which they arrived.
 */
import canonicalize from 'canonicalize'
import type { Change } from './entry.ts'
import type { Json } from './fields.ts'
import { type AnyKind, policyOf } from './kind.ts'

/** One of several values that were given to a field concurrently. */
export interface Rival {
  value: Json
  author: string
  hlc: string
  /** The change that gave it. */
  hash: string
}

export interface Conflict {
  field: string
  /** `review`: a person has to decide. `latest`, `append`: listed, nobody is asked. */
  policy: 'review' | 'latest' | 'append'
  /** Every value, the shown one first. */
  rivals: Rival[]
}

export interface Folded {
  fields: Record<string, Json>
  /** Changes that no other change builds on: what the next change names as its base. */
  heads: string[]
  conflicts: Conflict[]
  /** Clock readings of the first and the last change. */
  created: string
  updated: string
}

/** Folds all changes of one record; at least one. Unknown fields are folded like the known, so that a newer program's survive. */
export function fold(kind: AnyKind | undefined, changes: readonly Change[]): Folded {
  const steps = folding(kind, changes)
  for (;;) {
    const step = steps.next()
    if (step.done) return step.value
  }
}

/** The same, a field a step: of a record with thousands of changes, for whoever has others to serve meanwhile. */
export function* folding(kind: AnyKind | undefined, changes: readonly Change[]): Generator<void, Folded> {
  if (changes.length === 0) throw new RangeError('a record has at least one change')
  if (changes.length === 1) return alone(changes[0] as Change)
  const ordered = distinct(changes).sort(byClock)
  const known = new Map(ordered.map((change) => [change.hash, change]))

  const named = new Set(ordered.flatMap((change) => change.base))
  const heads = ordered.filter((change) => !named.has(change.hash)).map((change) => change.hash)

  const fields: Record<string, Json> = {}
  const conflicts: Conflict[] = []
  for (const [field, writers] of writersOf(ordered)) {
    yield
    const below = writers.length > 1 ? ancestorsOf(writers, known) : NONE
    const tips = writers.filter((writer) => !below.has(writer.hash))
    const rivals = distinctValues(tips, field)
    const shown = rivals.length > 1 ? choose(kind, field, rivals) : rivals[0]
    if (!shown) continue
    if (rivals.length > 1) {
      const policy = kind ? policyOf(kind, field) : 'latest'
      conflicts.push({ field, policy, rivals: [shown, ...rivals.filter((rival) => rival !== shown)] })
    }
    if (shown.value !== null) fields[field] = shown.value
  }
  const first = ordered[0] as Change
  const last = ordered[ordered.length - 1] as Change
  return { fields, heads, conflicts, created: first.hlc, updated: last.hlc }
}

/** The fields that were ever set, and who set each. */
function writersOf(ordered: readonly Change[]): Map<string, Change[]> {
  const writers = new Map<string, Change[]>()
  for (const change of ordered)
    for (const field of Object.keys(change.fields)) {
      const those = writers.get(field)
      if (those) those.push(change)
      else writers.set(field, [change])
    }
  return writers
}

const NONE: ReadonlySet<string> = new Set()

/**
 * Puts one more change on a record, when that change was made on top of exactly what stands and nothing is in conflict.
 * Returns undefined when it was not; the caller then folds from all changes. `extend(fold(a), c)` equals `fold([...a, c])`.
 */
export function extend(folded: Folded, change: Change): Folded | undefined {
  if (folded.conflicts.length > 0 || !sameSet(folded.heads, change.base)) return undefined
  const fields = { ...folded.fields }
  for (const [field, value] of Object.entries(change.fields)) {
    if (value === null) delete fields[field]
    else fields[field] = value
  }
  return {
    fields,
    heads: [change.hash],
    conflicts: [],
    created: change.hlc < folded.created ? change.hlc : folded.created,
    updated: change.hlc > folded.updated ? change.hlc : folded.updated,
  }
}

/** What most records are: one change. An import and a first sync fold nothing else, by the hundred thousand. */
function alone({ fields, hash, hlc }: Change): Folded {
  const standing: Record<string, Json> = {}
  for (const field of Object.keys(fields)) {
    const value = fields[field]
    if (value !== null && value !== undefined) standing[field] = value
  }
  return { fields: standing, heads: [hash], conflicts: [], created: hlc, updated: hlc }
}

/**
 * Every change that one of these was made on top of, directly or not. In one walk for all of them: a record that was
 * changed by thousands without knowledge of each other must not take the square of that.
 */
function ancestorsOf(changes: readonly Change[], known: ReadonlyMap<string, Change>): ReadonlySet<string> {
  const seen = new Set<string>()
  // A walk rather than recursion: a record that is changed every day is a deep graph.
  const open = changes.flatMap((change) => change.base)
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (seen.has(next)) continue
    seen.add(next)
    open.push(...(known.get(next)?.base ?? []))
  }
  return seen
}

function choose(kind: AnyKind | undefined, field: string, rivals: readonly Rival[]): Rival | undefined {
  const policy = kind ? policyOf(kind, field) : 'latest'
  const safer = kind?.columns.find((column) => column.name === field)?.meta.safer
  if (policy === 'review' && safer) {
    const ranked = safer.map((value) => rivals.find((rival) => same(rival.value, value))).find(Boolean)
    if (ranked) return ranked
  }
  // What was recorded first stands for append-only kinds; elsewhere the later change is shown.
  return policy === 'append' ? rivals[0] : rivals[rivals.length - 1]
}

function distinctValues(tips: readonly Change[], field: string): Rival[] {
  const rivals: Rival[] = []
  const seen = new Set<string>()
  for (const tip of tips) {
    const value = tip.fields[field] ?? null
    // By its one text, rather than each with each: thousands may have been given.
    const text = canonicalize(value) as string
    if (seen.has(text)) continue
    seen.add(text)
    rivals.push({ value, author: tip.author, hlc: tip.hlc, hash: tip.hash })
  }
  return rivals
}

function distinct(changes: readonly Change[]): Change[] {
  return [...new Map(changes.map((change) => [change.hash, change])).values()]
}

function byClock(a: Change, b: Change): number {
  if (a.hlc !== b.hlc) return a.hlc < b.hlc ? -1 : 1
  return a.hash < b.hash ? -1 : a.hash > b.hash ? 1 : 0
}

/** Equality of JSON values; the order of an object's keys does not matter. */
export function same(a: Json, b: Json): boolean {
  if (a === b) return true
  if (a === null || b === null || typeof a !== 'object' || typeof b !== 'object') return false
  if (Array.isArray(a) || Array.isArray(b)) {
    return (
      Array.isArray(a) && Array.isArray(b) && a.length === b.length && a.every((item, i) => same(item, b[i] ?? null))
    )
  }
  const keys = Object.keys(a)
  return (
    keys.length === Object.keys(b).length &&
    keys.every((key) => Object.hasOwn(b, key) && same(a[key] as Json, b[key] as Json))
  )
}

function sameSet(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((item) => b.includes(item))
}
