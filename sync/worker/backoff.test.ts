import fc from 'fast-check'
import { expect, test } from 'vitest'
import { BACKOFF, backoff, retryAfterSeconds } from './backoff.ts'

test('waits longer on average each time, up to five minutes, and anywhere in between', () => {
  expect([1, 2, 3, 4].map((attempt) => backoff(attempt, 0.5))).toEqual([500, 1000, 2000, 4000])
  expect(backoff(1000, 0.999999)).toBeLessThanOrEqual(BACKOFF.most)
  expect(backoff(50, 0)).toBe(0)
})

test('never comes back before the gateway asked, and does not believe one that asks for a year', () =>
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 60 }),
      fc.double({ min: 0, max: 0.999, noNaN: true }),
      fc.nat(3e7),
      (attempt, random, asked) => {
        const wait = backoff(attempt, random, asked)
        expect(wait).toBeGreaterThanOrEqual(Math.min(asked * 1000, BACKOFF.mostAsked))
        expect(wait).toBeLessThanOrEqual(BACKOFF.mostAsked + BACKOFF.most)
      },
    ),
  ))

test('reads Retry-After as seconds or as a date, and nothing else', () => {
  const now = Date.parse('2026-11-21T00:00:00Z')
  expect(retryAfterSeconds('120', now)).toBe(120)
  expect(retryAfterSeconds('Sat, 21 Nov 2026 00:01:00 GMT', now)).toBe(60)
  expect(retryAfterSeconds('Fri, 20 Nov 2026 00:00:00 GMT', now)).toBe(0)
  for (const none of [undefined, '', 'soon', '-5']) expect(retryAfterSeconds(none, now)).toBeUndefined()
})
