/**
 * The vital signs: what each is called in LOINC and UCUM, how it is typed, and when a value is refused or remarked on.
 *
 * `hard` bounds catch slips of the keyboard: outside them no living person's reading lies, and the value is refused.
 * `usual` ranges remark (H, L) and never refuse. They are by age, and each says where it is taken from:
 *   NEWS2   Royal College of Physicians, National Early Warning Score 2, 2017: the bands that score 0.
 *   PALS    American Heart Association, Pediatric Advanced Life Support, 2020: vital signs in children, awake.
 *   HEARTS  WHO HEARTS technical package, 2020: hypertension from 140/90 mmHg; at 180/110 treat at once.
 *   WHO-BMI WHO Technical Report Series 894, 2000: 18.5 to 24.9 kg/m2 in adults.
 *   ADA     American Diabetes Association, Standards of Care in Diabetes: fasting 70 to 99 mg/dL; 200 and above at
 *           random, with symptoms, is diabetes; below 70 hypoglycemia, below 54 of level 2.
 */
import { bmiOf, type Reading, readers } from './vital-readings.ts'

export type VitalKey =
  | 'bp'
  | 'pulse'
  | 'temperature'
  | 'respiration'
  | 'spo2'
  | 'weight'
  | 'height'
  | 'bmi'
  | 'glucose'
  | 'glucoseFasting'
  | 'glucoseAfterMeal'

export type Flag = 'HH' | 'H' | 'N' | 'L' | 'LL'

export interface UsualRange {
  /** Completed years of age from which, and before which, it holds. */
  from: number
  to: number
  low?: number
  high?: number
  /** At or beyond these somebody must act now. */
  criticalLow?: number
  criticalHigh?: number
  source: 'NEWS2' | 'PALS' | 'HEARTS' | 'WHO-BMI' | 'ADA'
}

/** One measured number: a vital, or a part of one. */
export interface Measure {
  /** LOINC. */
  code: string
  /** LOINC's name for it. */
  display: string
  /** UCUM. */
  unit: string
  decimals: number
  hard: { low: number; high: number }
  usual: readonly UsualRange[]
}

export interface Vital extends Measure {
  key: VitalKey
  /** Systolic and diastolic, for blood pressure. */
  components?: readonly [Measure, Measure]
  /** Reckoned from others, never typed. */
  computed?: true
  /** Other codes under which imported records hold the same measurement. */
  also?: readonly string[]
}

const ADULT = 18
const EVER = 200
/** `[from, to, low, high]` in years. */
const pals = (...rows: [number, number, number, number][]): UsualRange[] =>
  rows.map(([from, to, low, high]) => ({ from, to, low, high, source: 'PALS' }))

const SYSTOLIC: Measure = {
  code: '8480-6',
  display: 'Systolic blood pressure',
  unit: 'mm[Hg]',
  decimals: 0,
  hard: { low: 30, high: 320 },
  usual: [
    ...pals([1 / 12, 1, 72, 104], [1, 3, 86, 106], [3, 6, 89, 112], [6, 10, 97, 115], [10, 12, 102, 120]),
    ...pals([12, ADULT, 110, 131]),
    { from: ADULT, to: EVER, low: 91, high: 139, criticalLow: 90, criticalHigh: 180, source: 'HEARTS' },
  ],
}
const DIASTOLIC: Measure = {
  code: '8462-4',
  display: 'Diastolic blood pressure',
  unit: 'mm[Hg]',
  decimals: 0,
  hard: { low: 10, high: 220 },
  usual: [
    ...pals([1 / 12, 1, 37, 56], [1, 3, 42, 63], [3, 6, 46, 72], [6, 10, 57, 76], [10, 12, 61, 80]),
    ...pals([12, ADULT, 64, 83]),
    { from: ADULT, to: EVER, high: 89, criticalHigh: 110, source: 'HEARTS' },
  ],
}

const glucose = (key: VitalKey, code: string, display: string, high: number): Vital => ({
  key,
  code,
  display,
  unit: 'mg/dL',
  decimals: 0,
  hard: { low: 5, high: 2000 },
  usual: [{ from: 0, to: EVER, low: 70, high, criticalLow: 53, source: 'ADA' }],
})

