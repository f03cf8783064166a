import { randomBytes } from 'node:crypto'
import { copyFileSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, describe, expect, test } from 'vitest'
import { Database } from './database.ts'
import { checkLog } from './log-check.ts'
import { closing, scratchFolder } from './scratch.ts'

/** A database that was not closed: five commits of a row each wait in its log. */
const key = randomBytes(32)
let file: string
beforeEach(() => {
  const dir = scratchFolder()
  const live = join(dir, 'live.db')
  const db = closing(Database.open(live, key))
  db.exec('create table t (id integer primary key, v text) strict')
  for (let at = 0; at < 5; at++) db.run('insert into t (v) values (?)', ['x'.repeat(3000)])
  file = join(dir, 'clinic.db')
  copyFileSync(live, file)
  copyFileSync(`${live}-wal`, `${file}-wal`)
})

const spoil = (at: number) => {
  const bytes = readFileSync(`${file}-wal`)
  bytes[at] = (bytes[at] ?? 0) ^ 1
  writeFileSync(`${file}-wal`, bytes)
}
const rows = () => {
  const db = Database.open(file, key)
  const { n } = db.get<{ n: number }>('select count(*) as n from t') ?? { n: 0 }
  db.close()
  return n
}

test('a log that is whole, short, or not there is no damage', () => {
  checkLog(file)
  expect(rows()).toBe(5)
  checkLog(file)
  for (const bytes of [0, 31, 32, 100]) {
    writeFileSync(`${file}-wal`, randomBytes(bytes).fill(0, 0, bytes))
    if (bytes <= 32) checkLog(file)
  }
  rmSync(`${file}-wal`)
  checkLog(file)
})

describe('spoilt', () => {
  test('before the last commit, anywhere: said, where SQLite would have dropped what came after', () => {
    const length = 24 + 4096
    const last = statSync(`${file}-wal`).size - 4 * length
    for (let at = 0; at < last; at += 509) {
      spoil(at)
      expect(() => checkLog(file), String(at)).toThrow('clinic.db-wal')
      spoil(at)
    }
    checkLog(file)
  })

  test('at its end, as a power cut leaves it: the last commit was not acknowledged, and the rest opens', () => {
    const size = statSync(`${file}-wal`).size
    spoil(size - 100)
    checkLog(file)
    spoil(size - 100)
    truncateSync(`${file}-wal`, size - 2000)
    checkLog(file)
    expect(rows()).toBe(4)
  })

  test('an earlier round of the log behind this one is no loss', () => {
    const db = Database.open(file, key)
    db.pragma('wal_checkpoint(RESTART)')
    db.run('insert into t (v) values (?)', ['y'])
    copyFileSync(`${file}-wal`, `${file}.kept`)
    db.close()
    copyFileSync(`${file}.kept`, `${file}-wal`)
    checkLog(file)
    expect(rows()).toBe(6)
  })
})
