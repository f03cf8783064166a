import { expect, test } from 'vitest'
import { writtenNumber } from '../chart/amount.ts'
import { showDateTime } from '../format/dates.ts'
import { i18n, startWords } from './i18n.ts'
import { mendSystemLocale } from './system-locale.ts'

test.each(['en-US@posix', 'C', 'C.UTF-8', ''])('a system that says “%s” is taken for English', (language) => {
  const system = { language }
  mendSystemLocale(system)
  expect(() => new Intl.NumberFormat(system.language)).not.toThrow()
  expect(system.language).toBe('en-US')
})

test.each(['hi-IN', 'en-IN', 'ar', 'de-DE'])('a system that says “%s” is left as it is', (language) => {
  const system = { language }
  mendSystemLocale(system)
  expect(system.language).toBe(language)
})

test('numbers and dates are written by our own rules, not by the system’s', () => {
  const system = Intl.DateTimeFormat().resolvedOptions().locale
  expect([writtenNumber(1234.5), showDateTime('2026-01-12', system)]).toEqual(['1,234.5', '12-Jan-2026'])
})

test('words are there in both languages, plurals too, whatever the system says', () => {
  globalThis.document ??= { documentElement: {} } as Document
  startWords('hi')
  expect(i18n.t('visits.prescription.days', { count: 5 })).toBe('5 दिन')
})