export const VITALS: readonly Vital[] = [
  {
    key: 'bp',
    code: '85354-9',
    display: 'Blood pressure panel with all children optional',
    unit: 'mm[Hg]',
    decimals: 0,
    hard: { low: 10, high: 320 },
    usual: [],
    components: [SYSTOLIC, DIASTOLIC],
    also: ['55284-4'],
  },
  {
    key: 'pulse',
    code: '8867-4',
    display: 'Heart rate',
    unit: '/min',
    decimals: 0,
    hard: { low: 15, high: 350 },
    usual: [
      ...pals([0, 1 / 12, 100, 205], [1 / 12, 1, 100, 180], [1, 3, 98, 140], [3, 6, 80, 120], [6, 12, 75, 118]),
      ...pals([12, ADULT, 60, 100]),
      { from: ADULT, to: EVER, low: 51, high: 90, criticalLow: 40, criticalHigh: 131, source: 'NEWS2' },
    ],
  },
  {
    key: 'temperature',
    code: '8310-5',
    display: 'Body temperature',
    unit: 'Cel',
    decimals: 1,
    hard: { low: 25, high: 45 },
    usual: [{ from: 0, to: EVER, low: 36.1, high: 38, criticalLow: 35, source: 'NEWS2' }],
  },
  {
    key: 'respiration',
    code: '9279-1',
    display: 'Respiratory rate',
    unit: '/min',
    decimals: 0,
    hard: { low: 3, high: 120 },
    usual: [
      ...pals([0, 1, 30, 53], [1, 3, 22, 37], [3, 6, 20, 28], [6, 12, 18, 25], [12, ADULT, 12, 20]),
      { from: ADULT, to: EVER, low: 12, high: 20, criticalLow: 8, criticalHigh: 25, source: 'NEWS2' },
    ],
  },
  {
    key: 'spo2',
    code: '59408-5',
    display: 'Oxygen saturation in Arterial blood by Pulse oximetry',
    unit: '%',
    decimals: 0,
    hard: { low: 30, high: 100 },
    usual: [{ from: 0, to: EVER, low: 96, criticalLow: 91, source: 'NEWS2' }],
    also: ['2708-6'],
  },
  {
    key: 'weight',
    code: '29463-7',
    display: 'Body weight',
    unit: 'kg',
    decimals: 1,
    hard: { low: 0.3, high: 500 },
    usual: [],
  },
  {
    key: 'height',
    code: '8302-2',
    display: 'Body height',
    unit: 'cm',
    decimals: 1,
    hard: { low: 20, high: 260 },
    usual: [],
  },
  {
    key: 'bmi',
    code: '39156-5',
    display: 'Body mass index (BMI) [Ratio]',
    unit: 'kg/m2',
    decimals: 1,
    hard: { low: 5, high: 150 },
    usual: [{ from: ADULT, to: EVER, low: 18.5, high: 24.9, source: 'WHO-BMI' }],
    computed: true,
  },
  glucose('glucose', '2339-0', 'Glucose [Mass/volume] in Blood', 199),
  glucose('glucoseFasting', '1558-6', 'Fasting glucose [Mass/volume] in Serum or Plasma', 99),
  glucose('glucoseAfterMeal', '1521-4', 'Glucose [Mass/volume] in Serum or Plasma --2 hours post meal', 139),
]

/** The vital that a LOINC code names; also by the other codes under which it is imported. */
export function vitalOf(code: string): Vital | undefined {
  return VITALS.find((vital) => vital.code === code || vital.also?.includes(code))
}

export function vital(key: VitalKey): Vital {
  const found = VITALS.find((it) => it.key === key)
  if (!found) throw new RangeError(`no vital is called ${key}`)
  return found
}

/** What was read: a value in the vital's own unit, or the values of its components, in their order. */
export type Parsed = { value: number } | { values: [number, number] }
/** Why a typed value is not taken: `unreadable`, or outside what is possible. */
export interface Refused {
  problem: 'unreadable' | 'impossible' | 'reversed'
}

