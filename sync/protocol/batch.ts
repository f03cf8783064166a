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

/** Bytes; a header is half as long. */
const LONGEST_HEADER = 1024
/** Characters of an entry. */
const SHORT = 4096
/** Characters that are looked through in one step. */
const LOOK = 1 << 19
/** Bytes that are digested in one step. */
const STEP = 1 << 20
/** Levels; a gateway parks what nests deeper than a much lower bound of its own, so that the rest flows. */
const DEEPEST = 1000
/** Values, about: what parses in some hundredths of a second. */
const MOST_VALUES = 150_000
const LINE_FEED = 10
const [QUOTE, BACKSLASH, COLON, COMMA] = [34, 92, 58, 44]
const [OPEN_ARRAY, CLOSE_ARRAY, OPEN_OBJECT, CLOSE_OBJECT] = [91, 93, 123, 125]

/** Thrown for bytes that are no batch. */
export class BatchError extends Error {
  override readonly name = 'BatchError'
  readonly code: 'bad-batch' | 'too-large'
  constructor(message: string, code: BatchError['code'] = 'bad-batch') {
    super(message)
    this.code = code
  }
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
  return atOnce(readingBatch(bytes))
}

/**
 * The same, an entry a step: a gateway has others to serve between two of them. No step takes long, whatever the bytes
 * are: how large and how tangled an entry may be is looked at before it is parsed.
 */
export function* readingBatch(bytes: Buffer): Generator<void, { header: BatchHeader; entries: FramedEntry[] }> {
  const end = bytes.indexOf(LINE_FEED)
  const header = end < 0 || end > LONGEST_HEADER ? undefined : Header.safeParse(json(utf8(bytes.subarray(0, end))))
  if (!header?.success) throw new BatchError('The batch has no header that is understood here.')
  if (bytes.at(-1) !== LINE_FEED) throw new BatchError('The batch is cut.')
  const { device, first, count, last } = header.data
  if (linesAfter(bytes, end + 1, LIMITS.entries + 1) !== count)
    throw new BatchError('The batch does not hold as many entries as it says.')
  let prev = header.data.prev
  if ((first === 1) !== (prev === '')) throw new BatchError('The batch does not begin where it says.')
  const entries: FramedEntry[] = []
  for (let at = end + 1; at < bytes.length; ) {
    const stop = bytes.indexOf(LINE_FEED, at)
    const line = bytes.subarray(at, stop)
    at = stop + 1
    if (line.length > LIMITS.entry) throw new BatchError('An entry is larger than allowed.', 'too-large')
    const body = utf8(line)
    const parsed = (yield* isTangled(body)) ? undefined : json(body)
    const dseq = first + entries.length
    if (!isObject(parsed) || parsed.device !== device || parsed.dseq !== dseq || parsed.prev !== prev)
      throw new BatchError(`Entry ${dseq} is not the next of its device's chain.`)
    prev = hash('sha256', line)
    entries.push({ dseq, hash: prev, body, parsed })
    yield
  }
  if (prev !== last) throw new BatchError('The last entry is not the one that the header names.')
  return { header: header.data, entries }
}

/** How many lines there are from there on; no more than `most` are looked for. */
function linesAfter(bytes: Buffer, from: number, most: number): number {
  let count = 0
  for (let at = bytes.indexOf(LINE_FEED, from); at >= 0 && count < most; at = bytes.indexOf(LINE_FEED, at + 1)) count++
  return count
}

function atOnce<T>(steps: Generator<void, T>): T {
  for (;;) {
    const step = steps.next()
    if (step.done) return step.value
  }
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
  return sign(null, atOnce(digest(frame)), key).toString('base64url')
}

/** Whether the signature is that device's over these bytes. False, never an error, for anything malformed. */
export function verifyBatch(publicKey: string, frame: Buffer, signature: string): boolean {
  return atOnce(verifyingBatch(publicKey, frame, signature))
}

/** The same in steps. */
export function* verifyingBatch(publicKey: string, frame: Buffer, signature: string): Generator<void, boolean> {
  let key: KeyObject
  try {
    key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: publicKey }, format: 'jwk' })
  } catch {
    return false
  }
  return verify(null, yield* digest(frame), key, Buffer.from(signature, 'base64url'))
}

/** The label keeps a signature over a batch from ever being one over something else. */
function* digest(frame: Buffer): Generator<void, Buffer> {
  const digesting = createHash('sha256')
  for (let at = 0; at < frame.length; at += STEP) {
    digesting.update(frame.subarray(at, at + STEP))
    yield
  }
  return Buffer.concat([Buffer.from('alcove batch\n'), digesting.digest()])
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
 * Whether a text nests deeper, or holds more values, than any entry: parsing megabytes of those takes seconds. What is
 * short enough not to take long is not looked through.
 */
function* isTangled(text: string): Generator<void, boolean> {
  if (text.length < SHORT) return false
  let depth = 0
  let values = 0
  let quoted = false
  for (let at = 0; at < text.length; at++) {
    if (at % LOOK === 0) yield
    const symbol = text.charCodeAt(at)
    if (quoted) {
      if (symbol === BACKSLASH) at++
      else if (symbol === QUOTE) quoted = false
    } else if (symbol === QUOTE) quoted = true
    else if (symbol === OPEN_ARRAY || symbol === OPEN_OBJECT) {
      if (++depth > DEEPEST) return true
      values++
    } else if (symbol === CLOSE_ARRAY || symbol === CLOSE_OBJECT) depth--
    else if (symbol === COLON || symbol === COMMA) values++
    if (values > MOST_VALUES) return true
  }
  return false
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
