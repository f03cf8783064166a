import { expect, test } from 'vitest'
import { closingLine, skippedLines, type Tally } from './tally.ts'

const tallies: Tally[] = [
  { suite: 'units', passed: 3, failed: 1, skipped: [{ name: 'a', why: 'no binary' }] },
  { suite: 'screens', passed: 2, failed: 0, skipped: [{ name: 'b', why: 'no binary' }] },
]

test('the closing line adds up all suites', () => {
  expect(closingLine(tallies)).toBe('5 passed, 1 failed, 2 skipped')
})

test('every skipped test is named under its reason', () => {
  expect(skippedLines(tallies)).toEqual(['Skipped, because no binary:', '  - a', '  - b'])
})
