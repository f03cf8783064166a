import { feature, task } from '../feature.ts'
import { verify } from '../verify.ts'
import { Nothing } from './inputs.ts'

export const verification = feature('data', {
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
