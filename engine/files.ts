/** The clinic's files, open: lock, keyring, database, and what works on them. */
import { randomBytes } from 'node:crypto'
import { existsSync, renameSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { Database } from './database.ts'
import { AlcoveError, Damaged } from './errors.ts'
import { Journal } from './journal.ts'
import { hasKeyring, syncFolder } from './keyring/keyring-file.ts'
import type { OpenKeyring } from './keyring/open-keyring.ts'
import { checkLog } from './log-check.ts'
import { migrate } from './migrations/migrate.ts'
import { createSearch } from './search.ts'
import type { SearchIndex } from './search-index.ts'

const DATABASE = 'clinic.db'
/** A database whose clinic is still being set up. It becomes the clinic's once the keyring is written. */
const STAGED = 'clinic.new.db'

export interface OpenFiles {
  db: Database
  journal: Journal
  search: SearchIndex
  device: string
}

/** Whether the folder holds a clinic. A folder with records and no keys is neither empty nor to be opened. */
export function clinicIn(dir: string): boolean {
  if (hasKeyring(dir)) return true
  if (!existsSync(join(dir, DATABASE))) return false
  throw new AlcoveError(
    'damaged',
    'The file with the clinic’s keys (keyring.json) is missing. Put it back beside clinic.db from a backup.',
  )
}

/** A new database that a crash leaves behind as something to throw away. */
export function stageFiles(dir: string, keyring: OpenKeyring, now: () => number): OpenFiles {
  if (clinicIn(dir)) throw new AlcoveError('clinic-exists', 'There is a clinic in this folder already.')
  discardStaged(dir)
  const files = open(join(dir, STAGED), keyring, now, (db) => {
    const settings = { device: randomBytes(8).toString('hex'), facility: keyring.facility.id, 'mrn-block': 'A' }
    for (const [key, value] of Object.entries(settings)) {
      db.run('insert into meta (key, value) values (?, ?) on conflict do nothing', [key, value])
    }
  })
  return files
}

export function discardStaged(dir: string): void {
  for (const suffix of ['', '-wal', '-shm', '-journal']) rmSync(join(dir, STAGED + suffix), { force: true })
}

/** Makes the staged database the clinic's, and opens it. The keyring goes first: with it, the rest can be done later. */
export function establishFiles(dir: string, staged: OpenFiles, keyring: OpenKeyring, now: () => number): OpenFiles {
  closeFiles(staged)
  keyring.save()
  return openFiles(dir, keyring, now)
}

export function openFiles(dir: string, keyring: OpenKeyring, now: () => number): OpenFiles {
  const file = join(dir, DATABASE)
  if (!existsSync(file) && existsSync(join(dir, STAGED))) {
    renameSync(join(dir, STAGED), file)
    syncFolder(dir)
  }
  if (!existsSync(file))
    throw new AlcoveError('damaged', 'The clinic’s database is missing. Restore the latest backup.')
  // SQLite would take it for a new database, and throw away the log beside it, which may hold what was written last.
  if (statSync(file).size === 0) throw new Damaged()
  checkLog(file)
  return open(file, keyring, now)
}

/** Closes the database; whatever goes wrong on the way, it is closed. */
export function closeFiles({ db, journal }: OpenFiles): void {
  try {
    if (db.isOpen) journal.noteNewest()
  } catch {
    // A full disk: what was noted at the last close still holds.
  } finally {
    db.close()
  }
}

function open(file: string, keyring: OpenKeyring, now: () => number, prepare?: (db: Database) => void): OpenFiles {
  const key = keyring.databaseKey()
  let db: Database
  try {
    db = Database.open(file, key)
  } finally {
    key.fill(0)
  }
  try {
    migrate(db)
    if (prepare) db.immediate(() => prepare(db))
    const meta = new Map(
      db.all<{ key: string; value: string }>('select key, value from meta').map((row) => [row.key, row.value]),
    )
    const device = meta.get('device')
    // The key of one clinic and the records of another can only be files that were mixed up.
    if (device === undefined || meta.get('facility') !== keyring.facility.id) throw new Damaged()
    return { db, device, journal: new Journal(db, device, now), search: createSearch(db) }
  } catch (error) {
    db.close()
    throw error
  }
}
