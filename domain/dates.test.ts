import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ageOn, birthDateOf, displayAge, yearsOn } from './age.ts'
import { dayBounds, displayDate, displayDateTime, localDay, parseDate } from './dates.ts'
import { displayName, fullName } from './name.ts'

const TODAY = '2026-11-21'

test.each([
  ['12/1/1970', '1970-01-12'],
  ['12-01-1970', '1970-01-12'],
  ['12.1.70', '1970-01-12'],
  ['12 jan 70', '1970-01-12'],
  ['12jan1970', '1970-01-12'],
  ['12-Jan-1970', '1970-01-12'],
  ['12th January 1970', '1970-01-12'],
  ['Jan 12, 1970', '1970-01-12'],
  ['1970-01-12', '1970-01-12'],
  ['12011970', '1970-01-12'],
  ['19700112', '1970-01-12'],
  ['3 sept 2001', '2001-09-03'],
  ['१२/१/१९७०', '1970-01-12'],
  ['12 जनवरी 1970', '1970-01-12'],
  ['jan 1970', '1970-01'],
  ['1/1970', '1970-01'],
  ['1970-01', '1970-01'],
  ['1970', '1970'],
  ['29/2/2024', '2024-02-29'],
  ['5/6/26', '2026-06-05'],
  ['5/6/27', '1927-06-05'],
])('a date typed as %s is read day first as %s', (typed, read) => {
  expect(parseDate(typed, TODAY)).toBe(read)
})

test.each([
  '',
  'jan',
  '12',
  '31/2/1970',
  '29/2/2023',
  '1/13/1970',
  '12/1',
  '0/1/1970',
  '1/0/1970',
  '98765',
  '9876543210',
  'asha 1970',
  '1/2/3/4',
  '12:01:1970',
  'm 70',
])('what is not exactly one date is not read as one: %j', (typed) => {
  expect(parseDate(typed, TODAY)).toBeUndefined()
})

const days = fc
  .date({ min: new Date('1900-01-01'), max: new Date('2026-11-21'), noInvalidDate: true })
  .map((at) => at.toISOString().slice(0, 10))

test('a date as it is shown can be typed back', () =>
  fc.assert(
    fc.property(days, fc.constantFrom(4, 7, 10), (day, precision) => {
      const date = day.slice(0, precision)
      expect(parseDate(displayDate(date), TODAY)).toBe(date)
    }),
  ))

test('any text at all is a date or is not, and never an error', () =>
  fc.assert(fc.property(fc.string({ unit: 'grapheme' }), (text) => void parseDate(text, TODAY))))

test('dates are shown to the precision known, times in 24 hours', () => {
  expect(displayDate('1970-01-12')).toBe('12-Jan-1970')
  expect(displayDate('1970-01')).toBe('Jan-1970')
  expect(displayDate('1970')).toBe('1970')
  expect(displayDateTime('2026-01-12')).toBe('12-Jan-2026')
  const at = new Date(2026, 0, 12, 9, 5)
  expect(displayDateTime(at.toISOString())).toBe('12-Jan-2026 09:05')
  expect(localDay(at)).toBe('2026-01-12')
  expect(Date.parse(dayBounds('2026-01-12').from)).toBe(new Date(2026, 0, 12).getTime())
  expect(Date.parse(dayBounds('2026-01-12').to)).toBe(new Date(2026, 0, 13).getTime())
})

describe('an age', () => {
  test.each([
    ['2026-11-18', '3d'],
    ['2026-11-21', '0d'],
    ['2026-10-10', '6w'],
    ['2025-09-20', '14m'],
    ['2021-11-21', '5y'],
    ['2021-11-22', '4y'],
    ['1970-01-12', '56y'],
    ['1970', 'about 56y'],
    ['1970-01', 'about 56y'],
    ['2025-09', 'about 14m'],
    ['2024-02-29', '2y'],
  ])('of somebody born %s is said as %s', (born, said) => {
    expect(displayAge(born, TODAY)).toBe(said)
  })

  test('is not given to somebody not yet born, and says when it was only told', () => {
    expect(displayAge('2026-11-22', TODAY)).toBe('')
    expect(displayAge('2027', TODAY)).toBe('')
    expect(displayAge(undefined, TODAY)).toBe('')
    expect(displayAge('1970-01-12', TODAY, true)).toBe('about 56y')
  })

  test('that was told comes back as it was told', () =>
    fc.assert(
      fc.property(
        fc.oneof(
          fc.integer({ min: 2, max: 110 }).map((n) => ({ value: n, unit: 'y' as const })),
          fc.integer({ min: 3, max: 23 }).map((n) => ({ value: n, unit: 'm' as const })),
          fc.integer({ min: 4, max: 8 }).map((n) => ({ value: n, unit: 'w' as const })),
          fc.integer({ min: 0, max: 27 }).map((n) => ({ value: n, unit: 'd' as const })),
        ),
        days,
        ({ value, unit }, today) => {
          const born = birthDateOf(`${value}${unit}`, today)
          expect(born && ageOn(born, today, true)).toEqual({ value, unit, about: true })
        },
      ),
    ))

  test.each([
    ['45', '1981'],
    ['45 yrs', '1981'],
    ['2y 3m', '2024-08'],
    ['6 weeks', '2026-10-10'],
    ['3d', '2026-11-18'],
  ])('told as %s amounts to a birth date of %s', (told, born) => {
    expect(birthDateOf(told, TODAY)).toBe(born)
  })

  test.each(['', 'old', '45x', '200', '1y 1y', '1y 2d', '5 5'])('that was not told as an age is none: %j', (told) => {
    expect(birthDateOf(told, TODAY)).toBeUndefined()
  })

  test('in years never goes down as days pass', () =>
    fc.assert(
      fc.property(days, days, (a, b) => {
        const [earlier, later] = a < b ? [a, b] : [b, a]
        expect(yearsOn('1900-01-01', later)).toBeGreaterThanOrEqual(yearsOn('1900-01-01', earlier) ?? 0)
      }),
    ))
})

test('a name is shown with the family name first and in capitals', () => {
  expect(displayName({ family: 'Patel', given: 'Asha', prefix: 'Ms' })).toBe('PATEL, Asha (Ms)')
  expect(displayName({ given: 'Asha' })).toBe('Asha')
  expect(displayName({ family: 'Patel' })).toBe('PATEL')
  expect(fullName({ family: 'Patel', given: 'Asha', prefix: 'Ms' })).toBe('Ms Asha Patel')
})
