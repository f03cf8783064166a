import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { DataLock } from './data-lock.ts'
import { scratchFolder } from './scratch.ts'

test('one at a time, and free again when it is released', () => {
  const dir = scratchFolder()
  const lock = DataLock.take(dir)
  expect(() => DataLock.take(dir)).toThrow('open in another program')
  lock.release()
  DataLock.take(dir).release()
})

test('a lock file that was spoilt keeps nobody out of the records, and is a lock again', () => {
  const dir = scratchFolder()
  for (const rubbish of ['x', 'x'.repeat(5000), `SQLite format 3\0${'\xff'.repeat(600)}`]) {
    writeFileSync(join(dir, 'lock'), rubbish)
    const lock = DataLock.take(dir)
    expect(() => DataLock.take(dir)).toThrow('open in another program')
    lock.release()
  }
  expect(readFileSync(join(dir, 'lock'))).toHaveLength(0)
})
