import { unwrap } from '../../../engine/clinic.ts'
import { command } from '../command.ts'
import { only, withClinic } from '../open.ts'

export const search = command({
  name: 'search',
  says: 'Finds patients by name, phone, identifier or date of birth.',
  takes: 'TEXT',
  run: (call) =>
    withClinic(call, async (clinic) => {
      const { results, ms } = unwrap(await clinic.dispatch('patient.search', { text: only(call, 'text to look for') }))
      return {
        results: results.map(({ id, name, birthDate, sex, mrn }) => ({
          id,
          name,
          birthDate: birthDate ?? null,
          sex,
          mrn: mrn ?? null,
        })),
        ms,
      }
    }),
  show: ({ results }) =>
    results
      .map(({ id, name, birthDate, sex, mrn }) => [id, mrn ?? '-', birthDate ?? '-', sex, name].join('  '))
      .join('\n') || 'Nobody found.',
})
