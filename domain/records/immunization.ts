import { choice, concept, date, instant, integer, line, ref, text } from '../fields.ts'
import { kind } from '../kind.ts'

/** A vaccine given, or not given (FHIR R4 Immunization). */
export const immunization = kind('immunization', {
  conflict: 'review',
  patient: 'patient',
  at: 'occurrence',
  fields: {
    patient: ref('patient'),
    encounter: ref('encounter').optional(),
    performer: ref('practitioner').optional(),
    status: choice(['completed', 'entered-in-error', 'not-done']),
    vaccine: concept('http://hl7.org/fhir/sid/cvx'),
    occurrence: instant().optional(),
    doseNumber: integer().optional(),
    lot: line().optional(),
    site: line().optional(),
    nextDue: date().optional(),
    note: text().optional(),
  },
})
