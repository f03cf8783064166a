import { isAbsolute } from 'node:path'
import { z } from 'zod'
import { loadCodes } from '../codes/code-list.ts'
import { findCodes } from '../codes/find-codes.ts'
import { feature, query, task } from '../feature.ts'

const System = z.literal('icd10')

export const codes = feature('code', {
  search: query({
    input: z.strictObject({
      system: System,
      text: z.string().max(200),
      limit: z.int().min(1).max(100).default(20),
    }),
    needs: 'code:read',
    run: ({ db, user }, { system, text, limit }) => ({ codes: findCodes(db, user.id, system, text, limit) }),
  }),

  import: task({
    input: z.strictObject({
      system: System,
      path: z
        .string()
        .max(4096)
        .refine((path) => isAbsolute(path) && !path.includes('\0'), 'the path of a file has to be given in full'),
    }),
    needs: 'code:import',
    run: async ({ db, journal, user, facility }, { system, path }) => {
      const loaded = await loadCodes(db, system, path)
      journal.append({
        kind: 'admin',
        author: user.id,
        record: 'codes.imported',
        id: facility.id,
        fields: { system, codes: loaded.codes },
      })
      return loaded
    },
  }),
})
