import { expect, test } from 'vitest'
import type { AllergyIntolerance } from '../../domain/kinds.ts'
import { NO_KNOWN_ALLERGY } from '../../domain/records/allergy-intolerance.ts'
import { allergyStatement } from './allergies.ts'

let next = 0
function allergy(display: string, more: Partial<AllergyIntolerance> = {}): AllergyIntolerance {
  next += 1
  const id = `018f0000-0000-7000-8000-${String(next).padStart(12, '0')}`
  return { id, patient: id, code: { display }, clinicalStatus: 'active', verificationStatus: 'confirmed', ...more }
}
const none = (more: Partial<AllergyIntolerance> = {}) => allergy('', { code: NO_KNOWN_ALLERGY, ...more })
const names = (allergies: AllergyIntolerance[]) => {
  const statement = allergyStatement(allergies)
  return statement.state === 'listed' ? statement.allergies.map((it) => it.name) : statement.state
}

test('nobody having asked is not the same as there being none', () => {
  expect(allergyStatement([])).toEqual({ state: 'not-recorded' })
  expect(allergyStatement([none({ recorded: '2026-03-12T10:00:00Z' })])).toEqual({
    state: 'none-known',
    on: '2026-03-12T10:00:00Z',
  })
  expect(allergyStatement([none()])).toEqual({ state: 'none-known' })
})

test('the latest asking is the one that is dated', () => {
  expect(allergyStatement([none({ recorded: '2026-03-12' }), none({ recorded: '2024-01-01' })])).toEqual({
    state: 'none-known',
    on: '2026-03-12',
  })
})

test('a listed allergy outranks "none known", even a later one', () => {
  expect(names([none({ recorded: '2026-03-12' }), allergy('Penicillin', { recorded: '2020-01-01' })])).toEqual([
    'Penicillin',
  ])
})

test('the gravest come first, then by name', () => {
  expect(names([allergy('Peanut'), allergy('Latex'), allergy('Penicillin', { criticality: 'high' })])).toEqual([
    'Penicillin',
    'Latex',
    'Peanut',
  ])
})

test('a severe reaction makes an allergy grave, whatever its criticality says', () => {
  const reactions = [{ manifestation: { display: 'Anaphylaxis' }, severity: 'severe' as const }]
  expect(allergyStatement([allergy('Bee venom', { criticality: 'low', reactions })])).toMatchObject({
    allergies: [{ high: true, reactions: [{ name: 'Anaphylaxis', severity: 'severe' }] }],
  })
})

test('an allergy without a status counts: imported records often lack one', () => {
  const { clinicalStatus: _, verificationStatus: __, ...bare } = allergy('Sulfa')
  expect(names([bare])).toEqual(['Sulfa'])
})

test('what is suspected is stated, and said to be unconfirmed', () => {
  expect(allergyStatement([allergy('Ibuprofen', { verificationStatus: 'unconfirmed' })])).toMatchObject({
    allergies: [{ unconfirmed: true }],
  })
})

test('resolved and refuted allergies are not called "not recorded"', () => {
  expect(
    allergyStatement([
      allergy('Egg', { clinicalStatus: 'resolved' }),
      allergy('Milk', { verificationStatus: 'refuted' }),
    ]),
  ).toEqual({ state: 'none-current', former: 2 })
})

test('what was entered in error says nothing at all, not even that somebody asked', () => {
  expect(
    allergyStatement([
      allergy('Egg', { verificationStatus: 'entered-in-error' }),
      none({ verificationStatus: 'entered-in-error' }),
    ]),
  ).toEqual({ state: 'not-recorded' })
})

test('a reader who may not see the chart is told that, not that nothing is recorded', () => {
  expect(allergyStatement(undefined)).toEqual({ state: 'withheld' })
})
