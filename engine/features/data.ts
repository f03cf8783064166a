import { z } from 'zod'
import { exportFile } from '../export/export-file.ts'
import { FilePath, refuseOwnFolder } from '../export/target.ts'
import { feature, task } from '../feature.ts'
import { importFile } from '../import/import-file.ts'

const Path = z.strictObject({ path: FilePath })

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
