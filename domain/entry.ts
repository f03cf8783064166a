/**
 * An entry of the journal: the change log, the audit trail and the sync outbox in one.
 *
 * Entries are chained per device: each carries the hash of the one before it, and its own hash is the SHA-256 of its
 * canonical encoding (RFC 8785), which is stored and sent as it is, so that nobody ever has to encode it a second time.
 */
import canonicalize from 'canonicalize'
import { z } from 'zod'
import type { Json } from './fields.ts'

export const ENTRY_KINDS = ['change', 'access', 'session', 'admin'] as const
export type EntryKind = (typeof ENTRY_KINDS)[number]

/** A SHA-256 in lower-case hex. */
export const Hash = z.string().regex(/^[0-9a-f]{64}$/)
/** A hybrid logical clock reading, 16 hex digits: see `hlc.ts`. */
export const Hlc = z.string().regex(/^[0-9a-f]{16}$/)
/** A device's id: 16 hex digits, random. */
export const DeviceId = z.string().regex(/^[0-9a-f]{16}$/)

/** A field's name. Also keeps `__proto__` and its like out of every object built from an entry. */
const FieldName = z.string().regex(/^[a-z][A-Za-z0-9_]{0,63}$/)

/** The entry as it is encoded. Unknown keys are kept: a newer program may have written them. */
export const EntryBody = z.looseObject({
  /** Version of the encoding. */
  v: z.literal(1),
  device: DeviceId,
  /** Gapless per device, from 1. */
  dseq: z.int().positive(),
  hlc: Hlc,
  /** The user's id, or `system`. */
  author: z.string().max(64),
  kind: z.enum(ENTRY_KINDS),
  /** For a change or an access: the kind and id of the record. For others: what was done, as `user.added`. */
  record: z.string().max(64),
  id: z.string().max(64),
  /** For a change: field → value, `null` for a cleared field. For others: details, never clinical. */
  fields: z.record(FieldName, z.json()).optional(),
  /** For a change: the hashes of the entries it was made on top of (the record's heads as its author saw them). */
  base: z.array(Hash).max(64).optional(),
  reason: z.string().max(2000).optional(),
  /** Hash of the device's entry before this one; the empty string for its first. */
  prev: z.union([Hash, z.literal('')]),
})
export type EntryBody = z.infer<typeof EntryBody>

/** What the fold needs of a change. */
export interface Change {
  hash: string
  hlc: string
  author: string
  fields: Record<string, Json>
  base: readonly string[]
}

/** The canonical encoding (RFC 8785) of an entry's body. */
export function encodeEntry(body: EntryBody): string {
  const encoded = canonicalize(body)
  if (encoded === undefined) throw new TypeError('an entry cannot be encoded')
  return encoded
}

/** Reads an encoded body. Throws `ZodError` or `SyntaxError` for what is not an entry. */
export function decodeEntry(body: string): EntryBody {
  return EntryBody.parse(JSON.parse(body))
}
