import fc from 'fast-check'
import { expect, test } from 'vitest'
import { distance, similarity } from './slips.ts'

const word = fc.stringMatching(/^[a-e]{1,8}$/)

test('one letter more, less, wrong, or two changed about are one slip', () => {
  for (const slip of ['asha', 'aisha', 'ahsa', 'usha', 'ash', 'ashaa'])
    expect(distance('asha', slip, 3)).toBe(slip === 'asha' ? 0 : 1)
  expect(distance('asha', 'mohan', 1)).toBe(2)
})

test('a distance is the same both ways, and nothing only to itself', () =>
  fc.assert(
    fc.property(word, word, (a, b) => {
      expect(distance(a, b, 9)).toBe(distance(b, a, 9))
      expect(distance(a, b, 9) === 0).toBe(a === b)
      expect(similarity(a, b)).toBeLessThanOrEqual(1)
    }),
  ))
