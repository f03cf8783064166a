import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { KINDS } from '../../domain/kinds.ts'
import { TestClinic } from './test-clinic.ts'

let clinic: TestClinic
beforeAll(async () => {
  clinic = await TestClinic.open()
})
beforeEach(() => clinic.as('front-desk'))
afterAll(() => clinic.close())

describe('registering', () => {
  test('gives each patient the next number of the clinic, never one twice', async () => {
    const numbers = [await clinic.patient(), await clinic.patient(), await clinic.patient()].map(({ mrn }) => mrn)
    expect(new Set(numbers).size).toBe(3)
    expect(numbers.every((mrn) => /^A-\d{5}$/.test(mrn ?? ''))).toBe(true)
    expect(await clinic.refusal('patient.register', { sex: 'female' })).toBe('bad-input')
  })

  test('a patient is found at once, and screens are told', async () => {
    clinic.told.length = 0
    const { id } = await clinic.patient({ given: 'Quennell', family: 'Oyelaran', phones: ['+234 803 555 0199'] })
    expect(clinic.told).toContainEqual({ event: 'records.changed', data: { kinds: ['patient'], patient: id } })
    const { results } = await clinic.ask('patient.search', { text: 'quenel oyel' })
    expect(results).toMatchObject([{ id, name: 'OYELARAN, Quennell', phone: '+234 803 555 0199', sex: 'female' }])
  })

  test('a number by which the row was found is told when the row does not show it', async () => {
    const { id } = await clinic.patient({
      given: 'Zoltan',
      phones: ['111222333', '444555666'],
      identifiers: [{ value: 'PP-9087' }],
    })
    const matched = async (text: string) =>
      (await clinic.ask('patient.search', { text })).results.find((it) => it.id === id)?.matched
    expect(await matched('444555')).toBe('444555666')
    expect(await matched('PP-9087')).toBe('PP-9087')
    expect(await matched('111222')).toBeUndefined()
  })
})

describe('before somebody is registered twice', () => {
  test('whoever is likely the same is shown, and why', async () => {
    const known = await clinic.patient({
      given: 'Lakshmi',
      family: 'Chaudhary',
      birthDate: '1971-02-03',
      phones: ['9811122233'],
    })
    const ask = async (person: object) =>
      (await clinic.ask('patient.duplicates', person)).candidates.find(({ id }) => id === known.id)
    expect(await ask({ given: 'Laxmi', family: 'Choudhury', birthDate: '1971-02-03', sex: 'female' })).toMatchObject({
      why: ['nameSounds', 'birthDate'],
    })
    expect(
      (await ask({ given: 'Lakshmi', family: 'Chaudhary', birthDate: '1971-02-03', phones: ['+91 98111 22233'] }))
        ?.score,
    ).toBe(1)
    expect(await ask({ given: 'Ravi', family: 'Pawar', phones: ['9811122233'] })).toBeUndefined()
    expect(await ask({})).toBeUndefined()
  })
})

describe('changing', () => {
  test('a number that another patient has is refused', async () => {
    const [a, b] = [await clinic.patient(), await clinic.patient()]
    expect(await clinic.refusal('patient.change', { id: b.id, patch: { mrn: a.mrn } })).toBe('conflict')
  })
  test('whose record it is and where it came from cannot be changed', async () => {
    const { id } = await clinic.patient()
    for (const patch of [{ source: {} }, { mergedInto: id }, { id }, { nonsense: 1 }]) {
      expect(await clinic.refusal('patient.change', { id, patch: patch as never })).toBe('bad-input')
    }
  })
  test('a field is cleared with null; a name cannot be taken away altogether', async () => {
    const { id } = await clinic.patient({ phones: ['123456'] })
    expect((await clinic.ask('patient.change', { id, patch: { phones: null } })).patient.phones).toBeUndefined()
    expect(await clinic.refusal('patient.change', { id, patch: { given: null, family: null } })).toBe('bad-input')
  })
})

test('before anything is typed, whom this user had open lately', async () => {
  const seen = []
  for (const given of ['First', 'Second', 'Third']) {
    clinic.clock.now += 1000
    seen.push((await clinic.patient({ given })).id)
  }
  const { results } = await clinic.ask('patient.search', { text: '  ', limit: 3 })
  expect(results.map(({ id }) => id)).toEqual(seen.reverse())
  await clinic.as('nurse')
  expect((await clinic.ask('patient.search', { text: '' })).results).toEqual([])
})

test('two desks changed a birth date apart: both values are shown, and a person decides', async () => {
  const { patient: kind } = KINDS
  const { id } = await clinic.patient({ birthDate: '1970-01-12' })
  const base = clinic.heads(kind, id)
  await clinic.ask('patient.change', { id, patch: { birthDate: '1970-12-01' } })
  clinic.elsewhere(kind, id, base, { birthDate: '1971-01-12' })
  await clinic.as('clinician')
  const { conflicts } = await clinic.ask('chart.get', { patient: id })
  expect(conflicts).toMatchObject([{ kind: 'patient', id, conflict: { field: 'birthDate', policy: 'review' } }])
  expect(conflicts[0]?.conflict.rivals.map(({ value }) => value).sort()).toEqual(['1970-12-01', '1971-01-12'])
  expect(await clinic.refusal('conflict.resolve', { kind: 'patient', id, field: 'birthDate', value: 'soon' })).toBe(
    'bad-input',
  )
  const { record } = await clinic.ask('conflict.resolve', {
    kind: 'patient',
    id,
    field: 'birthDate',
    value: '1970-12-01',
    reason: 'ID card',
  })
  expect(record.birthDate).toBe('1970-12-01')
  expect((await clinic.ask('chart.get', { patient: id })).conflicts).toEqual([])
  expect(
    await clinic.refusal('conflict.resolve', { kind: 'patient', id, field: 'birthDate', value: '1970-12-01' }),
  ).toBe('conflict')
  const { history } = await clinic.ask('chart.record', { kind: 'patient', id })
  expect(history).toHaveLength(4)
  expect(history.at(-1)).toMatchObject({
    authorName: 'Dr Asha Rao',
    reason: 'ID card',
    fields: { birthDate: '1970-12-01' },
  })
})

test('what a record was imported with is not shown at the front desk: anything may be in it', async () => {
  await clinic.as('admin')
  const { id } = clinic.context.store.save(KINDS.patient, {
    family: 'Import',
    sex: 'female',
    source: { kept: { contained: { as: [{ resourceType: 'Condition' }] } } },
  })
  const encounter = clinic.context.store.save(KINDS.encounter, {
    patient: id,
    class: 'AMB',
    status: 'arrived',
    start: new Date(clinic.clock.now).toISOString(),
    source: { kept: { diagnosis: { as: [{}] } } },
  })
  await clinic.as('front-desk')
  const shown = [
    await clinic.ask('patient.get', { id }),
    await clinic.ask('patient.change', { id, patch: { note: 'x' } }),
    await clinic.ask('patient.today', {}),
    await clinic.ask('visit.open', { patient: id }),
    await clinic.ask('visit.change', { id: encounter.id, patch: { note: 'x' } }),
  ]
  expect(shown.map((value) => JSON.stringify(value)).filter((text) => /source|kept/.test(text))).toEqual([])
})
