/**
 * A batch: entries of one device, in order, as the bytes that are hashed, signed and sent.
 *
 *     {"count":2,"device":"…","facility":"…","first":41,"last":"<hash of 42>","prev":"<hash of 40>","v":1}
 *     <body of entry 41>
 *     <body of entry 42>
 *
 * A header and one line an entry, each ended by a line feed. An entry's body is canonical JSON and so holds no line feed
 * of its own; it is carried as it is, and its hash is reckoned from it rather than believed. The header names the
 * facility, so that a signed batch is worth nothing to another one.
 */
import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  hash,
  type KeyObject,
  sign,
  verify,
} from 'node:crypto'
import canonicalize from 'canonicalize'
import { z } from 'zod'
import { DeviceId, Hash } from '../../domain/entry.ts'
import type { OutboxEntry } from '../../domain/outbox.ts'
import { FacilityId, LIMITS } from './messages.ts'

const Header = z.strictObject({
  v: z.int().positive(),
  facility: FacilityId,
  device: DeviceId,
  first: z.int().positive(),
  count: z.int().positive().max(LIMITS.entries),
  /** Hash of the entry before the first; empty when there is none. */
  prev: z.union([Hash, z.literal('')]),
  /** Hash of the last entry. */
  last: Hash,
})
export type BatchHeader = z.infer<typeof Header>

/** An entry as it came out of a frame: its place in the chain is proved, its content is not looked at yet. */
export interface FramedEntry extends OutboxEntry {
  /** The body, parsed but not validated: `EntryBody` of domain/entry.ts is for whoever stores it. */
  parsed: Record<string, unknown>
}

/** Characters; a header is half as long. */
const LONGEST_HEADER = 1024
/** Characters of an entry. */
const SHORT = 4096
/** Levels; a gateway parks what nests deeper than a much lower bound of its own, so that the rest flows. */
const DEEPEST = 1000
const MOST_MEMBERS = 500_000
const [QUOTE, BACKSLASH, COLON] = [34, 92, 58]
const [OPEN_ARRAY, CLOSE_ARRAY, OPEN_OBJECT, CLOSE_OBJECT] = [91, 93, 123, 125]

/** Thrown for bytes that are no batch. */
export class BatchError extends Error {
  override readonly name = 'BatchError'
  readonly code = 'bad-batch'
}

/** The bytes of a batch. The entries must follow each other; at least one. */
export function frameBatch(
  v: number,
  facility: string,
  device: string,
  prev: string,
  entries: readonly OutboxEntry[],
): Buffer {
  const [first, last] = [entries[0], entries.at(-1)]
  if (!first || !last) throw new RangeError('a batch has at least one entry')
  const header: BatchHeader = { v, facility, device, first: first.dseq, count: entries.length, prev, last: last.hash }
  return Buffer.from([canonicalize(header), ...entries.map((entry) => entry.body), ''].join('\n'))
}

/** Reads a frame and proves its chain: device, dseq, prev and hash of every entry. Throws BatchError. */
export function readBatch(bytes: Buffer): { header: BatchHeader; entries: FramedEntry[] } {
  const text = utf8(bytes)
  const end = text.indexOf('\n')
  const header = end < 0 || end > LONGEST_HEADER ? undefined : Header.safeParse(json(text.slice(0, end)))
  if (!header?.success) throw new BatchError('The batch has no header that is understood here.')
  // Never more lines than a batch may have, whatever was sent.
  const lines = text.slice(end + 1).split('\n', LIMITS.entries + 2)
  if (lines.pop() !== '') throw new BatchError('The batch is cut.')
  const { device, first, count, last } = header.data
  if (lines.length !== count) throw new BatchError('The batch does not hold as many entries as it says.')
  let prev = header.data.prev
  if ((first === 1) !== (prev === '')) throw new BatchError('The batch does not begin where it says.')
  const entries = lines.map((body, at): FramedEntry => {
    const parsed = isTangled(body) ? undefined : json(body)
    const dseq = first + at
    if (!isObject(parsed) || parsed.device !== device || parsed.dseq !== dseq || parsed.prev !== prev)
      throw new BatchError(`Entry ${dseq} is not the next of its device's chain.`)
    prev = hashOf(body)
    return { dseq, hash: prev, body, parsed }
  })
  if (prev !== last) throw new BatchError('The last entry is not the one that the header names.')
  return { header: header.data, entries }
}

/** SHA-256 of an entry's body, hex: what names it. */
export function hashOf(body: string): string {
  // In one call: a push hashes thousands of short texts, and a hash object for each took half of that time.
  return hash('sha256', body)
}

/** A device's key pair: the public half as the gateway keeps it, the private half as the engine does (PKCS 8), base64url. */
export function newDeviceKeys(): { publicKey: string; privateKey: string } {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519')
  return {
    publicKey: publicKey.export({ format: 'jwk' }).x ?? '',
    privateKey: privateKey.export({ format: 'der', type: 'pkcs8' }).toString('base64url'),
  }
}

/** Signs a batch's frame. The digest is signed, so that a signer never has to hold the batch. */
export function signBatch(privateKey: string, frame: Buffer): string {
  const key = createPrivateKey({ key: Buffer.from(privateKey, 'base64url'), format: 'der', type: 'pkcs8' })
  return sign(null, digest(frame), key).toString('base64url')
}

/** Whether the signature is that device's over these bytes. False, never an error, for anything malformed. */
export function verifyBatch(publicKey: string, frame: Buffer, signature: string): boolean {
  let key: KeyObject
  try {
    key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: publicKey }, format: 'jwk' })
  } catch {
    return false
  }
  return verify(null, digest(frame), key, Buffer.from(signature, 'base64url'))
}

/** The label keeps a signature over a batch from ever being one over something else. */
function digest(frame: Buffer): Buffer {
  return Buffer.concat([Buffer.from('alcove batch\n'), createHash('sha256').update(frame).digest()])
}

function utf8(bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    throw new BatchError('The batch is not text.')
  }
}

function json(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}

/**
 * Whether a text nests deeper, or has more members, than any entry: parsing megabytes of those takes seconds. What is
 * short enough not to take long is not looked through.
 */
function isTangled(text: string): boolean {
  if (text.length < SHORT) return false
  let depth = 0
  let members = 0
  let quoted = false
  for (let at = 0; at < text.length; at++) {
    const symbol = text.charCodeAt(at)
    if (quoted) {
      if (symbol === BACKSLASH) at++
      else if (symbol === QUOTE) quoted = false
    } else if (symbol === QUOTE) quoted = true
    else if (symbol === OPEN_ARRAY || symbol === OPEN_OBJECT) {
      if (++depth > DEEPEST) return true
    } else if (symbol === CLOSE_ARRAY || symbol === CLOSE_OBJECT) depth--
    else if (symbol === COLON && ++members > MOST_MEMBERS) return true
  }
  return false
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
