import { expect, test } from 'vitest'
import { Throttle } from './limits.ts'
import { Refused } from './refusal.ts'

const refused = (act: () => void): Refused | undefined => {
  try {
    act()
    return undefined
  } catch (error) {
    return error as Refused
  }
}

test('a caller gets a burst, then a steady rate, and is told when to come back', () => {
  const throttle = new Throttle({ burst: 3, perSecond: 0.5 })
  for (let i = 0; i < 3; i++) expect(refused(() => throttle.take('a', 0))).toBeUndefined()
  const no = refused(() => throttle.take('a', 0))
  expect(no).toMatchObject({ status: 429, code: 'busy', details: { retryAfter: 2 } })
  expect(refused(() => throttle.take('b', 0))).toBeUndefined()
  expect(refused(() => throttle.take('a', 2500))).toBeUndefined()
})

test('looking costs nothing', () => {
  const throttle = new Throttle({ burst: 1, perSecond: 1 })
  for (let i = 0; i < 5; i++) expect(refused(() => throttle.check('a', 0))).toBeUndefined()
  throttle.take('a', 0)
  expect(refused(() => throttle.check('a', 0))).toBeInstanceOf(Refused)
  expect(refused(() => throttle.check('a', 1500))).toBeUndefined()
})

test('the memory of callers is bounded', () => {
  const throttle = new Throttle({ burst: 1, perSecond: 0.001, most: 10 })
  throttle.take('first', 0)
  for (let i = 0; i < 10; i++) throttle.take(`other ${i}`, 0)
  expect(refused(() => throttle.take('first', 0))).toBeUndefined()
})
