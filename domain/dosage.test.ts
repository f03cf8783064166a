import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  type Dosage,
  displayDosage,
  displayNumber,
  displayQuantity,
  FREQUENCIES,
  formatDosage,
  parseDosage,
} from './dosage.ts'
import { Dose } from './records/medication-request.ts'

test.each<[string, string | undefined, Dosage]>([
  [
    '1-0-1 5d',
    undefined,
    { dose: { pattern: '1-0-1', timesPerDay: 2 }, durationDays: 5, quantity: { value: 10, unit: '{tablet}' } },
  ],
  [
    '1-1-1-1 x 7 days',
    undefined,
    { dose: { pattern: '1-1-1-1', timesPerDay: 4 }, durationDays: 7, quantity: { value: 28, unit: '{tablet}' } },
  ],
  [
    'OD 30d',
    'capsule',
    { dose: { pattern: 'OD', timesPerDay: 1 }, durationDays: 30, quantity: { value: 30, unit: '{capsule}' } },
  ],
  [
    'BD pc 5d',
    undefined,
    { dose: { pattern: 'BD', timesPerDay: 2, when: 'PC' }, durationDays: 5, quantity: { value: 10, unit: '{tablet}' } },
  ],
  [
    'b.d. after food 5 days',
    undefined,
    { dose: { pattern: 'BD', timesPerDay: 2, when: 'PC' }, durationDays: 5, quantity: { value: 10, unit: '{tablet}' } },
  ],
  ['SOS', undefined, { dose: { pattern: 'SOS' }, asNeeded: true }],
  ['½-0-½', undefined, { dose: { pattern: '½-0-½', timesPerDay: 2 } }],
  [
    '1/2-0-1/2 5d',
    undefined,
    { dose: { pattern: '½-0-½', timesPerDay: 2 }, durationDays: 5, quantity: { value: 5, unit: '{tablet}' } },
  ],
  [
    '0.5-0-1.5 3d',
    undefined,
    { dose: { pattern: '½-0-1½', timesPerDay: 2 }, durationDays: 3, quantity: { value: 6, unit: '{tablet}' } },
  ],
  [
    '10ml TDS 3d',
    'syrup',
    {
      dose: { pattern: 'TDS', timesPerDay: 3, amount: { value: 10, unit: 'mL' } },
      durationDays: 3,
      quantity: { value: 90, unit: 'mL' },
    },
  ],
  [
    '1 - 0 - 1 for 2 weeks',
    undefined,
    { dose: { pattern: '1-0-1', timesPerDay: 2 }, durationDays: 14, quantity: { value: 28, unit: '{tablet}' } },
  ],
  [
    '1+0+1 x5',
    undefined,
    { dose: { pattern: '1-0-1', timesPerDay: 2 }, durationDays: 5, quantity: { value: 10, unit: '{tablet}' } },
  ],
  [
    '1-0-1 ac SOS 3d',
    undefined,
    { dose: { pattern: '1-0-1', timesPerDay: 2, when: 'AC' }, durationDays: 3, asNeeded: true },
  ],
  [
    '0-0-1 hs 1m',
    undefined,
    {
      dose: { pattern: '0-0-1', timesPerDay: 1, when: 'HS' },
      durationDays: 30,
      quantity: { value: 30, unit: '{tablet}' },
    },
  ],
  [
    'weekly 8w',
    undefined,
    { dose: { pattern: 'WEEKLY', timesPerDay: 1 / 7 }, durationDays: 56, quantity: { value: 8, unit: '{tablet}' } },
  ],
  [
    'alternate days 10d',
    undefined,
    { dose: { pattern: 'QOD', timesPerDay: 0.5 }, durationDays: 10, quantity: { value: 5, unit: '{tablet}' } },
  ],
  ['2 puffs BD', 'inhaler', { dose: { pattern: 'BD', timesPerDay: 2, amount: { value: 2, unit: '{puff}' } } }],
  ['stat', undefined, { dose: { pattern: 'STAT' }, quantity: { value: 1, unit: '{tablet}' } }],
  [
    '60000 units weekly 4w',
    undefined,
    {
      dose: { pattern: 'WEEKLY', timesPerDay: 1 / 7, amount: { value: 60000, unit: '[iU]' } },
      durationDays: 28,
      quantity: { value: 240000, unit: '[iU]' },
    },
  ],
  ['BD 5d', 'cream', { dose: { pattern: 'BD', timesPerDay: 2 }, durationDays: 5 }],
])('%s is read', (typed, form, dosage) => {
  expect(parseDosage(typed, form)).toEqual(dosage)
  expect(Dose.safeParse(dosage.dose).success).toBe(true)
})

