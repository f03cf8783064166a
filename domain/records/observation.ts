import { z } from 'zod'
import { Concept, choice, concept, instant, json, Quantity, quantity, ref, text } from '../fields.ts'
import { kind } from '../kind.ts'

/** One part of a measurement that has several; blood pressure has two. */
export const Component = z.strictObject({ code: Concept, value: Quantity.optional(), concept: Concept.optional() })

export const Range = z.strictObject({
  low: z.number().optional(),
  high: z.number().optional(),
  text: z.string().max(200).optional(),
})

/**
 * A measurement or finding at a moment (FHIR R4 Observation).
 * Append-only: a correction is a new observation that names the one it `replaces`.
 */
export const observation = kind('observation', {
  conflict: 'append',
  patient: 'patient',
  at: 'effective',
  fields: {
    patient: ref('patient'),
    encounter: ref('encounter').optional(),
    performer: ref('practitioner').optional(),
    status: choice([
      'registered',
      'preliminary',
      'final',
      'amended',
      'corrected',
      'cancelled',
      'entered-in-error',
      'unknown',
    ]),
    category: choice([
      'vital-signs',
      'laboratory',
      'survey',
      'social-history',
      'exam',
      'imaging',
      'procedure',
      'therapy',
      'activity',
    ]).optional(),
    code: concept('http://loinc.org'),
    value: quantity().optional(),
    concept: json(Concept).optional(),
    valueText: text().optional(),
    components: json(z.array(Component).max(100)).optional(),
    effective: instant().optional(),
    issued: instant().optional(),
    range: json(Range).optional(),
    /** HL7 v3 ObservationInterpretation: H, L, HH, LL, A, N. */
    flag: choice(['HH', 'H', 'N', 'L', 'LL', 'A', 'AA']).optional(),
    replaces: ref('observation').optional(),
    note: text().optional(),
  },
  sealed: () => true,
})
