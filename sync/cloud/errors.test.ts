/** What is PostgreSQL's own word, and what only looks like it. */
import { expect, test } from 'vitest'
import { sqlState } from './errors.ts'
import { isPassing } from './gateway/refusal.ts'

test.each([
  ['42501', '42501'],
  ['HV000', 'HV000'],
  ['XX000', 'XX000'],
  ['EPIPE', undefined],
  ['ECONNRESET', undefined],
  [undefined, undefined],
])('%s', (code, state) => {
  expect(sqlState({ code })).toBe(state)
})

test('a connection that is gone passes, in whatever words', () => {
  for (const code of ['EPIPE', 'ECONNRESET', '57P01', '08006']) expect(isPassing({ code })).toBe(true)
  expect(isPassing({ code: '42501' })).toBe(false)
})
