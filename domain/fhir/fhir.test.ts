import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Json } from '../fields.ts'
import { KINDS, type KindName } from '../kinds.ts'
import { asUnmodeled, EXPORTED_KINDS, fromFhir, type Resource, toFhir } from './fhir.ts'
import { NotFhir } from './reader.ts'
import { anyRecord } from './records.arbitrary.ts'
import { checkSane } from './sane.ts'

const links = (reference: string) => /^urn:uuid:(.+)$/.exec(reference)?.[1]
const ID = '0190b5f0-0000-7000-8000-000000000001'
const OTHER = '0190b5f0-0000-7000-8000-000000000002'
const recordOf = (resource: Resource) => {
  const read = fromFhir(resource, links) ?? asUnmodeled(resource, links)
  return { kind: read.kind, record: { id: ID, ...read.fields } as never }
}

describe('a record written as FHIR and read again is the same record', () => {
  for (const name of EXPORTED_KINDS.filter((kind) => kind !== 'unmodeled')) {
    test(name, () =>
      fc.assert(
        fc.property(anyRecord(name as Exclude<KindName, 'user' | 'unmodeled'>), (fields) => {
          // The generator has to keep to the kind, or the test proves nothing.
          KINDS[name].input.parse(fields)
          const { resource } = toFhir(name, { id: ID, ...fields } as never)
          checkSane(JSON.parse(JSON.stringify(resource)))
          const read = fromFhir(resource, links)
          const { source, ...again } = read?.fields ?? {}
          expect(again).toEqual(fields)
          expect(read?.kind).toBe(name)
          // What Alcove wrote, its fields give back: nothing needs to be kept beside them.
          expect(source).toEqual({})
        }),
        { numRuns: 150 },
      ),
    )
  }
})

const came: Resource = {
  resourceType: 'Patient',
  id: ID,
  text: { status: 'generated', div: '<div xmlns="http://www.w3.org/1999/xhtml">A. Testwala</div>' },
  extension: [{ url: 'http://example.org/race', valueString: 'x' }],
  name: [
    { use: 'maiden', family: 'Earlier' },
    { use: 'official', family: 'Testwala', given: ['Asha', 'Sample'], _family: { extension: [{ url: 'http://x/y' }] } },
  ],
  telecom: [
    { system: 'phone', value: '98100 00000', use: 'home' },
    { system: 'fax', value: '011 1' },
  ],
  gender: 'female',
  birthDate: '1970-01-12',
  _birthDate: { extension: [{ url: 'http://hl7.org/birthTime', valueDateTime: '1970-01-12T10:00:00Z' }] },
  maritalStatus: { text: 'Married' },
  deceasedBoolean: false,
  address: [{ use: 'home', line: ['1 Sample Road', 'Back'], city: 'Samplepur', state: 'KA', country: 'IN' }],
}

describe('what came in', () => {
  test('goes out as it came, elements that no field is for included', () => {
    const { kind, record } = recordOf(came)
    expect(toFhir(kind, record).resource).toEqual(came)
  })

  test('goes out as it came also when its fields were stored with their keys in another order', () => {
    const { kind, record } = recordOf(came)
    const turned = JSON.parse(JSON.stringify(record), (_, value) =>
      value && typeof value === 'object' && !Array.isArray(value)
        ? Object.fromEntries(Object.entries(value).reverse())
        : value,
    )
    expect(toFhir(kind, turned).resource).toEqual(came)
  })

  test('goes out with what was changed here, and with the parts of it that Alcove has no field for', () => {
    const { kind, record } = recordOf(came)
    const changed = { ...(record as object), phones: ['1'], family: 'Nayi', bloodGroup: 'O+', deceased: undefined }
    const { resource } = toFhir(kind, changed as never)
    expect(resource.telecom).toEqual([
      { system: 'phone', value: '1' },
      { system: 'fax', value: '011 1' },
    ])
    expect(resource.name).toEqual([
      { use: 'official', family: 'Nayi', given: ['Asha Sample'] },
      { use: 'maiden', family: 'Earlier' },
    ])
    expect(resource.extension).toEqual([
      { url: 'urn:alcove:blood-group', valueString: 'O+' },
      { url: 'http://example.org/race', valueString: 'x' },
    ])
    expect(resource).not.toHaveProperty('deceasedBoolean')
    // It retold what the resource said before.
    expect(resource).not.toHaveProperty('text')
    expect(resource).toMatchObject({
      maritalStatus: came.maritalStatus,
      birthDate: '1970-01-12',
      _birthDate: came._birthDate,
    })
  })

  test('a value of another type is given back, and replaced as one when it is changed here', () => {
    const observation: Resource = {
      resourceType: 'Observation',
      id: ID,
      status: 'final',
      code: { text: 'Pregnant' },
      subject: { reference: `urn:uuid:${OTHER}` },
      valueBoolean: true,
    }
    const { kind, record } = recordOf(observation)
    expect((record as { valueText?: string }).valueText).toBe('Yes')
    expect(toFhir(kind, record).resource).toEqual(observation)
    const { resource } = toFhir(kind, { ...(record as object), valueText: 'No' } as never)
    expect(resource).toMatchObject({ valueString: 'No' })
    expect(resource).not.toHaveProperty('valueBoolean')
  })

  test('is kept whole when its kind cannot hold it', () => {
    for (const resource of [
      { resourceType: 'Observation', id: ID, status: 'final', code: { text: 'x' }, subject: { reference: 'Group/1' } },
      { resourceType: 'Patient', id: ID, gender: 'female' },
      {
        resourceType: 'Encounter',
        id: ID,
        status: 'finished',
        class: { code: 'elsewhere' },
        subject: { reference: `urn:uuid:${OTHER}` },
      },
      { resourceType: 'Basic', id: ID, code: { text: 'x' }, subject: { reference: `urn:uuid:${OTHER}` } },
    ] satisfies Resource[]) {
      const { kind, record } = recordOf(resource)
      expect(kind).toBe('unmodeled')
      expect(toFhir(kind, record).resource).toEqual(resource)
    }
  })
})

