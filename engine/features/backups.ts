import { join } from 'node:path'
import { z } from 'zod'
import { backUp } from '../backup.ts'
import { feature, task } from '../feature.ts'

export const backups = feature('backup', {
  /** Into the clinic's own folder unless told another, which is better: a disk fails with everything on it. */
  create: task({
    input: z.strictObject({ into: z.string().min(1).max(4096).optional() }),
    needs: 'backup:write',
    run: async ({ db, dir, journal, user, facility, now }, { into }) => {
      const made = backUp(db, dir, into ?? join(dir, 'backups'), now())
      journal.append({ kind: 'admin', author: user.id, record: 'backup.created', id: facility.id })
      return made
    },
  }),
})
