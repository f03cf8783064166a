import fc from 'fast-check'
import { expect, test } from 'vitest'
import { tick, timeOf, witness } from './hlc.ts'

test('readings only ever grow, whatever the wall clock does', () => {
  fc.assert(
    fc.property(fc.array(fc.nat({ max: 2 ** 41 }), { minLength: 2 }), (times) => {
      let last = tick(undefined, times[0] as number)
      for (const now of times.slice(1)) {
        const next = tick(last, now)
        expect(next > last).toBe(true)
        expect(next).toMatch(/^[0-9a-f]{16}$/)
        last = next
      }
    }),
  )
})

test('a full counter does not repeat a reading', () => {
  const full = `${(5).toString(16).padStart(12, '0')}ffff`
  expect(tick(full, 5) > full).toBe(true)
})

test('what happens after hearing from another machine is ordered after it', () => {
  const theirs = tick(undefined, 2_000)
  expect(witness(tick(undefined, 1_000), theirs, 1_500) > theirs).toBe(true)
  expect(timeOf(theirs)).toBe(2_000)
})
