import { KINDS } from '../../domain/kinds.ts'
import { noteFavorite } from '../codes/find-codes.ts'
import { command, feature } from '../feature.ts'
import { addToChart, changeInChart, changeOf, nowOf } from './records.ts'

const { condition: kind } = KINDS
/** And its national editions, which add to the address. */
const ICD10 = 'http://hl7.org/fhir/sid/icd-10'

/** Problems and diagnoses. */
export const conditions = feature('condition', {
  add: command({
    input: kind.input.omit({ id: true, source: true }),
    needs: 'condition:write',
    run: (context, input) => {
      const condition = addToChart(context, kind, {
        ...input,
        clinicalStatus: input.clinicalStatus ?? 'active',
        verificationStatus: input.verificationStatus ?? 'confirmed',
        recorder: input.recorder ?? context.user.practitioner,
        recorded: input.recorded ?? nowOf(context),
      })
      const { system = ICD10, code, display } = condition.code
      // What somebody picks, they are offered first the next time.
      if (code && system.startsWith(ICD10))
        noteFavorite(context.db, context.user.id, { system: 'icd10', code, display }, context.now())
      return { condition }
    },
  }),
  change: command({
    input: changeOf(kind),
    needs: 'condition:write',
    run: (context, change) => ({ condition: changeInChart(context, kind, change) }),
  }),
})
