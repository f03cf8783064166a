import { z } from 'zod'
import { choice, concept, id, instant, json, ref, text } from '../fields.ts'
import { kind } from '../kind.ts'

/** A report on investigations, and the observations it rests on (FHIR R4 DiagnosticReport). */
export const diagnosticReport = kind('diagnostic_report', {
  conflict: 'review',
  patient: 'patient',
  at: 'effective',
  fields: {
    patient: ref('patient'),
    encounter: ref('encounter').optional(),
    performer: ref('practitioner').optional(),
    status: choice([
      'registered',
      'partial',
      'preliminary',
      'final',
      'amended',
      'corrected',
      'appended',
      'cancelled',
      'entered-in-error',
      'unknown',
    ]),
    code: concept('http://loinc.org'),
    effective: instant().optional(),
    issued: instant().optional(),
    results: json(z.array(id()).max(500)).optional(),
    conclusion: text().optional(),
  },
})
