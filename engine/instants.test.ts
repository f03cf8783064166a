import { expect, test } from 'vitest'
import { sortable } from './instants.ts'

test.each([
  ['2026', '2026-01-01T00:00:00.000Z'],
  ['2026-02', '2026-02-01T00:00:00.000Z'],
  ['2026-02-03', '2026-02-03T00:00:00.000Z'],
  ['2026-01-12T10:42:00+05:30', '2026-01-12T05:12:00.000Z'],
  ['2026-01-12T10:42Z', '2026-01-12T10:42:00.000Z'],
  ['2026-06-30T23:59:60Z', '2026-06-30T23:59:59.000Z'],
  ['2026-01-12T00:10:00.123456789+05:30', '2026-01-11T18:40:00.123Z'],
])('%s sorts as %s', (written, sorts) => expect(sortable(written)).toBe(sorts))

test('what is no time has no place', () => expect(sortable('soon')).toBeUndefined())
