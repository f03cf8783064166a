import { choice, concept, instant, ref, text } from '../fields.ts'
import { kind } from '../kind.ts'

/** Something done to or for the patient (FHIR R4 Procedure). */
export const procedure = kind('procedure', {
  conflict: 'review',
  patient: 'patient',
  at: 'start',
  fields: {
    patient: ref('patient'),
    encounter: ref('encounter').optional(),
    performer: ref('practitioner').optional(),
    status: choice([
      'preparation',
      'in-progress',
      'not-done',
      'on-hold',
      'stopped',
      'completed',
      'entered-in-error',
      'unknown',
    ]),
    code: concept('http://snomed.info/sct'),
    reason: concept().optional(),
    start: instant().optional(),
    end: instant().optional(),
    note: text().optional(),
  },
})
