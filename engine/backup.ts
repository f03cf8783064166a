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
  rmSync(staged, { recursive: true, force: true })
  mkdirSync(staged, { recursive: true, mode: 0o700 })
  try {
    db.run('vacuum into ?', [join(staged, 'clinic.db')])
    copyFileSync(join(dir, 'keyring.json'), join(staged, 'keyring.json'))
    for (const name of ['clinic.db', 'keyring.json']) syncFile(join(staged, name))
    const bytes = statSync(join(staged, 'clinic.db')).size
    // Under its name only when it is whole: half a backup is worse than none.
    renameSync(staged, folder)
    syncFolder(into)
    return { folder, bytes }
  } catch (error) {
    rmSync(staged, { recursive: true, force: true })
    throw error
  }
}
