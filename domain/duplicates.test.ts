import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Described, likeness } from './duplicates.ts'

const laxmi: Described = {
  given: 'Laxmi',
  family: 'Devi',
  birthDate: '1970-01-12',
  phones: ['+91 98765 43210'],
  sex: 'female',
}

test('the same in everything is the same for certain', () => {
  expect(likeness(laxmi, { ...laxmi, phones: ['098765 43210'] })).toEqual({
    score: 1,
    why: ['name', 'birthDate', 'phone'],
  })
})

describe('likely the same, from the surest to the least sure', () => {
  const others: [string, Described][] = [
    ['spelt otherwise', { ...laxmi, given: 'Lakshmi' }],
    ['day and month changed about', { ...laxmi, given: 'Lakshmi', birthDate: '1970-12-01' }],
    ['age only told', { given: 'Lakshmi', family: 'Devi', birthDate: '1970', sex: 'female' }],
    ['the name and nothing else', { given: 'Laxmi', family: 'Devi' }],
    [
      'a daughter with the same phone',
      { given: 'Radha', family: 'Devi', birthDate: '1995-05-05', phones: ['9876543210'], sex: 'female' },
    ],
    ['a stranger', { given: 'John', family: 'Smith', birthDate: '1950-02-02', phones: ['1111111111'], sex: 'male' }],
  ]
  const scores = others.map(([, other]) => likeness(laxmi, other).score)
  test('in that order', () => expect(scores).toEqual([...scores].sort((a, b) => b - a)))
  test('and only the stranger and the daughter are below what is worth asking about', () => {
    expect(scores.map((score) => score >= 0.55)).toEqual([true, true, true, true, false, false])
  })
})

test('it says why', () => {
  expect(likeness(laxmi, { ...laxmi, given: 'Lakshmi', birthDate: '1950-03-03' }).why).toEqual(['nameSounds', 'phone'])
})

test('likeness is the same both ways, and between 0 and 1', () => {
  const described = fc.record({
    given: fc.option(fc.string(), { nil: undefined }),
    family: fc.constantFrom('Devi', 'Rao', undefined),
    birthDate: fc.constantFrom('1970-01-12', '1970', '1970-12-01', undefined),
    phones: fc.constantFrom(['9876543210'], [], undefined),
    sex: fc.constantFrom('male', 'female', 'unknown', undefined),
  })
  fc.assert(
    fc.property(described, described, (a, b) => {
      const { score } = likeness(a, b)
      expect(score).toBeGreaterThanOrEqual(0)
      expect(score).toBeLessThanOrEqual(1)
      expect(Math.abs(likeness(b, a).score - score)).toBeLessThan(0.15)
    }),
  )
})
