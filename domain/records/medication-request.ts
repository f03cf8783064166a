import { z } from 'zod'
import { bool, choice, concept, instant, integer, json, line, Quantity, ref, text } from '../fields.ts'
import { kind } from '../kind.ts'

/** How much, when: `pattern` is morning-noon-night (`1-0-1`) or a Latin abbreviation (`OD`, `BD`, `TDS`, `SOS`). */
export const Dose = z.strictObject({
  pattern: z.string().max(40).optional(),
  amount: Quantity.optional(),
  timesPerDay: z.number().positive().max(48).optional(),
  /** Before or after food, at bedtime. */
  when: z.enum(['AC', 'PC', 'HS']).optional(),
})
export type Dose = z.infer<typeof Dose>

/** A line of a prescription (FHIR R4 MedicationRequest). */
export const medicationRequest = kind('medication_request', {
  conflict: 'review',
  patient: 'patient',
  at: 'authored',
  fields: {
    patient: ref('patient'),
    encounter: ref('encounter').optional(),
    requester: ref('practitioner').optional(),
    status: choice(['active', 'on-hold', 'cancelled', 'completed', 'entered-in-error', 'stopped', 'draft', 'unknown'], {
      safer: ['stopped', 'cancelled', 'on-hold', 'active'],
    }),
    intent: choice([
      'order',
      'proposal',
      'plan',
      'original-order',
      'reflex-order',
      'filler-order',
      'instance-order',
      'option',
    ]),
    /** The generic, as prescribed. */
    medication: concept(),
    brand: line().optional(),
    /** `500 mg`, as printed. */
    strength: line().optional(),
    form: line().optional(),
    dose: json(Dose).optional(),
    durationDays: integer().optional(),
    quantity: json(Quantity).optional(),
    route: line().optional(),
    instructions: text().optional(),
    asNeeded: bool().optional(),
    reason: concept().optional(),
    authored: instant().optional(),
    note: text().optional(),
  },
})
