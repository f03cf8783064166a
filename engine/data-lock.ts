/**
 * One program at a time on a clinic's folder. The lock is the operating system's own, by way of an empty SQLite file: it
 * is gone the moment its process is, however that ended, so there is never a stale one to clear away.
 */
import { mkdirSync } from 'node:fs'
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
    const file = new Sqlite(join(dir, 'lock'), { timeout: 0 })
    try {
      file.pragma('journal_mode=MEMORY')
      file.exec('begin exclusive')
      return new DataLock(file)
    } catch (error) {
      file.close()
      throw asAlcoveError(error)
    }
  }

  release(): void {
    this.#file.close()
  }
}
