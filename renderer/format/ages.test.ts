import { expect, test } from 'vitest'
import { ageOn, readBirth } from './ages.ts'

const today = new Date(2026, 10, 21)
const said = (birthDate: string) => {
  const age = ageOn(birthDate, today)
  return age && `${age.count}${age.unit}`
}

test('ages are said as clinicians say them', () => {
  expect(said('2026-11-18')).toBe('3d')
  expect(said('2026-10-10')).toBe('6w')
  expect(said('2025-09-20')).toBe('14m')
  expect(said('2021-03-01')).toBe('5y')
  expect(said('1970-01-12')).toBe('56y')
  expect(said('1970-11-22')).toBe('55y')
  expect(said('1970')).toBe('56y')
  expect(said('2026-11-22')).toBeUndefined()
})

test('an age that is told gives only as much of a date as it says', () => {
  expect(readBirth('34', today)).toEqual({ birthDate: '1992', estimated: true })
  expect(readBirth('34 y', today)).toEqual({ birthDate: '1992', estimated: true })
  expect(readBirth('14m', today)).toEqual({ birthDate: '2025-09', estimated: true })
  expect(readBirth('6w', today)).toEqual({ birthDate: '2026-10-10', estimated: true })
  expect(readBirth('131', today)).toBeUndefined()
})

test('a date may be typed in any way that people here write one, day first', () => {
  for (const typed of ['12-1-1970', '12/01/1970', '12 Jan 1970', '12-January-1970', '1970-01-12', '12.1.1970'])
    expect(readBirth(typed, today)).toEqual({ birthDate: '1970-01-12', estimated: false })
  expect(readBirth('1970', today)).toEqual({ birthDate: '1970', estimated: false })
})

test('what is not a birth date is refused', () => {
  for (const typed of ['', 'soon', '31-02-1990', '12-13-1990', '22-11-2026', '1-1-1800', '12-foo-1970'])
    expect(readBirth(typed, today)).toBeUndefined()
})
