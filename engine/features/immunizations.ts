import { KINDS } from '../../domain/kinds.ts'
import { command, feature } from '../feature.ts'
import { addToChart, nowOf } from './records.ts'

const { immunization: kind } = KINDS

/** Vaccines given, or not given. */
export const immunizations = feature('immunization', {
  add: command({
    input: kind.input.omit({ id: true, source: true }),
    needs: 'immunization:write',
    run: (context, input) => ({
      immunization: addToChart(context, kind, {
        ...input,
        performer: input.performer ?? context.user.practitioner,
        occurrence: input.occurrence ?? nowOf(context),
      }),
    }),
  }),
})
