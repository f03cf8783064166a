import { z } from 'zod'
import { Concept, choice, concept, instant, json, ref, text } from '../fields.ts'
import { kind } from '../kind.ts'

const Reaction = z.strictObject({
  manifestation: Concept,
  severity: z.enum(['mild', 'moderate', 'severe']).optional(),
})

/** SNOMED CT 716186003: somebody asked, and there is none. Not the same as nobody having asked. */
export const NO_KNOWN_ALLERGY = { system: 'http://snomed.info/sct', code: '716186003', display: 'No known allergy' }

/** An allergy or intolerance (FHIR R4 AllergyIntolerance). While a conflict is open the more dangerous reading is shown. */
export const allergyIntolerance = kind('allergy_intolerance', {
  conflict: 'review',
  patient: 'patient',
  at: ['recorded', 'onset'],
  fields: {
    patient: ref('patient'),
    encounter: ref('encounter').optional(),
    recorder: ref('practitioner').optional(),
    code: concept('http://snomed.info/sct'),
    type: choice(['allergy', 'intolerance']).optional(),
    category: choice(['food', 'medication', 'environment', 'biologic']).optional(),
    criticality: choice(['high', 'low', 'unable-to-assess'], { safer: ['high', 'unable-to-assess', 'low'] }).optional(),
    clinicalStatus: choice(['active', 'inactive', 'resolved'], {
      safer: ['active', 'inactive', 'resolved'],
    }).optional(),
    verificationStatus: choice(['confirmed', 'presumed', 'unconfirmed', 'refuted', 'entered-in-error'], {
      safer: ['confirmed', 'presumed', 'unconfirmed', 'refuted', 'entered-in-error'],
    }).optional(),
    reactions: json(z.array(Reaction).max(20)).optional(),
    onset: instant().optional(),
    recorded: instant().optional(),
    note: text().optional(),
  },
})
