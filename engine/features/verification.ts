import { KINDS, type KindName } from '../../domain/kinds.ts'
import { feature, query, task } from '../feature.ts'
import { quoted } from '../tables.ts'
import { verify } from '../verify.ts'
import { Nothing } from './inputs.ts'

export const verification = feature('data', {
  /** How many records of each kind there are: what is compared with the cloud, or with the place they came from. */
  counts: query({
    input: Nothing,
    needs: 'data:verify',
    run: ({ db }) => {
      const count = (kind: string) => db.get<{ n: number }>(`select count(*) as n from ${quoted(kind)}`)?.n ?? 0
      const records = Object.fromEntries(Object.keys(KINDS).map((kind) => [kind, count(kind)]))
      return { records: records as Record<KindName, number> }
    },
  }),

  /** Reads everything; writes nothing but that it was done. */
  verify: task({
    input: Nothing,
    needs: 'data:verify',
    run: async (context) => {
      const report = await verify(context)
      const { journal, user, facility } = context
      journal.append({
        kind: 'admin',
        author: user.id,
        record: 'data.verified',
        id: facility.id,
        fields: { ok: report.ok },
      })
      return report
    },
  }),
})
