import { expect, test } from 'vitest'
import { trendOf } from './trend.ts'

const bp = (at: string, systolic: number, diastolic?: number) => ({
  id: at,
  at,
  components: [
    { code: '8480-6', value: systolic, unit: 'mm[Hg]' },
    ...(diastolic === undefined ? [] : [{ code: '8462-4', value: diastolic, unit: 'mm[Hg]' }]),
  ],
})

test('blood pressure has two lines and one row a reading', () => {
  const trend = trendOf([bp('2026-02-01T10:00:00Z', 130, 85), bp('2026-01-01T10:00:00Z', 120, 80)])
  expect(trend.lines).toEqual([
    { code: '8480-6', values: [120, 130] },
    { code: '8462-4', values: [80, 85] },
  ])
  expect(trend.rows.map((row) => row.text)).toEqual(['130/85', '120/80'])
  expect(trend.unit).toBe('mmHg')
  expect(trend.times[0]).toBeLessThan(trend.times[1] as number)
})

test('a missing part is a gap, never joined over', () => {
  expect(
    trendOf([bp('2026-01-01', 120, 80), bp('2026-01-02', 125), bp('2026-01-03', 130, 84)]).lines[1]?.values,
  ).toEqual([80, null, 84])
})
