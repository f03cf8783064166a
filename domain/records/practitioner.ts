import { z } from 'zod'
import { bool, json, line } from '../fields.ts'
import { kind } from '../kind.ts'
import { Identifier } from './patient.ts'

/** Somebody who gives care (FHIR R4 Practitioner). What a prescription must carry of its author is here. */
export const practitioner = kind('practitioner', {
  conflict: 'latest',
  fields: {
    identifiers: json(z.array(Identifier).max(50)).optional(),
    family: line().optional(),
    given: line().optional(),
    prefix: line().optional(),
    qualification: line().optional(),
    registrationNumber: line().optional(),
    phone: line().optional(),
    email: line().optional(),
    active: bool().optional(),
  },
  check: (it) => (it.family || it.given ? undefined : 'A practitioner needs a name.'),
})
