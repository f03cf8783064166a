import { expect, test } from 'vitest'
import { countsOf, nextOf, queueOrder } from './queue.ts'

type Visiting = Parameters<typeof queueOrder>[0][number]

const visit = (token: number, status: Visiting['encounter']['status']): Visiting => ({
  encounter: { id: `e${token}`, patient: `p${token}`, class: 'AMB', status, token },
  patient: { id: `p${token}`, name: `NAME, ${token}`, sex: 'unknown' },
})
const day = [visit(4, 'arrived'), visit(1, 'finished'), visit(3, 'triaged'), visit(2, 'in-progress')]

test('who is inside comes first, then who waits by token, then who is done', () => {
  expect(queueOrder(day).map(({ encounter }) => encounter.token)).toEqual([2, 3, 4, 1])
})

test('the next patient is the lowest token that waits', () => {
  expect(nextOf(day)?.encounter.token).toBe(3)
  expect(nextOf([visit(1, 'finished')])).toBeUndefined()
})

test('the counts are of those waiting, inside and done', () => {
  expect(countsOf(day)).toEqual({ waiting: 2, inside: 1, done: 1 })
})
