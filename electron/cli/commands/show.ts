import type { Patient } from '../../../domain/kinds.ts'
import { unwrap } from '../../../engine/clinic.ts'
import { command } from '../command.ts'
import { only, withClinic } from '../open.ts'

interface Shown {
  patient: Patient
  records: Record<string, object[]>
}

export const show = command<Shown>({
  name: 'show',
  says: 'Shows everything of one patient. The look goes on record.',
  takes: 'PATIENT_ID',
  run: (call) => {
    const id = only(call, 'patient')
    return withClinic(call, async (clinic) => unwrap(await clinic.dispatch('patient.records', { id })))
  },
  show: ({ patient, records }) =>
    [
      [
        [patient.family?.toUpperCase(), patient.given].filter(Boolean).join(', '),
        patient.birthDate,
        patient.sex,
        patient.mrn,
      ]
        .filter(Boolean)
        .join('  '),
      ...Object.entries(records).map(([kind, list]) => `  ${kind.replaceAll('_', ' ')}: ${list.length}`),
    ].join('\n'),
})
