/**
 * Writes everything the clinic has into a FHIR R4 collection bundle: every record of every kind, what was imported as it
 * came unless it was changed here. Users are left out; they are no part of anybody's records.
 */
import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeSync } from 'node:fs'
import { EXPORTED_KINDS, toFhir } from '../../domain/fhir/fhir.ts'
import type { AnyKind } from '../../domain/kind.ts'
import { KINDS } from '../../domain/kinds.ts'
import type { Context } from '../context.ts'
import { AlcoveError } from '../errors.ts'
import type { Row } from '../rows.ts'
import { quoted } from '../tables.ts'
import { Relinker } from './relinker.ts'

export interface Exported {
  resources: number
  bytes: number
}

/** Text is handed to the system in pieces of about this many characters. */
const PIECE = 1024 * 1024

/** The file is complete or not there: it is written beside its place and then moved, readable by this user only. */
export function exportFile({ db, store, now }: Pick<Context, 'db' | 'store' | 'now'>, path: string): Exported {
  const partial = `${path}.partial`
  const file = open(partial)
  try {
    const out = new Out(file)
    const relinker = new Relinker(db)
    let resources = 0
    out.write(`{"resourceType":"Bundle","type":"collection","timestamp":"${now().toISOString()}","entry":[`)
    for (const name of EXPORTED_KINDS) {
      const kind: AnyKind = KINDS[name]
      for (const row of db.iterate<Row>(`select * from ${quoted(name)} order by id`)) {
        const { fullUrl, resource } = toFhir(name, store.read(kind, row) as never)
        out.write(`${resources++ > 0 ? ',' : ''}\n${JSON.stringify({ fullUrl, resource: relinker.relink(resource) })}`)
      }
    }
    out.write(resources > 0 ? '\n]}\n' : ']}\n')
    const bytes = out.end()
    fsyncSync(file)
    closeSync(file)
    renameSync(partial, path)
    return { resources, bytes }
  } catch (error) {
    closeQuietly(file)
    rmSync(partial, { force: true })
    throw refused(error)
  }
}

class Out {
  readonly #file: number
  #pieces: string[] = []
  #length = 0
  #bytes = 0

  constructor(file: number) {
    this.#file = file
  }

  write(text: string): void {
    this.#pieces.push(text)
    this.#length += text.length
    if (this.#length >= PIECE) this.#flush()
  }

  end(): number {
    this.#flush()
    return this.#bytes
  }

  #flush(): void {
    const bytes = Buffer.from(this.#pieces.join(''), 'utf8')
    for (let at = 0; at < bytes.length; ) at += writeSync(this.#file, bytes, at)
    this.#bytes += bytes.length
    this.#pieces = []
    this.#length = 0
  }
}

function open(path: string): number {
  try {
    // A part of an earlier export that was cut short.
    rmSync(path, { force: true })
    return openSync(path, 'wx', 0o600)
  } catch (error) {
    throw refused(error)
  }
}

function closeQuietly(file: number): void {
  try {
    closeSync(file)
  } catch {
    // It was closed already.
  }
}

function refused(error: unknown): unknown {
  const code = error instanceof Error && 'code' in error ? error.code : ''
  if (code === 'ENOENT' || code === 'ENOTDIR')
    return new AlcoveError('bad-input', 'There is no such folder to export to.')
  if (code === 'EISDIR' || code === 'EEXIST')
    return new AlcoveError('bad-input', 'Name a file to export to, not a folder.')
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS') {
    return new AlcoveError('bad-input', 'This computer’s user may not write there.')
  }
  return error
}
