import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { observation } from './records/observation.ts'
import {
  computeBmi,
  flagOf,
  observationOf,
  parseVital,
  usualAt,
  VITALS,
  type VitalKey,
  vital,
  vitalOf,
} from './vitals.ts'

const read = (key: VitalKey, text: string) => parseVital(vital(key), text)

test.each<[VitalKey, string, object]>([
  ['bp', '120/80', { values: [120, 80] }],
  ['bp', ' 120 / 80 ', { values: [120, 80] }],
  ['bp', '120-80', { values: [120, 80] }],
  ['temperature', '98.6F', { value: 37 }],
  ['temperature', '98.6', { value: 37 }],
  ['temperature', '37', { value: 37 }],
  ['temperature', '38.25 C', { value: 38.3 }],
  ['temperature', '38,2', { value: 38.2 }],
  ['temperature', '101 °F', { value: 38.3 }],
  ['height', `5'6"`, { value: 167.6 }],
  ['height', `5'6`, { value: 167.6 }],
  ['height', '5 ft 6 in', { value: 167.6 }],
  ['height', '6ft', { value: 182.9 }],
  ['height', '66in', { value: 167.6 }],
  ['height', '1.7m', { value: 170 }],
  ['height', '170', { value: 170 }],
  ['weight', '70.25', { value: 70.3 }],
  ['weight', '3200g', { value: 3.2 }],
  ['weight', '154 lb', { value: 69.9 }],
  ['pulse', '72', { value: 72 }],
  ['pulse', '72 bpm', { value: 72 }],
  ['spo2', '98%', { value: 98 }],
  ['respiration', '16', { value: 16 }],
  ['glucose', '5.5 mmol/L', { value: 99 }],
  ['glucose', '110', { value: 110 }],
])('%s typed as %s is read', (key, text, value) => {
  expect(read(key, text)).toEqual(value)
})

test.each<[VitalKey, string, string]>([
  ['bp', '80/120', 'reversed'],
  ['bp', '120', 'unreadable'],
  ['bp', '1200/80', 'unreadable'],
  ['bp', '999/80', 'impossible'],
  ['temperature', '60', 'impossible'],
  ['temperature', '986', 'impossible'],
  ['height', `5'13"`, 'unreadable'],
  ['height', '1.7', 'impossible'],
  ['pulse', '720', 'impossible'],
  ['pulse', '-5', 'unreadable'],
  ['spo2', '101', 'impossible'],
  ['weight', '0', 'impossible'],
  ['weight', '', 'unreadable'],
  ['weight', 'seventy', 'unreadable'],
  ['bmi', '22', 'unreadable'],
])('a slip is not recorded as a %s: %s is %s', (key, text, problem) => {
  expect(read(key, text)).toEqual({ problem })
})

test('no text makes a vital that is impossible', () =>
  fc.assert(
    fc.property(
      fc.constantFrom(...VITALS),
      fc.oneof(fc.string(), fc.stringMatching(/^[\d./' "a-z]{1,8}$/)),
      (it, text) => {
        const parsed = parseVital(it, text)
        if ('value' in parsed) expect(parsed.value >= it.hard.low && parsed.value <= it.hard.high).toBe(true)
        if ('values' in parsed) expect(parsed.values[0]).toBeGreaterThan(parsed.values[1])
      },
    ),
  ))

describe('a reading is remarked on by age', () => {
  const flag = (key: VitalKey, value: number, years?: number) => flagOf(vital(key), value, years)
  test('a pulse that is usual in a baby is high in a grown-up', () => {
    expect(flag('pulse', 140, 0.5)).toBe('N')
    expect(flag('pulse', 110, 40)).toBe('H')
    expect(flag('pulse', 140, 40)).toBe('HH')
  })
  test('of somebody of unknown age nothing is said', () => expect(flag('pulse', 140)).toBeUndefined())
  test('low oxygen is never unremarked', () => {
    expect(flag('spo2', 95, 40)).toBe('L')
    expect(flag('spo2', 90, 40)).toBe('LL')
  })
  test('in blood pressure the worse of the two numbers counts', () => {
    expect(observationOf(vital('bp'), { values: [150, 80] }, 50).flag).toBe('H')
    expect(observationOf(vital('bp'), { values: [150, 112] }, 50).flag).toBe('HH')
    expect(observationOf(vital('bp'), { values: [120, 80] }, 50).flag).toBe('N')
  })
  test('there are no two usual ranges for one age, and every one lies within what is possible', () => {
    for (const measure of VITALS.flatMap((it) => [it, ...(it.components ?? [])])) {
      for (let years = 0; years < 110; years += 1 / 24) {
        expect(measure.usual.filter(({ from, to }) => years >= from && years < to).length).toBeLessThanOrEqual(1)
        const range = usualAt(measure, years)
        if (range?.low !== undefined) expect(range.low).toBeGreaterThan(measure.hard.low)
        if (range?.high !== undefined) expect(range.high).toBeLessThan(measure.hard.high)
      }
    }
  })
})

test('what is read can be recorded as an observation', () => {
  for (const [key, text] of [
    ['bp', '150/95'],
    ['temperature', '101F'],
    ['weight', '70'],
  ] as const) {
    const parsed = read(key, text)
    if ('problem' in parsed) throw new Error(parsed.problem)
    const record = {
      patient: '018f0000-0000-7000-8000-000000000001',
      status: 'final',
      ...observationOf(vital(key), parsed, 40),
    }
    expect(observation.input.parse(record)).toMatchObject({ category: 'vital-signs' })
  }
})

test('an imported oxygen saturation is the same vital as one measured here', () => {
  expect(vitalOf('2708-6')).toBe(vital('spo2'))
  expect(vitalOf('55284-4')).toBe(vital('bp'))
  expect(vitalOf('0')).toBeUndefined()
})

test('body mass index follows from weight and height, and is not made up from slips', () => {
  expect(computeBmi(70, 175)).toBe(22.9)
  expect(computeBmi(70, 0)).toBeUndefined()
  expect(computeBmi(0, 175)).toBeUndefined()
})
