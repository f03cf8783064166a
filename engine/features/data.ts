import { realpathSync } from 'node:fs'
import { dirname, isAbsolute, relative, sep } from 'node:path'
import { z } from 'zod'
import { AlcoveError } from '../errors.ts'
import { exportFile } from '../export/export-file.ts'
import { feature, task } from '../feature.ts'
import { importFile } from '../import/import-file.ts'

/** Where the file is; the shell and the command line give it whole, so that nobody's working folder matters. */
const Path = z.strictObject({
  path: z
    .string()
    .max(4096)
    .refine((path) => isAbsolute(path) && !path.includes('\0'), 'the path of a file has to be given in full'),
})

/** Records in and out as FHIR. Both are on record, with how much it was and never with whose. */
export const data = feature('data', {
  import: task({
    input: Path,
    needs: 'data:import',
    run: async (context, { path }) => {
      const { journal, user, facility, emit } = context
      const report = importFile(context, path, (done, total) => emit('import.progress', { done, total }))
      const count = (counts: Record<string, number>) => Object.values(counts).reduce((sum, n) => sum + n, 0)
      const written = count(report.records) + count(report.kept)
      if (written > 0) {
        journal.append({
          kind: 'admin',
          author: user.id,
          record: 'data.imported',
          id: facility.id,
          fields: { written, unchanged: report.unchanged },
        })
      }
      return report
    },
  }),

  export: task({
    input: Path,
    needs: 'data:export',
    run: async (context, { path }) => {
      const { journal, user, facility } = context
      refuseOwnFolder(context.dir, path)
      const exported = exportFile(context, path)
      const { resources } = exported
      journal.append({
        kind: 'admin',
        author: user.id,
        record: 'data.exported',
        id: facility.id,
        fields: { resources },
      })
      return exported
    },
  }),
})

/** The clinic's folder holds its records and keys, which an export would replace; and nothing in it is readable. */
function refuseOwnFolder(dir: string, path: string): void {
  const way = relative(realpathSync.native(dir), resolved(dirname(path)))
  const outside = way === '..' || way.startsWith(`..${sep}`) || isAbsolute(way)
  if (!outside)
    throw new AlcoveError('bad-input', 'This is the folder of the clinic’s own records. Export to another one.')
}

/** Where a folder really is, links and spelling aside; one that is not there is refused when it is written to. */
function resolved(folder: string): string {
  try {
    return realpathSync.native(folder)
  } catch {
    return folder
  }
}
