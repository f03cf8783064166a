import { expect, test } from 'vitest'
import { isCurrent, medicineName, takenHow } from './medicine.ts'

test('generic comes first, brand after it, and strength stays on one line', () => {
  expect(
    medicineName({ medication: { display: 'Paracetamol' }, brand: 'Crocin', strength: '500 mg', form: 'tablet' }),
  ).toBe('Paracetamol (Crocin) 500\u00a0mg tablet')
})

test('what an imported name says already is not said twice', () => {
  expect(
    medicineName({ medication: { display: 'lisinopril 10 MG Oral Tablet' }, strength: '10 mg', form: 'tablet' }),
  ).toBe('lisinopril 10 MG Oral Tablet')
})

test('how it is taken is said in words, or as an import wrote it', () => {
  expect(takenHow({ dose: { pattern: '1-0-1', timesPerDay: 2 }, durationDays: 5 })).toMatch(/morning.*night.*5 days/)
  expect(takenHow({ instructions: 'one at night' })).toBe('one at night')
})

test('a course whose days are over is past', () => {
  const now = new Date('2026-03-20T12:00:00Z')
  const course = { status: 'active' as const, authored: '2026-03-10T10:00:00Z', durationDays: 5 }
  expect(isCurrent(course, now)).toBe(false)
  expect(isCurrent({ ...course, durationDays: 30 }, now)).toBe(true)
  expect(isCurrent({ status: 'active', authored: '2020-01-01' }, now)).toBe(true)
  expect(isCurrent({ status: 'stopped' }, now)).toBe(false)
})
