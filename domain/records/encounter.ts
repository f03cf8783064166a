import { choice, concept, instant, integer, ref, text } from '../fields.ts'
import { kind } from '../kind.ts'

/** A visit (FHIR R4 Encounter). */
export const encounter = kind('encounter', {
  conflict: 'latest',
  patient: 'patient',
  at: 'start',
  fields: {
    patient: ref('patient'),
    practitioner: ref('practitioner').optional(),
    /** HL7 v3 ActCode: AMB ambulatory, EMER emergency, HH at home, IMP inpatient, VR virtual. */
    class: choice(['AMB', 'EMER', 'FLD', 'HH', 'IMP', 'ACUTE', 'NONAC', 'OBSENC', 'PRENC', 'SS', 'VR']),
    status: choice([
      'planned',
      'arrived',
      'triaged',
      'in-progress',
      'onleave',
      'finished',
      'cancelled',
      'entered-in-error',
      'unknown',
    ]),
    type: concept().optional(),
    reason: concept().optional(),
    start: instant().optional(),
    end: instant().optional(),
    /** The number called out in the waiting room; starts at 1 every day. */
    token: integer().optional(),
    note: text().optional(),
  },
})
