import { z } from 'zod'
import { bool, choice, date, instant, json, line, ref, text } from '../fields.ts'
import { kind } from '../kind.ts'

/** An identifier given by somebody: `system` says by whom (a URI, as in FHIR). */
export const Identifier = z.strictObject({
  system: z.string().max(500).optional(),
  value: z.string().min(1).max(200),
  type: z.string().max(100).optional(),
})
export type Identifier = z.infer<typeof Identifier>

export const Address = z.strictObject({
  line: z.string().max(500).optional(),
  city: z.string().max(200).optional(),
  district: z.string().max(200).optional(),
  state: z.string().max(200).optional(),
  postalCode: z.string().max(40).optional(),
  country: z.string().max(100).optional(),
})

const Guardian = z.strictObject({
  name: z.string().min(1).max(200),
  relation: z.string().max(100).optional(),
  phone: z.string().max(40).optional(),
})

/** A person who is, or may be, cared for here (FHIR R4 Patient). */
export const patient = kind('patient', {
  conflict: 'latest',
  fields: {
    /** The clinic's own number, unique here: `A-00417`, the letter being the workstation's block. */
    mrn: line({ search: 'identifier', identifying: true, conflict: 'review' }).optional(),
    identifiers: json(z.array(Identifier).max(50), { search: 'identifier', identifying: true }).optional(),
    family: line({ search: 'name', identifying: true }).optional(),
    given: line({ search: 'name', identifying: true }).optional(),
    prefix: line().optional(),
    sex: choice(['female', 'male', 'other', 'unknown'], { conflict: 'review' }),
    birthDate: date({ search: 'date', identifying: true, conflict: 'review' }).optional(),
    /** The birth date was reckoned from an age that was told. */
    birthDateEstimated: bool({ conflict: 'review' }).optional(),
    bloodGroup: choice(['A+', 'A-', 'B+', 'B-', 'AB+', 'AB-', 'O+', 'O-'], { conflict: 'review' }).optional(),
    phones: json(z.array(z.string().min(1).max(40)).max(10), { search: 'phone', identifying: true }).optional(),
    email: line({ identifying: true }).optional(),
    address: json(Address, { identifying: true }).optional(),
    guardian: json(Guardian, { identifying: true }).optional(),
    language: line().optional(),
    /** Ayushman Bharat Health Account, kept offline. */
    abhaNumber: line({ search: 'identifier', identifying: true, conflict: 'review' }).optional(),
    abhaAddress: line({ search: 'identifier', identifying: true }).optional(),
    deceased: bool({ conflict: 'review' }).optional(),
    deceasedAt: instant({ conflict: 'review' }).optional(),
    active: bool().optional(),
    mergedInto: ref('patient').optional(),
    note: text().optional(),
  },
  check: (it) => (it.family || it.given ? undefined : 'A patient needs a name: family, given, or both.'),
})
