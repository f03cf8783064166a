/**
 * Cuts a stream of bytes into resources: the entries of a bundle, or the lines of an NDJSON file. It follows strings and
 * brackets only; each piece is parsed by `JSON.parse`, which is several times faster than a parser that streams, and
 * what is left of a bundle without its entries is parsed as a whole. So everything is checked, and no more than one
 * resource is ever in memory.
 */
import { isUtf8 } from 'node:buffer'
import { isObject, type JsonObject } from '../../domain/fhir/reader.ts'
import type { Json } from '../../domain/fields.ts'
import { BrokenFile } from './broken-file.ts'

/** A parsed piece of the file, and its place. */
export interface Piece {
  /** `entry`: of a bundle. `resource`: on its own. `bundle`: what surrounded the entries that came before it. */
  type: 'entry' | 'resource' | 'bundle'
  value: Json
  /** `entry[12]`, `line 3`. */
  where: string
  /** How many members its objects have in the text; more than were parsed if a name was given twice. */
  members: number
}

/** The journal entry of a resource has to fit into one batch of the sync. */
export const LARGEST_RESOURCE = 4 * 1024 * 1024
const DEEPEST = 100

const [QUOTE, BACKSLASH, COLON, COMMA] = [0x22, 0x5c, 0x3a, 0x2c]
const [OPEN_OBJECT, CLOSE_OBJECT, OPEN_LIST, CLOSE_LIST, NEWLINE] = [0x7b, 0x7d, 0x5b, 0x5d, 0x0a]
const ENTRY_KEY = Buffer.from('"entry"')

export class Splitter {
  /** What was not given out yet, and how far it was read. */
  #rest: Buffer = Buffer.alloc(0)
  #at = 0
  #line = 1
  #depth = 0
  #inString = false
  #escaped = false
  #colons = 0
  /** Beginning of the piece being read, in `#rest`; -1 between pieces. */
  #start = -1
  #startLine = 1
  /** Set while the entries of a bundle are read. */
  #entries: { count: number; afterComma: boolean } | undefined
  /** The text of a bundle up to its entries, and the colons in it. */
  #around: { text: string; colons: number; count: number } | undefined
  #first = true;

