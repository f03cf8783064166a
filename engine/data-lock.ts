/**
 * One program at a time on a clinic's folder. The lock is the operating system's own, by way of an empty SQLite file: it
 * is gone the moment its process is, however that ended, so there is never a stale one to clear away.
 */
import { mkdirSync, truncateSync } from 'node:fs'
import { join } from 'node:path'
import './quiet-report.ts'
import Sqlite from 'better-sqlite3-multiple-ciphers'
import { asAlcoveError } from './errors.ts'

export class DataLock {
  readonly #file: Sqlite.Database

  private constructor(file: Sqlite.Database) {
    this.#file = file
  }

  /** `already-open` if another program has the folder. Makes the folder if there is none. */
  static take(dir: string): DataLock {
    mkdirSync(dir, { recursive: true, mode: 0o700 })
    const path = join(dir, 'lock')
    try {
      return new DataLock(held(path))
    } catch (error) {
      if (!isDamage(error)) throw asAlcoveError(error)
    }
    // There is nothing in it to lose, and whoever held it would have been met first. Emptied rather than removed: a
    // file of the same name made anew would be another lock.
    try {
      truncateSync(path)
      return new DataLock(held(path))
    } catch (error) {
      throw asAlcoveError(error)
    }
  }

  release(): void {
    this.#file.close()
  }
}

function held(path: string): Sqlite.Database {
  const file = new Sqlite(path, { timeout: 0 })
  try {
    file.pragma('journal_mode=MEMORY')
    file.exec('begin exclusive')
    return file
  } catch (error) {
    file.close()
    throw error
  }
}

function isDamage(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  return code.startsWith('SQLITE_NOTADB') || code.startsWith('SQLITE_CORRUPT')
}
