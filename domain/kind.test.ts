import fc from 'fast-check'
import { expect, test } from 'vitest'
import { policyOf } from './kind.ts'
import { KINDS } from './kinds.ts'
import { patient } from './records/patient.ts'

test('a kind is filed under its own name', () => {
  for (const [name, kind] of Object.entries(KINDS)) expect(kind.name).toBe(name)
})

test('a field that names the patient exists in every kind that says it has one', () => {
  for (const kind of Object.values(KINDS)) {
    const columns = kind.columns.map((column) => column.name)
    if (kind.patient) expect(columns).toContain(kind.patient)
    for (const at of [kind.at ?? []].flat()) expect(columns).toContain(at)
  }
})

test('unknown fields, prototype keys and wrong types are refused at the door', () => {
  const good = { family: 'Testwala', sex: 'female' }
  expect(patient.input.safeParse(good).success).toBe(true)
  for (const bad of [
    { ...good, isAdmin: true },
    JSON.parse('{"family":"Testwala","sex":"female","__proto__":{"x":1}}'),
    { ...good, sex: 'F' },
    { ...good, family: { toString: 'x' } },
    { ...good, family: 'x'.repeat(501) },
    { ...good, family: 'two\nlines' },
    { ...good, birthDate: '2026-02-30' },
    { ...good, birthDate: '12/01/1970' },
  ]) {
    expect(patient.input.safeParse(bad).success, JSON.stringify(bad).slice(0, 80)).toBe(false)
  }
})

test('a date is taken to the precision at which it is known', () => {
  for (const birthDate of ['1970', '1970-02', '1972-02-29']) {
    expect(patient.input.safeParse({ family: 'X', sex: 'male', birthDate }).success).toBe(true)
  }
})

test('no text makes a schema throw instead of refuse', () => {
  fc.assert(
    fc.property(fc.anything(), (anything) => {
      for (const kind of Object.values(KINDS)) kind.input.safeParse(anything)
    }),
    { numRuns: 200 },
  )
})

test('a field may be stricter than its kind', () => {
  expect(policyOf(patient, 'birthDate')).toBe('review')
  expect(policyOf(patient, 'phones')).toBe('latest')
})
