/**
 * The encrypted database: SQLCipher 4's format, opened with a raw key, with every setting that safety rests on made on
 * every connection. A thin typed wrapper: SQL in, rows out, statements prepared once.
 */
import { statSync } from 'node:fs'
import { totalmem } from 'node:os'
import './quiet-report.ts'
import Sqlite from 'better-sqlite3-multiple-ciphers'
import { asAlcoveError, Damaged } from './errors.ts'

/** Values for `?` in order, or for `:name` by name. */
export type Params = readonly unknown[] | Record<string, unknown>

const KEY_BYTES = 32
const MIB = 1024 * 1024

export class Database {
  readonly #sqlite: Sqlite.Database
  readonly #statements = new Map<string, Sqlite.Statement>()

  private constructor(sqlite: Sqlite.Database) {
    this.#sqlite = sqlite
  }

  /** Opens or makes the database in that file. The key's 32 bytes are copied, not kept: the caller zeroes its own. */
  static open(file: string, key: Uint8Array, options: { mustExist?: boolean } = {}): Database {
    // Checked here because the library would quote a malformed key in its own exception.
    if (key.length !== KEY_BYTES) throw new RangeError('a database key has 32 bytes')
    const sqlite = new Sqlite(file, { fileMustExist: options.mustExist ?? false, timeout: 0 })
    try {
      sqlite.pragma("cipher='sqlcipher'")
      sqlite.pragma('legacy=4')
      giveKey(sqlite, key)
      settle(sqlite, file)
      return new Database(sqlite)
    } catch (error) {
      sqlite.close()
      throw error
    }
  }

  all<T>(sql: string, params: Params = []): T[] {
    return this.#prepared(sql).all(params) as T[]
  }

  get<T>(sql: string, params: Params = []): T | undefined {
    return this.#prepared(sql).get(params) as T | undefined
  }

  run(sql: string, params: Params = []): { changes: number } {
    return this.#prepared(sql).run(params)
  }

  /** Row by row, for what may not fit in memory. Prepared anew: a statement that is being read cannot be used twice. */
  iterate<T>(sql: string, params: Params = []): IterableIterator<T> {
    return this.#sqlite.prepare(sql).iterate(params) as IterableIterator<T>
  }

  exec(sql: string): void {
    this.#sqlite.exec(sql)
  }

  /** A pragma's single value. */
  pragma(source: string): unknown {
    return this.#sqlite.pragma(source, { simple: true })
  }

  /** Makes a function that SQL can call; it has to give the same answer for the same arguments. */
  function(name: string, fn: (...args: unknown[]) => unknown): void {
    this.#sqlite.function(name, { deterministic: true, directOnly: true }, fn)
  }

  /**
   * Runs `fn` in one write transaction: all of it is on disk when this returns, or none of it. Inside another one, it
   * is part of that.
   */
  immediate<T>(fn: () => T): T {
    if (this.#sqlite.inTransaction) return fn()
    this.#prepared('begin immediate').run()
    try {
      const value = fn()
      if (value instanceof Promise) throw new TypeError('a transaction cannot wait for anything')
      this.#prepared('commit').run()
      return value
    } catch (error) {
      // SQLite has already rolled back by itself after some errors, a full disk among them.
      if (this.#sqlite.inTransaction) this.#prepared('rollback').run()
      throw error
    }
  }

  /** Runs `fn` so that if it throws, what it wrote is taken back and the transaction around it goes on. */
  savepoint<T>(fn: () => T): T {
    this.#prepared('savepoint attempt').run()
    try {
      const value = fn()
      this.#prepared('release attempt').run()
      return value
    } catch (error) {
      if (this.#sqlite.inTransaction) this.#sqlite.exec('rollback to attempt; release attempt')
      throw error
    }
  }

  get inTransaction(): boolean {
    return this.#sqlite.inTransaction
  }

  get isOpen(): boolean {
    return this.#sqlite.open
  }

  /**
   * Moves everything into the main file and closes it. Nothing is lost if that is cut short; the next open does it.
   * Statistics (`pragma optimize`) are not kept: those of a clinic's first minutes would have the planner scan its
   * journal for years, and every query here was written for its index.
   */
  close(): void {
    if (!this.#sqlite.open) return
    try {
      this.#sqlite.pragma('wal_checkpoint(TRUNCATE)')
    } catch {
      // A full disk must not keep the keys in memory: the log stays, and is read at the next open.
    } finally {
      this.#statements.clear()
      this.#sqlite.close()
    }
  }

  #prepared(sql: string): Sqlite.Statement {
    let statement = this.#statements.get(sql)
    if (!statement) {
      statement = this.#sqlite.prepare(sql) as Sqlite.Statement
      this.#statements.set(sql, statement)
    }
    return statement
  }
}

function giveKey(sqlite: Sqlite.Database, key: Uint8Array): void {
  const text = Buffer.alloc(2 + 2 * KEY_BYTES + 1)
  text.write("x'", 0, 'latin1')
  // Byte by byte: a hex string would stay in the heap until some garbage collection, and could not be zeroed.
  for (const [at, byte] of key.entries()) {
    text[2 + 2 * at] = HEX.charCodeAt(byte >> 4)
    text[3 + 2 * at] = HEX.charCodeAt(byte & 15)
  }
  text.write("'", text.length - 1, 'latin1')
  try {
    sqlite.key(text)
  } finally {
    text.fill(0)
  }
}
const HEX = '0123456789abcdef'

function settle(sqlite: Sqlite.Database, file: string): void {
  // Before anything is read: large sorts would otherwise go to a plaintext file.
  sqlite.pragma('temp_store=MEMORY')
  // One process at a time. It also keeps the log's index in memory: a mapped one dies of SIGBUS on a full disk.
  sqlite.pragma('locking_mode=EXCLUSIVE')
  try {
    sqlite.prepare('select count(*) from sqlite_schema').get()
  } catch (error) {
    // The key was authenticated before it came here, so what does not open is damage and never a wrong password.
    throw error instanceof Error && 'code' in error && error.code === 'SQLITE_NOTADB'
      ? new Damaged()
      : asAlcoveError(error)
  }
  sqlite.pragma('journal_mode=WAL')
  sqlite.pragma('synchronous=FULL')
  // 16 MiB of log: pages that are written again and again (heads, the ends of indexes) are then copied back once.
  sqlite.pragma('wal_autocheckpoint=4096')
  sqlite.pragma('foreign_keys=ON')
  sqlite.pragma('secure_delete=ON')
  sqlite.pragma('trusted_schema=OFF')
  sqlite.pragma('cell_size_check=ON')
  sqlite.pragma('mmap_size=0')
  // Every page that is not in the cache is decrypted again: reads by key are four times slower with a small one.
  sqlite.pragma(`cache_size=-${Math.round(cacheBytes(file) / 1024)}`)
}

/** Twice the file, so that it can grow during the day; at least 64 MiB, at most a quarter of the machine's memory. */
function cacheBytes(file: string): number {
  return Math.max(64 * MIB, Math.min(2 * statSync(file).size, totalmem() / 4))
}