  /** The pieces that these bytes complete. */
  *push(bytes: Buffer): Generator<Piece> {
    const rest = this.#rest.length === 0 ? bytes : Buffer.concat([this.#rest, bytes])
    this.#rest = rest
    if (this.#first) {
      // A decision needs three bytes, and a file that has fewer is decided at its end.
      if (rest.length < 3) return
      this.#first = false
      this.#at = beginning(rest)
    }
    yield* this.#scan()
    const used = this.#start === -1 ? this.#at : this.#start
    this.#rest = Buffer.from(this.#rest.subarray(used))
    this.#at -= used
    if (this.#start !== -1) this.#start = 0
  }

  /** Throws if the file ends where it cannot end. */
  end(): void {
    if (this.#first && this.#rest.toString('latin1').trim() !== '') throw notJson('line 1')
    if (this.#entries) {
      const { count } = this.#entries
      throw new BrokenFile(`entry[${count}]`, 'The file ends in the middle of it.')
    }
    if (this.#depth > 0) {
      throw new BrokenFile(`line ${this.#startLine}`, 'The file ends in the middle of what begins there.')
    }
  }

  *#scan(): Generator<Piece> {
    const bytes = this.#rest
    const end = bytes.length
    while (this.#at < end) {
      if (this.#inString) {
        this.#skipString(bytes, end)
        continue
      }
      const byte = bytes[this.#at++] as number
      switch (byte) {
        case QUOTE:
          if (this.#depth === 0 || (this.#entries && this.#depth === 2)) throw this.#misplaced()
          this.#inString = true
          break
        case COLON:
          this.#colons++
          break
        case NEWLINE:
          this.#line++
          break
        case OPEN_OBJECT:
        case OPEN_LIST:
          this.#open(bytes, byte)
          break
        case CLOSE_OBJECT:
        case CLOSE_LIST: {
          const piece = this.#close(bytes, byte)
          if (piece) yield piece
          break
        }
        default:
          if (byte > 0x20) this.#other(byte)
      }
    }
    this.#checkSize(end)
  }

  #skipString(bytes: Buffer, end: number): void {
    while (this.#at < end) {
      const byte = bytes[this.#at++]
      if (this.#escaped) this.#escaped = false
      else if (byte === BACKSLASH) this.#escaped = true
      else if (byte === QUOTE) {
        this.#inString = false
        return
      }
    }
  }

  #open(bytes: Buffer, byte: number): void {
    if (this.#depth === 0) {
      if (byte !== OPEN_OBJECT) throw notJson(`line ${this.#line}`)
      this.#begin(this.#at - 1)
    } else if (this.#entries && this.#depth === 2) {
      const { count, afterComma } = this.#entries
      if (byte !== OPEN_OBJECT) throw new BrokenFile(`entry[${count}]`, 'An entry has to be an object.')
      if (count > 0 && !afterComma) throw this.#misplaced()
      this.#begin(this.#at - 1)
    } else if (this.#depth === 1 && byte === OPEN_LIST && !this.#around && this.#isEntries(bytes)) {
      this.#around = { text: this.#text(bytes, this.#start, this.#at), colons: this.#colons, count: 0 }
      this.#entries = { count: 0, afterComma: false }
      this.#start = -1
    }
    this.#depth++
    if (this.#depth > DEEPEST) throw new BrokenFile(this.#where(), 'It is nested too deep.')
  }

  #close(bytes: Buffer, byte: number): Piece | undefined {
    this.#depth--
    if (this.#depth < 0) throw notJson(`line ${this.#line}`)
    if (this.#entries && this.#depth === 1) {
      const { count, afterComma } = this.#entries
      if (byte !== CLOSE_LIST || afterComma) throw this.#misplaced()
      this.#entries = undefined
      if (this.#around) Object.assign(this.#around, { count })
      this.#start = this.#at - 1
      this.#colons = 0
      return undefined
    }
    if (this.#entries && this.#depth === 2) {
      const piece = this.#piece('entry', this.#text(bytes, this.#start, this.#at), this.#colons)
      this.#entries = { count: this.#entries.count + 1, afterComma: false }
      this.#start = -1
      return piece
    }
    if (this.#depth > 0) return undefined
    const text = this.#text(bytes, this.#start, this.#at)
    const around = this.#around
    const piece = around
      ? this.#piece('bundle', around.text + text, around.colons + this.#colons)
      : this.#piece('resource', text, this.#colons)
    this.#around = undefined
    this.#start = -1
    return piece
  }

  #other(byte: number): void {
    if (this.#depth === 0) throw notJson(`line ${this.#line}`)
    if (!this.#entries || this.#depth > 2) return
    if (byte !== COMMA || this.#entries.afterComma || this.#entries.count === 0) throw this.#misplaced()
    this.#entries.afterComma = true
  }

  #begin(at: number): void {
    this.#start = at
    this.#startLine = this.#line
    this.#colons = 0
  }

  #piece(type: Piece['type'], text: string, members: number): Piece {
    const where = this.#where()
    try {
      return { type, value: JSON.parse(text) as Json, where, members }
    } catch {
      // Its message would quote the text.
      throw new BrokenFile(where, 'It is not valid JSON.')
    }
  }

  #text(bytes: Buffer, from: number, to: number): string {
    this.#checkSize(to)
    const piece = bytes.subarray(from, to)
    if (!isUtf8(piece)) throw new BrokenFile(this.#where(), 'It holds bytes that are not UTF-8 text.')
    return piece.toString('utf8')
  }

  #checkSize(to: number): void {
    if (this.#start !== -1 && to - this.#start > LARGEST_RESOURCE) {
      throw new BrokenFile(
        this.#where(),
        `It is larger than the ${LARGEST_RESOURCE / 1024 / 1024} MB that a resource may have.`,
      )
    }
  }

  /** Whether a list that begins here, at the first level of an object, is the entries of a bundle. */
  #isEntries(bytes: Buffer): boolean {
    let at = this.#at - 2
    const skipSpace = () => {
      while (at > this.#start && (bytes[at] as number) <= 0x20) at--
    }
    skipSpace()
    if (bytes[at--] !== COLON) return false
    skipSpace()
    const key = at + 1 - ENTRY_KEY.length
    if (key <= this.#start || ENTRY_KEY.compare(bytes, key, at + 1) !== 0) return false
    // A `List` has entries too. A type that comes after them is checked when the bundle has been read.
    const before = this.#piece('bundle', `${this.#text(bytes, this.#start, this.#at)}]}`, 0).value
    return isObject(before) && (before.resourceType === undefined || before.resourceType === 'Bundle')
  }

  #where(): string {
    return this.#entries ? `entry[${this.#entries.count}]` : `line ${this.#startLine}`
  }

  #misplaced(): BrokenFile {
    return this.#depth === 0
      ? notJson(`line ${this.#line}`)
      : new BrokenFile(this.#where(), 'It is not valid JSON here.')
  }
}

/** How many members all objects within have. */
export function membersOf(value: Json | undefined): number {
  if (Array.isArray(value)) return value.reduce<number>((sum, item) => sum + membersOf(item), 0)
  if (!isObject(value)) return 0
  return Object.values(value as JsonObject).reduce<number>((sum, item) => sum + 1 + membersOf(item), 0)
}

/** Where the text begins, past a byte order mark; refuses what is plainly something else. */
function beginning(bytes: Buffer): number {
  const [a, b, c] = bytes
  if (a === 0xef && b === 0xbb && c === 0xbf) return 3
  if (a === 0x1f && b === 0x8b) throw new BrokenFile('line 1', 'The file is compressed (gzip). Unpack it first.')
  if (a === 0x50 && b === 0x4b) throw new BrokenFile('line 1', 'The file is a ZIP archive. Unpack it first.')
  if ((a === 0xff && b === 0xfe) || (a === 0xfe && b === 0xff) || a === 0 || b === 0) {
    throw new BrokenFile('line 1', 'The file is not UTF-8 text, as FHIR has to be. Save it as UTF-8.')
  }
  return 0
}

function notJson(where: string): BrokenFile {
  return new BrokenFile(where, 'This is not FHIR in JSON: a bundle or a resource begins with “{”.')
}