test('a medication is named also when it is contained in the order', () => {
  const { record } = recordOf({
    resourceType: 'MedicationRequest',
    status: 'active',
    intent: 'order',
    subject: { reference: `urn:uuid:${OTHER}` },
    contained: [{ resourceType: 'Medication', id: 'm', code: { text: 'Metformin 500 mg' } }],
    medicationReference: { reference: '#m' },
    dosageInstruction: [{ timing: { repeat: { frequency: 2, period: 1, periodUnit: 'd' } } }],
  })
  expect(record).toMatchObject({ medication: { display: 'Metformin 500 mg' }, dose: { timesPerDay: 2 } })
})

test('a narrative of somebody else’s reads as text, never as markup', () => {
  const { record } = recordOf({
    resourceType: 'Composition',
    status: 'final',
    type: { text: 'Note' },
    subject: { reference: `urn:uuid:${OTHER}` },
    date: '2026-01-12',
    title: 'Visit',
    section: [
      {
        title: 'Complaint',
        text: { status: 'generated', div: '<div><p>Cough &amp; cold,<br/>3&nbsp;days</p><script>x</script></div>' },
        section: [{ title: 'Within', text: { status: 'generated', div: '<div>&lt;b&gt;</div>' } }],
      },
    ],
  })
  expect((record as { sections: Json }).sections).toEqual([
    { title: 'Complaint', text: 'Cough & cold,\n3\u00a0days\nx' },
    { title: 'Within', text: '<b>' },
  ])
})

describe('what is not FHIR is refused with its place', () => {
  const refusal = (value: unknown) => {
    try {
      const { resource } = checkSane(value as Json)
      fromFhir(resource, links)
    } catch (error) {
      if (error instanceof NotFhir) return `${error.where} ${error.reason}`
      throw error
    }
    return undefined
  }
  const patient = (more: object) => ({ resourceType: 'Patient', name: [{ family: 'T' }], ...more })
  let deep: Json = 1
  for (let level = 0; level < 200; level++) deep = { a: deep }

  test.each([
    ['a number for a date', patient({ birthDate: 12 }), 'birthDate has to be text'],
    ['words for a date', patient({ birthDate: 'yesterday' }), 'birthDate is not a date'],
    ['text for a list', patient({ name: 'T' }), 'name has to be a list'],
    ['text in a list of objects', patient({ name: ['T'] }), 'name[0] has to be an object'],
    ['an object for a text', patient({ name: [{ family: {} }] }), 'name[0].family has to be text'],
    ['no type', { id: 'x' }, 'resourceType is missing'],
    ['a type that is none', { resourceType: '__proto__' }, 'resourceType is not the name'],
    ['a list', [], ' has to be an object'],
    ['null', null, ' has to be an object'],
    [
      'a prototype key',
      JSON.parse('{"resourceType":"Patient","name":[{"__proto__":{"a":1}}]}'),
      'name[0].__proto__ is not the name',
    ],
    ['a constructor', patient({ constructor: { a: 1 } }), 'constructor is not the name'],
    ['half a character', patient({ name: [{ family: '\ud83d' }] }), 'name[0].family holds half'],
    ['a NUL', patient({ name: [{ family: 'a\u0000' }] }), 'name[0].family holds a NUL'],
    ['an id that is none', patient({ id: '../../etc' }), 'id is not an id'],
    ['nesting without end', patient({ contact: deep }), 'is nested too deep'],
    [
      'a number without end',
      JSON.parse('{"resourceType":"Patient","multipleBirthInteger":1e999}'),
      'multipleBirthInteger is too large',
    ],
  ])('%s', (_, value, says) => expect(refusal(value)).toContain(says))

  test('SQL, emoji and right-to-left names are names', () => {
    for (const family of ["Robert'); DROP TABLE patient;--", '👩‍⚕️ राम', 'محمد\u202e']) {
      expect(refusal(patient({ name: [{ family }] }))).toBeUndefined()
      expect(fromFhir(patient({ name: [{ family }] }) as Resource, links)?.fields.family).toBe(family)
    }
  })
})
