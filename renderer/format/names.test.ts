import { expect, test } from 'vitest'
import type { AllergyIntolerance } from '../../domain/kinds.ts'
import { NO_KNOWN_ALLERGY } from '../../domain/records/allergy-intolerance.ts'
import { allergiesOf, nameOf } from './names.ts'

const patient = '00000000-0000-7000-8000-000000000001'
const allergy = (display: string, more: Partial<AllergyIntolerance> = {}): AllergyIntolerance => ({
  id: '00000000-0000-7000-8000-000000000002',
  patient,
  code: { display },
  ...more,
})
const none = allergy('No known allergy', { code: NO_KNOWN_ALLERGY, recorded: '2026-03-12' })

test('a name is written FAMILY, Given (Title), from whatever is known', () => {
  expect(nameOf({ family: 'Patel', given: 'Asha', prefix: 'Ms' })).toBe('PATEL, Asha (Ms)')
  expect(nameOf({ given: 'Asha' })).toBe('Asha')
})

test('nobody having asked is not the same as there being none', () => {
  expect(allergiesOf([]).says).toBe('not-recorded')
  expect(allergiesOf([none])).toEqual({ says: 'none-known', on: '2026-03-12' })
  expect(allergiesOf([allergy('Latex', { verificationStatus: 'refuted' })]).says).toBe('not-recorded')
})

test('a listed allergy wins over "none known", and the dangerous ones come first', () => {
  const stated = allergiesOf([none, allergy('Dust'), allergy('Penicillin', { criticality: 'high' })])
  expect(stated.says === 'listed' && stated.allergies.map((it) => it.code.display)).toEqual(['Penicillin', 'Dust'])
})
