import { z } from 'zod'
import { choice, concept, instant, json, line, ref, TEXT_LIMIT } from '../fields.ts'
import { kind } from '../kind.ts'

const Section = z.strictObject({
  /** `complaint`, `examination`, `assessment`, `advice`, `follow-up`, or what the imported note called it. */
  key: z.string().max(100).optional(),
  title: z.string().max(500).optional(),
  text: z.string().max(TEXT_LIMIT),
})

/**
 * The note of a visit (FHIR R4 Composition). A draft (`preliminary`) may be changed; once signed (`final`) it may not:
 * an amendment is a new note that names the one it `amends`.
 */
export const composition = kind('composition', {
  conflict: 'review',
  patient: 'patient',
  at: 'date',
  fields: {
    patient: ref('patient'),
    encounter: ref('encounter').optional(),
    author: ref('practitioner').optional(),
    status: choice(['preliminary', 'final', 'amended', 'entered-in-error']),
    type: concept('http://loinc.org'),
    title: line(),
    date: instant(),
    sections: json(z.array(Section).max(50)),
    amends: ref('composition').optional(),
    signedBy: line().optional(),
    signedAt: instant().optional(),
  },
  sealed: (it) => it.status !== 'preliminary',
})
