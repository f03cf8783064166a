import { expect, test } from 'vitest'
import { Link } from './link.ts'

/** The size that a link of so many bytes a second settles at. */
function settled(bytesPerSecond: number, most = 32 << 20): number {
  const link = new Link(most)
  for (let batch = 0; batch < 30; batch++) link.went(link.size, (link.size / bytesPerSecond) * 1000)
  return link.size
}

test('a batch comes to take about two seconds, be the line slow or fast', () => {
  expect(settled(10_000)).toBeCloseTo(20_000, -3)
  expect(settled(2 << 20)).toBeCloseTo(4 << 20, -5)
  expect(settled(1 << 30)).toBe(32 << 20)
  expect(settled(100)).toBe(4 << 10)
})

test('a broken batch halves the next, and a small last batch says nothing', () => {
  const link = new Link(32 << 20)
  const before = link.size
  link.went(100, 1)
  expect(link.size).toBe(before)
  link.broke()
  expect(link.size).toBe(before / 2)
})
