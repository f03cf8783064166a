/**
 * A backup: the whole database, encrypted with the same key, and the keyring that opens it. `VACUUM INTO` writes a
 * consistent copy while people go on working; SQLite's other ways either fail on an encrypted file or write plaintext.
 */
import { copyFileSync, existsSync, mkdirSync, renameSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { Database } from './database.ts'
import { AlcoveError } from './errors.ts'
import { syncFile, syncFolder } from './keyring/keyring-file.ts'

/** Puts a backup in a folder of its own under `into`, and says where and how large it is. */
export function backUp(db: Database, dir: string, into: string, now: Date): { folder: string; bytes: number } {
  const folder = join(into, `alcove-${now.toISOString().replaceAll(/[-:]|\.\d+/g, '')}`)
  if (existsSync(folder)) throw new AlcoveError('bad-input', 'There is a backup of that time in this folder already.')
  const staged = `${folder}.part`
  try {
    rmSync(staged, { recursive: true, force: true })
    mkdirSync(staged, { recursive: true, mode: 0o700 })
    db.run('vacuum into ?', [join(staged, 'clinic.db')])
    copyFileSync(join(dir, 'keyring.json'), join(staged, 'keyring.json'))
    for (const name of ['clinic.db', 'keyring.json']) syncFile(join(staged, name))
    const bytes = statSync(join(staged, 'clinic.db')).size
    // Under its name only when it is whole: half a backup is worse than none.
    renameSync(staged, folder)
    syncFolder(into)
    return { folder, bytes }
  } catch (error) {
    throw unwritable(error) ?? error
  } finally {
    // On a disk that was pulled out this fails too; what is said is why the backup did.
    try {
      rmSync(staged, { recursive: true, force: true })
    } catch {}
  }
}

const UNWRITABLE = new Set(['EACCES', 'EPERM', 'EROFS', 'ENOENT', 'ENOTDIR', 'SQLITE_CANTOPEN', 'SQLITE_READONLY'])

/** It is the folder for the copy that cannot be written to; nobody should look for the fault in the clinic's own. */
function unwritable(error: unknown): AlcoveError | undefined {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  return UNWRITABLE.has(code)
    ? new AlcoveError('bad-input', 'That folder cannot be written to. No backup was made; choose another one.')
    : undefined
}
