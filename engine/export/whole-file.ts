/** A file that is complete or not there: written beside its place and then moved, readable by this user only. */
import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeSync } from 'node:fs'
import { AlcoveError } from '../errors.ts'

/** Text is handed to the system in pieces of about this many characters. */
const PIECE = 1024 * 1024

/** Writes whatever `produce` gives out, and answers what it answered and how many bytes there are. */
export function writeWhole<T>(
  path: string,
  produce: (write: (text: string) => void) => T,
): { value: T; bytes: number } {
  const partial = `${path}.partial`
  const file = open(partial)
  try {
    const out = new Out(file)
    const value = produce((text) => out.write(text))
    const bytes = out.end()
    fsyncSync(file)
    closeSync(file)
    renameSync(partial, path)
    return { value, bytes }
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
