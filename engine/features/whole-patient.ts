import { z } from 'zod'
import { id } from '../../domain/fields.ts'
import type { Patient } from '../../domain/kinds.ts'
import { KINDS } from '../../domain/kinds.ts'
import { feature, query } from '../feature.ts'
import { needPatient } from './records.ts'

/** Everything of one patient, by kind, as it is kept: for scripts and for a patient who asks for all that there is. */
export const wholePatient = feature('patient', {
  records: query({
    input: z.strictObject({ id: id() }),
    needs: 'chart:read',
    reads: ({ id: who }) => who,
    run: (context, { id: who }): { patient: Patient; records: Record<string, object[]> } => {
      const patient = needPatient(context, who)
      const records: Record<string, object[]> = {}
      for (const kind of Object.values(KINDS)) {
        if (kind.patient === undefined) continue
        const of = context.store.list(kind, { where: { [kind.patient]: who } })
        if (of.length > 0) records[kind.name] = of
      }
      return { patient, records }
    },
  }),
})
