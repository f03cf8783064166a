import { expect, test } from 'vitest'
import type { Observation } from '../../domain/kinds.ts'
import { writtenNumber, writtenQuantity, writtenUnit } from './amount.ts'
import { cumulative, flagOf, writtenRange, writtenValue } from './results.ts'

const q = (value: number, unit = 'mmol/L') => ({ value, unit })

test('numbers carry no trailing zero, a leading zero, and thousands are separated', () => {
  expect([5.0, 0.5, 12345.678, 1200].map((it) => writtenNumber(it))).toEqual(['5', '0.5', '12,345.68', '1,200'])
})

test('units are written as people write them, micrograms and units spelled out', () => {
  expect(['mm[Hg]', 'Cel', 'ug', '[iU]', '{score}', '%', '/min'].map(writtenUnit)).toEqual([
    'mmHg',
    '°C',
    'micrograms',
    'units',
    '',
    '%',
    '/min',
  ])
  expect(writtenQuantity({ value: 37, unit: 'Cel' })).toBe('37\u00a0°C')
  expect(writtenQuantity({ value: 60, unit: 'mg/dL', comparator: '>=' })).toBe('≥ 60\u00a0mg/dL')
})

test("the laboratory's flag stands; without one the value is judged against its range", () => {
  const range = { low: 3.5, high: 5 }
  expect(flagOf({ value: q(5.1), range })).toBe('H')
  expect(flagOf({ value: q(3.4), range })).toBe('L')
  expect(flagOf({ value: q(5), range })).toBeUndefined()
  expect(flagOf({ value: q(9), range, flag: 'N' })).toBeUndefined()
  expect(flagOf({ value: q(4), range, flag: 'HH' })).toBe('HH')
  expect(flagOf({ value: { ...q(6), comparator: '<' }, range })).toBeUndefined()
})

test('ranges read as ranges, open ends said', () => {
  expect(
    [{ low: 3.5, high: 5 }, { low: 60 }, { high: 5.7 }, { text: 'negative' }, undefined].map(writtenRange),
  ).toEqual(['3.5–5', '≥ 60', '≤ 5.7', 'negative', ''])
})

test('blood pressure is said as a pair', () => {
  const components = [
    { code: { code: '8480-6', display: 'Systolic' }, value: q(120, 'mm[Hg]') },
    { code: { code: '8462-4', display: 'Diastolic' }, value: q(80, 'mm[Hg]') },
  ]
  expect(writtenValue({ components })).toBe('120/80\u00a0mmHg')
})

test('a cumulative table has one row a test, the latest value first', () => {
  const of = (code: string, value: number, effective: string) =>
    ({ id: code + effective, code: { code, display: code }, value: q(value), effective }) as Observation
  const rows = cumulative([of('K', 4, '2026-01-01'), of('K', 5, '2026-03-01'), of('Na', 140, '2026-02-01')])
  expect(rows.map((row) => [row.code, row.latest.value?.value, row.earlier.length])).toEqual([
    ['K', 5, 1],
    ['Na', 140, 0],
  ])
})
