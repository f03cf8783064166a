import { expect, test } from 'vitest'
import { showDate, showDateTime, showWhen } from './dates.ts'

test('a date shows as exactly as it is known', () => {
  expect(showDate('1970-01-12', 'en')).toBe('12-Jan-1970')
  expect(showDate('1970-01', 'en')).toBe('Jan-1970')
  expect(showDate('1970', 'en')).toBe('1970')
  expect(showDate('1970-03-12', 'hi')).toBe('12-मार्च-1970')
})

test('a time shows in 24 hours, in local time', () => {
  const at = new Date(2026, 0, 12, 16, 5)
  expect(showDateTime(at.toISOString(), 'en')).toBe('12-Jan-2026 16:05')
  expect(showWhen(at.toISOString(), 'en', new Date(2026, 0, 12, 20))).toBe('16:05')
  expect(showWhen(at.toISOString(), 'en', new Date(2026, 0, 13, 0))).toBe('12-Jan-2026 16:05')
})
