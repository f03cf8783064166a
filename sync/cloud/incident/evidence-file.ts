/** Evidence in a file: readable by whoever gathered it only, and never written over, by us either. */
import { closeSync, fsyncSync, openSync, rmSync, writeFileSync } from 'node:fs'
import { extname } from 'node:path'
import { ACCESS_CSV_HEAD, accessCsvLine } from '../../../domain/access-csv.ts'
import { CloudError } from '../errors.ts'
import type { Evidence } from './evidence.ts'

/** Writes a finished text as it is, and evidence as JSON, or as a table of its rows if the file is a .csv. */
export function writeEvidence(path: string, what: Evidence | string): void {
  const text =
    typeof what === 'string'
      ? what
      : extname(path) === '.csv'
        ? ACCESS_CSV_HEAD + what.visits.map(accessCsvLine).join('')
        : json(what)
  let file: number
  try {
    file = openSync(path, 'wx', 0o600)
  } catch (error) {
    throw refused(error)
  }
  try {
    writeFileSync(file, text)
    fsyncSync(file)
  } catch (error) {
    rmSync(path, { force: true })
    throw error
  } finally {
    closeSync(file)
  }
}

function json(evidence: Evidence): string {
  return `${JSON.stringify(evidence, null, 2)}\n`
}

function refused(error: unknown): unknown {
  const { code } = error as NodeJS.ErrnoException
  if (code === 'EEXIST')
    return new CloudError('file-exists', 'There is a file of that name already; evidence is never written over.')
  if (code === 'ENOENT' || code === 'ENOTDIR')
    return new CloudError('no-folder', 'There is no such folder to write to.')
  if (code === 'EACCES' || code === 'EPERM' || code === 'ENOSPC') return error
  return new CloudError('out-unwritable', 'The file that --out names cannot be made there.', error)
}