/**
 * Reads what was typed: `120/80`, `98.6F`, `37`, `5'6"`, `1.7m`, `3200g`, `154lb`, `5.5mmol`. A temperature without a unit is
 * Celsius or Fahrenheit, whichever it can be.
 */
export function parseVital(vital: Vital, typed: string): Parsed | Refused {
  const text = typed
    .trim()
    .toLowerCase()
    .replace(/\s+/g, ' ')
    .replace(/,(?=\d)/g, '.')
  if (vital.components) {
    const match = /^(\d{1,3}) ?[/\\-] ?(\d{1,3})(?: ?mm ?hg)?$/.exec(text)
    if (!match) return { problem: 'unreadable' }
    const values: [number, number] = [Number(match[1]), Number(match[2])]
    if (!vital.components.every((part, i) => within(part, values[i] ?? Number.NaN))) return { problem: 'impossible' }
    return values[0] > values[1] ? { values } : { problem: 'reversed' }
  }
  const reading = readers[vital.key]?.(text)
  if (reading === undefined) return { problem: 'unreadable' }
  const value = rounded(reading, vital.decimals)
  return within(vital, value) ? { value } : { problem: 'impossible' }
}

/** How a value lies to what is usual at that age; undefined where no source that we cite says. */
export function flagOf(measure: Measure, value: number, years: number | undefined): Flag | undefined {
  const range = usualAt(measure, years)
  if (!range) return undefined
  const { low, high, criticalLow, criticalHigh } = range
  if (criticalLow !== undefined && value <= criticalLow) return 'LL'
  if (criticalHigh !== undefined && value >= criticalHigh) return 'HH'
  if (low !== undefined && value < low) return 'L'
  return high !== undefined && value > high ? 'H' : 'N'
}

/** The usual range at an age. Of somebody of unknown age nothing is said. */
export function usualAt(measure: Measure, years: number | undefined): UsualRange | undefined {
  return years === undefined ? undefined : measure.usual.find(({ from, to }) => years >= from && years < to)
}

/** The parts of an observation that hold a reading, ready to record. */
export function observationOf(vital: Vital, parsed: Parsed, years?: number): ObservedVital {
  const code = { system: 'http://loinc.org', code: vital.code, display: vital.display }
  if ('values' in parsed && vital.components) {
    const parts = vital.components.map((part, i) => ({
      code: { system: 'http://loinc.org', code: part.code, display: part.display },
      value: { value: parsed.values[i] ?? Number.NaN, unit: part.unit },
    }))
    const flag = worst(vital.components.map((part, i) => flagOf(part, parsed.values[i] ?? Number.NaN, years)))
    return { category: 'vital-signs', code, components: parts, ...(flag && { flag }) }
  }
  const value = 'value' in parsed ? parsed.value : Number.NaN
  const range = usualAt(vital, years)
  const flag = flagOf(vital, value, years)
  return {
    category: 'vital-signs',
    code,
    value: { value, unit: vital.unit },
    ...(flag && { flag }),
    ...(range && {
      range: {
        ...(range.low !== undefined && { low: range.low }),
        ...(range.high !== undefined && { high: range.high }),
      },
    }),
  }
}

export interface ObservedVital {
  category: 'vital-signs'
  code: { system: string; code: string; display: string }
  value?: { value: number; unit: string }
  components?: { code: { system: string; code: string; display: string }; value: { value: number; unit: string } }[]
  flag?: Flag
  range?: { low?: number; high?: number }
}

/** Weight for height, once both are known; undefined for what cannot be. */
export function computeBmi(weightKg: number, heightCm: number): number | undefined {
  const value = rounded(bmiOf(weightKg, heightCm), 1)
  return Number.isFinite(value) && within(vital('bmi'), value) ? value : undefined
}

const SEVERITY: readonly (Flag | undefined)[] = ['HH', 'LL', 'H', 'L', 'N']

function worst(flags: readonly (Flag | undefined)[]): Flag | undefined {
  return SEVERITY.find((flag) => flags.includes(flag))
}

function within({ hard }: Measure, value: number): boolean {
  return value >= hard.low && value <= hard.high
}

function rounded(value: Reading, decimals: number): number {
  return Number(value.toFixed(decimals))
}
