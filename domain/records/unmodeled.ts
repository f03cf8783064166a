import { anyJson, line, ref } from '../fields.ts'
import { kind } from '../kind.ts'

/** A FHIR resource of a kind that is not modeled yet: kept as it came, and exported again. */
export const unmodeled = kind('unmodeled', {
  conflict: 'latest',
  patient: 'patient',
  fields: {
    resourceType: line(),
    patient: ref('patient').optional(),
    resource: anyJson(),
  },
})
