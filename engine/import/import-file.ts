/**
 * Brings a FHIR R4 file into the clinic: all of it in one transaction, or nothing. Importing a file again changes
 * nothing, and a file that has changed changes what it has changed.
 */
import type { ImportReport } from '../api-shapes.ts'
import { BrokenFile } from './broken-file.ts'
import { FileLinks } from './file-links.ts'
import { identify } from './identity.ts'
import type { Into } from './into.ts'
import { readFile } from './read-file.ts'
import { take } from './take.ts'

type Counts = Pick<ImportReport, 'patients' | 'records' | 'kept' | 'unchanged'>
/** How far it is, in bytes of the file. */
export type Progress = (done: number, total: number) => void

/** Resources between two reports of progress. */
const STEP = 500
/** A reading resolves names for the next; chains longer than this do not occur in files that mean well. */
const READINGS = 3

export function importFile(into: Into, path: string, progress: Progress = () => undefined): ImportReport {
  const began = performance.now()
  const report = (counts: Counts, failed: ImportReport['failed']): ImportReport => {
    return { ...counts, failed, ms: Math.round(performance.now() - began) }
  }
  try {
    let links = new FileLinks(into.db)
    for (let reading = 1; ; reading++) {
      const counts = attempt(into, path, links, reading < READINGS, progress)
      if (counts) return report(counts, [])
      links = new FileLinks(into.db, links)
    }
  } catch (error) {
    if (!(error instanceof BrokenFile)) throw error
    const { where, reason } = error
    return report(none(), [{ file: path, where, reason }])
  }
}

/** One reading of the file; undefined, and nothing written, if another is needed. */
function attempt(into: Into, path: string, links: FileLinks, mayRepeat: boolean, progress: Progress) {
  try {
    return into.db.immediate(() => {
      const counts = none()
      let count = 0
      for (const arrived of readFile(path)) {
        const identity = identify(arrived.resource, arrived.fullUrl)
        links.note(arrived.resource, identity)
        const taken = take(into, arrived, identity, links.from(identity))
        if (!taken.wrote) counts.unchanged++
        else if (taken.kind === 'unmodeled') add(counts.kept, taken.resourceType)
        else {
          add(counts.records, taken.kind)
          if (taken.kind === 'patient') counts.patients++
        }
        if (++count % STEP === 0) progress(arrived.read, arrived.size)
      }
      if (mayRepeat && links.again) throw new ReadAgain()
      return counts
    })
  } catch (error) {
    if (error instanceof ReadAgain) return undefined
    throw error
  }
}

/** Takes back what a reading wrote. */
class ReadAgain extends Error {}

function none(): Counts {
  return { patients: 0, records: {}, kept: {}, unchanged: 0 }
}

function add(counts: Record<string, number>, name: string): void {
  counts[name] = (counts[name] ?? 0) + 1
}
