import { basename, resolve } from 'node:path'
import type { ImportReport } from '../../../engine/api-shapes.ts'
import type { Clinic } from '../../../engine/clinic.ts'
import { AlcoveError } from '../../../engine/errors.ts'
import { command } from '../command.ts'
import { withClinic } from '../open.ts'
import { Incomplete, misuse } from '../refusal.ts'

export const importRecords = command<ImportReport>({
  name: 'import',
  says: 'Brings in FHIR R4 bundles or NDJSON. Each file comes in whole or not at all; twice is the same as once.',
  takes: 'FILE…',
  run: (call) => {
    const files = call.positionals
    if (files.length === 0) throw misuse('Say which files to import.')
    return withClinic(call, (clinic) => importAll(clinic, files))
  },
  show: ({ patients, records, kept, unchanged, ms }) => {
    const sum = (counts: Record<string, number>) => Object.values(counts).reduce((a, b) => a + b, 0)
    return `${patients} ${patients === 1 ? 'patient' : 'patients'}, ${sum(records)} records, ${sum(kept)} kept as they came, ${unchanged} unchanged, in ${Math.round(ms)} ms.`
  },
})

/** File by file: one that is broken changes nothing, and does not keep the others out. */
async function importAll(clinic: Clinic, files: string[]): Promise<ImportReport> {
  const total: ImportReport = { patients: 0, records: {}, kept: {}, unchanged: 0, failed: [], ms: 0 }
  for (const file of files) {
    const answer = await clinic.dispatch('data.import', { path: resolve(file) })
    if (answer.ok) add(total, answer.value)
    else total.failed.push({ file: resolve(file), where: '', reason: answer.error.message })
  }
  const [first] = total.failed
  if (first) throw new Incomplete(new AlcoveError('import-broken', sentence(first, total, files.length)), total)
  return total
}

function sentence({ file, where, reason }: ImportReport['failed'][number], total: ImportReport, files: number): string {
  const place = where ? ` at ${where}` : ''
  const more = files > 1 ? ` (${total.failed.length} of ${files} files.)` : ''
  return `${basename(file)} is broken${place}: ${reason} Nothing of it was imported.${more}`
}

function add(total: ImportReport, report: ImportReport): void {
  total.patients += report.patients
  total.unchanged += report.unchanged
  total.ms += report.ms
  total.failed.push(...report.failed)
  for (const name of ['records', 'kept'] as const)
    for (const [kind, count] of Object.entries(report[name])) total[name][kind] = (total[name][kind] ?? 0) + count
}