test.each([
  '',
  '1-0',
  '1',
  '5d',
  '0-0-0',
  'two daily',
  '1-0-1 5d 6d',
  '1-0-1 BD',
  'BD TDS',
  '1-0-1 2 tabs',
  '1-0-1 xyz',
  '1-0-1 0d',
  '999-0-1',
  '1-0-1 5000d',
  '10ml',
  'BD 5 5',
])('what is not wholly understood is not guessed at: %j', (typed) => {
  expect(parseDosage(typed)).toBeUndefined()
})

const amounts = fc.constantFrom(0, 0.5, 1, 1.5, 2, 0.25, 3)
const patterns = fc.oneof(
  fc
    .array(amounts, { minLength: 3, maxLength: 4 })
    .filter((parts) => parts.some((part) => part > 0))
    .map((parts) => parts.join('-')),
  fc.constantFrom(...Object.keys(FREQUENCIES)),
)
const typed = fc
  .record({
    amount: fc.option(fc.constantFrom('10ml', '2puffs', '0.5mg', '4 drops', '20 units', '250mcg')),
    pattern: patterns,
    when: fc.option(fc.constantFrom('ac', 'pc')),
    days: fc.option(fc.integer({ min: 1, max: 365 }).map((days) => `${days}d`)),
    sos: fc.option(fc.constant('SOS')),
  })
  .map(({ amount, pattern, when, days, sos }) =>
    [pattern.includes('-') ? null : amount, pattern, when, days, sos].filter(Boolean).join(' '),
  )

test('a dosage written out again is the same dosage', () =>
  fc.assert(
    fc.property(typed, (text) => {
      const read = parseDosage(text)
      expect(read, text).toBeDefined()
      if (read) expect(parseDosage(formatDosage(read))).toEqual(read)
    }),
  ))

test('a quantity is always enough for every dose, and never more than one piece over', () =>
  fc.assert(
    fc.property(fc.array(amounts, { minLength: 3, maxLength: 4 }), fc.integer({ min: 1, max: 90 }), (parts, days) => {
      const perDay = parts.reduce<number>((sum, part) => sum + part, 0)
      fc.pre(perDay > 0)
      const quantity = parseDosage(`${parts.join('-')} ${days}d`)?.quantity?.value ?? 0
      expect(quantity).toBeGreaterThanOrEqual(perDay * days)
      expect(quantity).toBeLessThan(perDay * days + 1)
    }),
  ))

test('any text at all is a dosage or is not, and never an error', () =>
  fc.assert(fc.property(fc.string({ unit: 'grapheme' }), (text) => void parseDosage(text))))

describe('as it is shown', () => {
  test('no number has a trailing zero or lacks a leading one, and thousands are separated', () => {
    expect([5, 0.5, 1000, 60000, 2.5, 0.125, 1234567.5].map(displayNumber)).toEqual([
      '5',
      '0.5',
      '1,000',
      '60,000',
      '2.5',
      '0.125',
      '1,234,567.5',
    ])
    fc.assert(
      fc.property(fc.double({ min: 0.001, max: 1e6, noNaN: true }), (value) => {
        expect(displayNumber(value)).toMatch(/^\d{1,3}(,\d{3})*(\.\d*[1-9])?$/)
      }),
    )
  })
  test('micrograms and units are spelled out, and a number never parts from its unit', () => {
    expect(displayQuantity({ value: 250, unit: 'ug' })).toBe('250\u00a0micrograms')
    expect(displayQuantity({ value: 60000, unit: '[iU]' })).toBe('60,000\u00a0units')
    expect(displayQuantity({ value: 1, unit: '{tablet}' })).toBe('1\u00a0tablet')
    expect(displayQuantity({ value: 0.5, unit: 'mg' })).toBe('0.5\u00a0mg')
    expect(displayQuantity({ value: 2, unit: '{suppository}' })).toBe('2\u00a0suppositories')
  })
  test.each([
    ['1-0-1 pc 5d', 'tablet', '1 tablet in the morning, 1 at night, after food, for 5 days'],
    ['½-0-½', 'tablet', '½ tablet in the morning, ½ at night'],
    ['10ml TDS 3d', 'syrup', '10\u00a0mL, 3 times a day, for 3 days'],
    ['SOS', 'tablet', 'only if needed'],
    ['QOD 10d', 'tablet', 'every other day, for 10 days'],
    ['2-2-2-2 1d', 'capsule', '2 capsules in the morning, 2 at noon, 2 in the evening, 2 at night, for 1 day'],
    ['TDS SOS', 'tablet', '3 times a day, only if needed'],
  ])('%s of a %s says %s', (text, form, words) => {
    const dosage = parseDosage(text, form)
    expect(dosage && displayDosage(dosage, form)).toBe(words)
  })
})
