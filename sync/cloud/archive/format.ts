/**
 * What is in an archive, once age has opened it and zstd has unpacked it: lines of JSON, in UTF-8.
 *
 *     {"alcove":"facility archive","format":1,"facility":…,…}     what it is
 *     {"table":"journal","columns":["seq",…]}                     then a line a row, as an array in that order
 *     [1,"0123456789abcdef",…]
 *     {"end":"journal","rows":1,"sha256":…}                       of the table's rows, each with its line feed
 *     …
 *     {"end":"archive","rows":12,"sha256":…}                      of everything before
 *
 * Times are ISO 8601, bytes are PostgreSQL's `\x` and hex, everything else is JSON's own.
 */
import { createHash, type Hash } from 'node:crypto'
import { z } from 'zod'
import { CloudError } from '../errors.ts'

export const Header = z.looseObject({
  alcove: z.literal('facility archive'),
  format: z.literal(1),
  facility: z.string(),
  schema: z.string(),
  role: z.string(),
  /** Of the facility's schema: which columns there are. */
  version: z.int().positive(),
  /** How the facility's memory was called, and how far it had come. */
  epoch: z.string(),
  seq: z.int().nonnegative(),
  madeAt: z.iso.datetime(),
})
export type Header = z.infer<typeof Header>

const TableLine = z.looseObject({ table: z.string(), columns: z.array(z.string()).min(1).max(100) })
const EndLine = z.looseObject({ end: z.string(), rows: z.int().nonnegative(), sha256: z.string() })

/** How many rows of what an archive holds, and the SHA-256 of all of it. */
export interface Manifest {
  rows: Record<string, number>
  sha256: string
}

/** A line of an archive, once it is known to be in its place. */
export type Piece =
  | { what: 'header'; header: Header }
  | { what: 'table'; table: string; columns: readonly string[] }
  | { what: 'row'; table: string; values: unknown[] }
  | { what: 'end'; manifest: Manifest }

/** Counts and hashes what is written. */
export class Tally {
  readonly #all: Hash = createHash('sha256')
  #table: { name: string; rows: number; hash: Hash } | undefined
  readonly rows: Record<string, number> = {}

  line(text: string): string {
    const line = `${text}\n`
    this.#all.update(line)
    return line
  }

  begin(table: string, columns: readonly string[]): string {
    this.#table = { name: table, rows: 0, hash: createHash('sha256') }
    return this.line(JSON.stringify({ table, columns }))
  }

  row(text: string): string {
    const line = this.line(text)
    if (!this.#table) throw new TypeError('a row belongs to a table')
    this.#table.rows++
    this.#table.hash.update(line)
    return line
  }

  end(): string {
    if (!this.#table) throw new TypeError('no table was begun')
    const { name, rows, hash } = this.#table
    this.rows[name] = rows
    this.#table = undefined
    return this.line(JSON.stringify({ end: name, rows, sha256: hash.digest('hex') }))
  }

  close(): { text: string; manifest: Manifest } {
    const total = Object.values(this.rows).reduce((sum, one) => sum + one, 0)
    const sha256 = this.#all.digest('hex')
    return {
      text: `${JSON.stringify({ end: 'archive', rows: total, sha256 })}\n`,
      manifest: { rows: { ...this.rows }, sha256 },
    }
  }
}

/** Reads lines in their order, and refuses what is not as it was written. */
export class LineReader {
  readonly #tally = new Tally()
  #table: string | undefined
  #header = false
  #closed = false

  read(text: string): Piece | undefined {
    if (this.#closed) throw damaged()
    const parsed = parse(text)
    if (Array.isArray(parsed)) return this.#row(text, parsed)
    if (!this.#header) {
      const header = Header.safeParse(parsed)
      if (!header.success) throw newer()
      this.#header = true
      this.#tally.line(text)
      return { what: 'header', header: header.data }
    }
    const end = EndLine.safeParse(parsed)
    if (end.success) return this.#end(text, end.data)
    const table = TableLine.safeParse(parsed)
    if (!table.success || this.#table !== undefined) throw damaged()
    this.#table = table.data.table
    if (this.#tally.begin(table.data.table, table.data.columns) !== `${text}\n`) throw damaged()
    return { what: 'table', table: table.data.table, columns: table.data.columns }
  }

  /** To be called when there is nothing more: an archive that lost its end is not one. */
  finish(): void {
    if (!this.#closed) throw damaged()
  }

  #row(text: string, values: unknown[]): Piece {
    if (this.#table === undefined) throw damaged()
    this.#tally.row(text)
    return { what: 'row', table: this.#table, values }
  }

  #end(text: string, { end }: z.infer<typeof EndLine>): Piece | undefined {
    if (this.#table !== undefined) {
      if (end !== this.#table || this.#tally.end() !== `${text}\n`) throw damaged()
      this.#table = undefined
      return undefined
    }
    const closed = this.#tally.close()
    if (closed.text !== `${text}\n`) throw damaged()
    this.#closed = true
    return { what: 'end', manifest: closed.manifest }
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw damaged()
  }
}

export const damaged = (cause?: unknown) =>
  new CloudError('archive-damaged', 'That archive is damaged or was cut off. Nothing was changed.', cause)

const newer = () =>
  new CloudError('archive-newer', 'That archive is of a kind that this program does not read. Nothing was changed.')
