import { expect, test } from 'vitest'
import { ByteBudget } from './byte-budget.ts'

const refusal = (act: () => unknown) => {
  try {
    act()
    return undefined
  } catch (error) {
    return (error as { status: number }).status
  }
}

test('one facility has its part, and what it gives back is there again', () => {
  const budget = new ByteBudget({ all: 100, each: 20 })
  const back = budget.take('a', 15)
  expect(refusal(() => budget.take('a', 10))).toBe(429)
  expect(refusal(() => budget.take('a', 5))).toBeUndefined()
  back()
  back()
  expect(budget.total).toBe(5)
  expect(refusal(() => budget.take('a', 15))).toBeUndefined()
})

test('many who hold some do not keep out one who holds none', () => {
  const budget = new ByteBudget({ all: 100, each: 60 })
  for (const one of ['a', 'b', 'c']) budget.take(one, 20)
  expect(refusal(() => budget.take('a', 20))).toBe(503)
  expect(refusal(() => budget.take('quiet', 30))).toBeUndefined()
  expect(refusal(() => budget.take('late', 30))).toBe(503)
})
