/** A real encrypted database in a temporary folder, for tests that need records and no people. */
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Database } from '../database.ts'
import { Journal } from '../journal.ts'
import { migrate } from '../migrations/migrate.ts'
import { createSearch } from '../search.ts'
import { Store } from '../store.ts'

export function openStore() {
  const dir = mkdtempSync(join(tmpdir(), 'alcove-import-'))
  const db = Database.open(join(dir, 'clinic.db'), randomBytes(32))
  migrate(db)
  const journal = new Journal(db, '00112233aabbccdd')
  const store = new Store({ db, journal, search: createSearch(db), author: 'tester' })
  return {
    dir,
    db,
    store,
    now: () => new Date('2026-11-21T04:00:00Z'),
    entries: () => db.get<{ n: number }>('select count(*) as n from journal')?.n ?? 0,
    write: (name: string, content: string | Buffer) => {
      const path = join(dir, name)
      writeFileSync(path, content)
      return path
    },
    close: () => {
      db.close()
      rmSync(dir, { recursive: true, force: true })
    },
  }
}
