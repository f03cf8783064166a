import { KINDS } from '../../domain/kinds.ts'
import { command, feature } from '../feature.ts'
import { addToChart, nowOf } from './records.ts'

const { procedure: kind } = KINDS

/** What was done to or for the patient. */
export const procedures = feature('procedure', {
  add: command({
    input: kind.input.omit({ id: true, source: true }),
    needs: 'procedure:write',
    run: (context, input) => ({
      procedure: addToChart(context, kind, {
        ...input,
        performer: input.performer ?? context.user.practitioner,
        start: input.start ?? nowOf(context),
      }),
    }),
  }),
})
