/** Invented records of every kind, for properties: anything that the kind allows and that FHIR can say. */
import fc, { type Arbitrary } from 'fast-check'
import type { KindName } from '../kinds.ts'

type Fields = Record<string, unknown>
type Modeled = Exclude<KindName, 'user' | 'unmodeled'>

const words = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 24 }).filter((text) => !/\p{Cc}/u.test(text))
const line = words.map((text) => text.trim()).filter((text) => text !== '')
const text = fc.array(line, { minLength: 1, maxLength: 3 }).map((lines) => lines.join('\n'))
const id = fc.uuid()
const two = (n: number) => String(n).padStart(2, '0')
const day = fc
  .tuple(fc.integer({ min: 1900, max: 2100 }), fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 28 }))
  .map(([y, m, d]) => `${y}-${two(m)}-${two(d)}`)
const date = fc.oneof(
  day,
  day.map((it) => it.slice(0, 7)),
  day.map((it) => it.slice(0, 4)),
)
const instant = fc.oneof(
  date,
  fc
    .tuple(day, fc.nat(23), fc.nat(59), fc.nat(59), fc.constantFrom('Z', '+05:30', '-03:00', '.250Z'))
    .map(([d, h, m, s, zone]) => `${d}T${two(h)}:${two(m)}:${two(s)}${zone}`),
)
const number = fc.oneof(fc.integer({ min: -1000, max: 100_000 }), fc.double({ min: 0.001, max: 1e6, noNaN: true }))
const of = fc.constantFrom

/** Any of those that may be missing; all of the others. */
function fields(required: Record<string, Arbitrary<unknown>>, optional: Record<string, Arbitrary<unknown>>) {
  return fc.record({ ...required, ...optional }, { requiredKeys: Object.keys(required) }) as Arbitrary<Fields>
}
const some = (optional: Record<string, Arbitrary<unknown>>) =>
  fields({}, optional).filter((it) => Object.keys(it).length > 0)
const several = (item: Arbitrary<unknown>) => fc.array(item, { minLength: 1, maxLength: 3 })

const concept = fields(
  { display: line },
  { system: of('http://loinc.org', 'http://snomed.info/sct'), code: of('8480-6', 'a.1') },
)
const quantity = fields(
  { value: number, unit: of('mg', 'mm[Hg]', '{tablet}', '1') },
  { comparator: of('<', '>', '<=', '>=', 'ad') },
)
const identifier = fields({ value: line }, { system: of('http://a', 'urn:b'), type: line })
const named = <A extends Arbitrary<Fields>>(it: A) => it.filter((record) => Boolean(record.family ?? record.given))
const chart = { patient: id }
const visit = { encounter: id }

const ARBITRARIES: Record<Modeled, Arbitrary<Fields>> = {
  patient: named(
    fields(
      { sex: of('female', 'male', 'other', 'unknown') },
      {
        mrn: line,
        identifiers: several(identifier),
        family: line,
        given: line,
        prefix: line,
        birthDate: date,
        birthDateEstimated: fc.boolean(),
        bloodGroup: of('A+', 'O-'),
        phones: several(line),
        email: line,
        address: some({ line, city: line, district: line, state: line, postalCode: line, country: line }),
        guardian: fields({ name: line }, { relation: line, phone: line }),
        language: line,
        abhaNumber: line,
        abhaAddress: line,
        deceasedAt: instant,
        active: fc.boolean(),
        mergedInto: id,
        note: text,
      },
    ),
    // Who died at a known time is dead.
  ).chain((it) =>
    it.deceasedAt
      ? fc.constant({ ...it, deceased: true })
      : fields({}, { deceased: fc.boolean() }).map((d) => ({ ...it, ...d })),
  ),
  practitioner: named(
    fields(
      {},
      {
        identifiers: several(identifier.filter(({ type }) => type !== 'MD')),
        family: line,
        given: line,
        prefix: line,
        qualification: line,
        registrationNumber: line,
        phone: line,
        email: line,
        active: fc.boolean(),
      },
    ),
  ),
  encounter: fields(
    { ...chart, class: of('AMB', 'EMER', 'VR'), status: of('planned', 'in-progress', 'finished') },
    { practitioner: id, type: concept, reason: concept, start: instant, end: instant, token: fc.nat(), note: text },
  ),
  observation: fields(
    { ...chart, status: of('final', 'preliminary'), code: concept },
    {
      ...visit,
      performer: id,
      category: of('vital-signs', 'laboratory'),
      value: quantity,
      concept,
      valueText: text,
      components: several(fields({ code: concept }, { value: quantity, concept })),
      effective: instant,
      issued: instant,
      range: some({ low: number, high: number, text: line }),
      flag: of('H', 'L', 'N'),
      replaces: id,
      note: text,
    },
  ),
  condition: fields(
    { ...chart, code: concept },
    {
      ...visit,
      recorder: id,
      clinicalStatus: of('active', 'resolved'),
      verificationStatus: of('confirmed', 'refuted'),
      category: of('encounter-diagnosis', 'problem-list-item', 'health-concern'),
      onset: instant,
      abatement: instant,
      recorded: instant,
      note: text,
    },
  ),
  allergy_intolerance: fields(
    { ...chart, code: concept },
    {
      ...visit,
      recorder: id,
      type: of('allergy', 'intolerance'),
      category: of('food', 'medication'),
      criticality: of('high', 'low'),
      clinicalStatus: of('active', 'inactive'),
      verificationStatus: of('confirmed', 'unconfirmed'),
      reactions: several(fields({ manifestation: concept }, { severity: of('mild', 'severe') })),
      onset: instant,
      recorded: instant,
      note: text,
    },
  ),
  medication_request: fields(
    { ...chart, status: of('active', 'stopped'), intent: of('order', 'plan'), medication: concept },
    {
      ...visit,
      requester: id,
      brand: line,
      strength: line,
      form: line,
      dose: some({
        pattern: line,
        amount: quantity,
        timesPerDay: of(1, 2, 3, 4, 0.5, 0.25, 0.2),
        when: of('AC', 'PC', 'HS'),
      }),
      durationDays: fc.integer({ min: 1, max: 365 }),
      quantity,
      route: line,
      instructions: text,
      asNeeded: fc.boolean(),
      reason: concept,
      authored: instant,
      note: text,
    },
  ),
  immunization: fields(
    { ...chart, status: of('completed', 'not-done'), vaccine: concept },
    {
      ...visit,
      performer: id,
      occurrence: instant,
      doseNumber: fc.integer({ min: 1, max: 9 }),
      lot: line,
      site: line,
      nextDue: date,
      note: text,
    },
  ),
  procedure: fields(
    { ...chart, status: of('completed', 'in-progress'), code: concept },
    { ...visit, performer: id, reason: concept, start: instant, end: instant, note: text },
  ),
  diagnostic_report: fields(
    { ...chart, status: of('final', 'partial'), code: concept },
    { ...visit, performer: id, effective: instant, issued: instant, results: several(id), conclusion: text },
  ),
  composition: fields(
    {
      ...chart,
      status: of('preliminary', 'final'),
      type: concept,
      title: line,
      date: instant,
      sections: fc.array(
        fields({ text: fc.oneof(text, fc.constant('')) }, { key: of('complaint', 'advice'), title: line }),
        { maxLength: 4 },
      ),
    },
    { ...visit, author: id, amends: id, signedBy: line, signedAt: instant },
  ),
}

export function anyRecord(kind: Modeled): Arbitrary<Fields> {
  return ARBITRARIES[kind]
}
