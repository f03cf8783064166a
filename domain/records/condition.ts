import { choice, concept, instant, ref, text } from '../fields.ts'
import { kind } from '../kind.ts'

/** A problem or a diagnosis (FHIR R4 Condition). */
export const condition = kind('condition', {
  conflict: 'review',
  patient: 'patient',
  at: ['onset', 'recorded'],
  fields: {
    patient: ref('patient'),
    encounter: ref('encounter').optional(),
    recorder: ref('practitioner').optional(),
    code: concept('http://hl7.org/fhir/sid/icd-10'),
    clinicalStatus: choice(['active', 'recurrence', 'relapse', 'inactive', 'remission', 'resolved'], {
      safer: ['active', 'recurrence', 'relapse', 'remission', 'inactive', 'resolved'],
    }).optional(),
    verificationStatus: choice(
      ['confirmed', 'provisional', 'differential', 'unconfirmed', 'refuted', 'entered-in-error'],
      { safer: ['confirmed', 'provisional', 'differential', 'unconfirmed', 'refuted', 'entered-in-error'] },
    ).optional(),
    category: choice(['encounter-diagnosis', 'problem-list-item', 'health-concern']).optional(),
    onset: instant().optional(),
    abatement: instant().optional(),
    recorded: instant().optional(),
    note: text().optional(),
  },
})
