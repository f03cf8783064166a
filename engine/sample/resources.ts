/** The FHIR resources of an invented chart. */

import type { Resource } from '../../domain/fhir/fhir.ts'
import type { Json } from '../../domain/fields.ts'
import type { ALLERGIES, Complaint, Medicine, VACCINES } from './complaints.ts'

const TERMS = 'http://terminology.hl7.org/CodeSystem/'
const LOINC = 'http://loinc.org'
const SNOMED = 'http://snomed.info/sct'
const ICD10 = 'http://hl7.org/fhir/sid/icd-10'

export type Of = { id: string; patient: string; encounter?: string }

const ref = (id: string) => ({ reference: `urn:uuid:${id}` })
const inVisit = ({ encounter }: Of) => (encounter ? { encounter: ref(encounter) } : {})
const coded = (system: string, code: string, display: string) => ({
  coding: [{ system, code, display }],
  text: display,
})
const status = (system: string, code: string) => ({ coding: [{ system: TERMS + system, code }] })
const amount = (value: number, unit: string) => ({ value, unit, system: 'http://unitsofmeasure.org', code: unit })

export function encounter(
  of: Of,
  it: { doctor: string; start: string; end?: string; reason: string; status: string; token: number },
): Resource {
  return {
    resourceType: 'Encounter',
    id: of.id,
    extension: [{ url: 'urn:alcove:token', valueInteger: it.token }],
    status: it.status,
    class: { system: `${TERMS}v3-ActCode`, code: 'AMB' },
    subject: ref(of.patient),
    participant: [{ individual: ref(it.doctor) }],
    period: { start: it.start, ...(it.end && { end: it.end }) },
    reasonCode: [{ text: it.reason }],
  }
}

interface Measured {
  code: string
  display: string
  value?: number
  unit?: string
  components?: { code: string; display: string; value: number; unit: string }[]
  range?: [number, number]
  category?: 'vital-signs' | 'laboratory'
}

export function observation(of: Of, at: string, it: Measured): Resource {
  const { value, unit = '1', range } = it
  const flag = range && value !== undefined ? (value > range[1] ? 'H' : value < range[0] ? 'L' : 'N') : undefined
  const category = it.category ?? 'vital-signs'
  return {
    resourceType: 'Observation',
    id: of.id,
    status: 'final',
    category: [{ coding: [{ system: `${TERMS}observation-category`, code: category, display: category }] }],
    code: coded(LOINC, it.code, it.display),
    subject: ref(of.patient),
    ...inVisit(of),
    effectiveDateTime: at,
    ...(value !== undefined && { valueQuantity: amount(value, unit) }),
    ...(flag && { interpretation: [status('v3-ObservationInterpretation', flag)] }),
    ...(range && { referenceRange: [{ low: amount(range[0], unit), high: amount(range[1], unit) }] }),
    ...(it.components && {
      component: it.components.map((part) => ({
        code: coded(LOINC, part.code, part.display),
        valueQuantity: amount(part.value, part.unit),
      })),
    }),
  }
}

export function report(of: Of, at: string, title: readonly [string, string], results: readonly string[]): Resource {
  return {
    resourceType: 'DiagnosticReport',
    id: of.id,
    status: 'final',
    code: coded(LOINC, ...title),
    subject: ref(of.patient),
    ...inVisit(of),
    effectiveDateTime: at,
    issued: at,
    result: results.map(ref),
  }
}

export function condition(of: Of, at: string, it: Complaint, doctor: string): Resource {
  return {
    resourceType: 'Condition',
    id: of.id,
    clinicalStatus: status('condition-clinical', it.chronic ? 'active' : 'resolved'),
    verificationStatus: status('condition-ver-status', 'confirmed'),
    category: [status('condition-category', it.chronic ? 'problem-list-item' : 'encounter-diagnosis')],
    code: coded(ICD10, it.code, it.display),
    subject: ref(of.patient),
    ...inVisit(of),
    onsetDateTime: at,
    recordedDate: at,
    recorder: ref(doctor),
  }
}

export function allergy(of: Of, at: string, it: (typeof ALLERGIES)[number] | undefined): Resource {
  return {
    resourceType: 'AllergyIntolerance',
    id: of.id,
    clinicalStatus: status('allergyintolerance-clinical', 'active'),
    verificationStatus: status('allergyintolerance-verification', 'confirmed'),
    ...(it && { type: 'allergy', category: [it.category], criticality: it.criticality }),
    code: it ? coded(SNOMED, it.code, it.display) : coded(SNOMED, '716186003', 'No known allergy'),
    patient: ref(of.patient),
    recordedDate: at,
    ...(it && { reaction: [{ manifestation: [{ text: it.reaction }] }] }),
  }
}

export function prescription(of: Of, at: string, it: Medicine, doctor: string, active: boolean): Resource {
  const extension = (name: string, value: string) => ({ url: `urn:alcove:${name}`, valueString: value })
  return {
    resourceType: 'MedicationRequest',
    id: of.id,
    extension: [extension('strength', it.strength), extension('form', it.form)],
    status: active ? 'active' : 'completed',
    intent: 'order',
    medicationCodeableConcept: { text: it.generic },
    subject: ref(of.patient),
    ...inVisit(of),
    authoredOn: at,
    requester: ref(doctor),
    dosageInstruction: [
      {
        timing: {
          repeat: {
            boundsDuration: { value: it.days, unit: 'd', system: 'http://unitsofmeasure.org', code: 'd' },
            frequency: it.times,
            period: 1,
            periodUnit: 'd',
            ...(it.when && { when: [it.when] }),
          },
          code: { text: it.pattern },
        },
      },
    ],
  }
}

export function vaccination(of: Of, at: string, it: (typeof VACCINES)[number], lot: string): Resource {
  return {
    resourceType: 'Immunization',
    id: of.id,
    status: 'completed',
    vaccineCode: coded('http://hl7.org/fhir/sid/cvx', it.cvx, it.display),
    patient: ref(of.patient),
    occurrenceDateTime: at,
    lotNumber: lot,
    protocolApplied: [{ doseNumberPositiveInt: it.dose }],
  }
}

export function dressing(of: Of, at: string, doctor: string): Resource {
  return {
    resourceType: 'Procedure',
    id: of.id,
    status: 'completed',
    code: coded(SNOMED, '182531007', 'Dressing of wound'),
    subject: ref(of.patient),
    ...inVisit(of),
    performedDateTime: at,
    performer: [{ actor: ref(doctor) }],
  }
}

export function note(of: Of, at: string, it: Complaint, doctor: { id: string; name: string }): Resource {
  const section = (key: string, title: string, text: string): Json => ({
    title,
    code: { coding: [{ system: 'urn:alcove:section', code: key }] },
    text: { status: 'additional', div: `<div xmlns="http://www.w3.org/1999/xhtml">${text}</div>` },
  })
  return {
    resourceType: 'Composition',
    id: of.id,
    status: 'final',
    type: coded(LOINC, '11488-4', 'Consult note'),
    subject: ref(of.patient),
    ...inVisit(of),
    date: at,
    author: [ref(doctor.id)],
    title: 'Visit note',
    attester: [{ mode: 'legal', time: at, party: { display: doctor.name } }],
    section: [
      section('complaint', 'Complaint', it.says),
      section('examination', 'Examination', it.found),
      section('assessment', 'Assessment', it.display),
      section('advice', 'Advice', it.advice),
    ],
  }
}
