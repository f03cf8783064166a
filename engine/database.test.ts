import { randomBytes } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import SqlCipher from '@signalapp/sqlcipher'
import { describe, expect, test } from 'vitest'
import { Database } from './database.ts'
import { asAlcoveError } from './errors.ts'
import { closing, scratchFolder } from './scratch.ts'

function filled(key: Buffer, rows = 200): string {
  const file = join(scratchFolder(), 'clinic.db')
  const db = Database.open(file, key)
  db.exec('create table t (id integer primary key, v text) strict')
  db.immediate(() => {
    for (let at = 0; at < rows; at++) db.run('insert into t (v) values (?)', [`canary ${at} ${'x'.repeat(100)}`])
  })
  db.close()
  return file
}

describe('the settings that safety rests on', () => {
  test('are as designed on every connection', () => {
    const db = closing(Database.open(join(scratchFolder(), 'clinic.db'), randomBytes(32)))
    const settings = [
      'temp_store',
      'journal_mode',
      'synchronous',
      'foreign_keys',
      'secure_delete',
      'trusted_schema',
      'locking_mode',
    ]
    expect(Object.fromEntries(settings.map((name) => [name, db.pragma(name)]))).toEqual({
      temp_store: 2, // memory
      journal_mode: 'wal',
      synchronous: 2, // full
      foreign_keys: 1,
      secure_delete: 1,
      trusted_schema: 0,
      locking_mode: 'exclusive',
    })
    expect(db.pragma('cache_size')).toBeLessThanOrEqual(-64 * 1024)
  })

  test('the cipher is SQLCipher 4’s: the file opens in real SQLCipher with the key, and not without', () => {
    const key = randomBytes(32)
    const file = filled(key)
    const other = new SqlCipher(file)
    other.exec(`pragma key = "x'${key.toString('hex')}'"`)
    expect(other.prepare('select count(*) as n from t').get()).toEqual({ n: 200 })
    other.close()

    for (const pragma of ['', `pragma key = "x'${randomBytes(32).toString('hex')}'"`]) {
      const stranger = new SqlCipher(file)
      stranger.exec(pragma)
      expect(() => stranger.prepare('select count(*) as n from t').get()).toThrow()
      stranger.close()
    }
  })

  test('nothing that was written can be read in any file of the folder, open or closed', () => {
    const dir = scratchFolder()
    const db = closing(Database.open(join(dir, 'clinic.db'), randomBytes(32)))
    db.exec('create table t (v text) strict')
    for (let at = 0; at < 50; at++) db.run('insert into t (v) values (?)', ['CANARY-9183'])
    const seen = () => readdirSync(dir).filter((name) => readFileSync(join(dir, name)).includes('CANARY-9183'))
    expect(seen()).toEqual([])
    db.close()
    expect(seen()).toEqual([])
  })
})

describe('what cannot be opened says why', () => {
  test('a key of another length never reaches the library, which would quote it', () => {
    const file = join(scratchFolder(), 'clinic.db')
    expect(() => Database.open(file, randomBytes(31))).toThrow(RangeError)
  })

  test('another key, or a file that is not a database: damaged', () => {
    const file = filled(randomBytes(32))
    expect(codeOf(() => Database.open(file, randomBytes(32)))).toBe('damaged')
    writeFileSync(file, 'not a database at all'.repeat(1000))
    expect(codeOf(() => Database.open(file, randomBytes(32)))).toBe('damaged')
  })

  test('a flipped byte anywhere in a page that is read: damaged, with a sentence and no SQLite words', () => {
    const key = randomBytes(32)
    const file = filled(key)
    const whole = readFileSync(file)
    for (const at of [20, 5000, 9000, whole.length - 10]) {
      const bytes = Buffer.from(whole)
      bytes[at] = (bytes[at] ?? 0) ^ 1
      writeFileSync(file, bytes)
      const error = errorOf(() => {
        const db = Database.open(file, key)
        try {
          db.all('select * from t')
        } finally {
          db.close()
        }
      })
      expect(error.code).toBe('damaged')
      expect(error.message).toMatch(/damaged .* backup/)
    }
  })

  test('something else in the file’s place: an error of ours, not a crash', () => {
    const dir = scratchFolder()
    mkdirSync(join(dir, 'clinic.db'))
    expect(codeOf(() => Database.open(join(dir, 'clinic.db'), randomBytes(32)))).toBe('internal')
  })
})

describe('a transaction', () => {
  test('is all or nothing, and part of the one around it', () => {
    const db = closing(Database.open(filled(randomBytes(32), 0).replace('clinic.db', 'other.db'), randomBytes(32)))
    db.exec('create table t (v text) strict')
    const add = (v: string) => db.run('insert into t (v) values (?)', [v])
    expect(() =>
      db.immediate(() => {
        add('a')
        db.immediate(() => add('b'))
        throw new Error('no')
      }),
    ).toThrow('no')
    db.immediate(() => {
      add('c')
      expect(() =>
        db.savepoint(() => {
          add('d')
          throw new Error('not that one')
        }),
      ).toThrow()
    })
    expect(db.all('select v from t')).toEqual([{ v: 'c' }])
  })

  test('a full disk: disk-full, nothing half written, what was there is there, and the next write works', () => {
    const db = closing(Database.open(join(scratchFolder(), 'clinic.db'), randomBytes(32)))
    db.exec('create table t (id integer primary key, v text) strict')
    const add = () => db.immediate(() => db.run('insert into t (v) values (?)', ['x'.repeat(3000)]))
    for (let at = 0; at < 10; at++) add()
    const limit = Number(db.pragma('page_count')) + 3
    db.pragma(`max_page_count=${limit}`)
    let kept = 10
    const error = errorOf(() => {
      for (;;) {
        add()
        kept++
      }
    })
    expect(error.code).toBe('disk-full')
    expect(error.message).toMatch(/disk is full/)
    expect(db.inTransaction).toBe(false)
    expect(db.get('select count(*) as n from t')).toEqual({ n: kept })
    db.pragma('max_page_count=1000000')
    add()
    expect(db.get('select count(*) as n from t')).toEqual({ n: kept + 1 })
    expect(db.pragma('integrity_check')).toBe('ok')
  })
})

function errorOf(act: () => unknown) {
  try {
    act()
  } catch (error) {
    return asAlcoveError(error)
  }
  throw new Error('nothing was thrown')
}
const codeOf = (act: () => unknown) => errorOf(act).code
