/** Results as a table shows them: value, flag, reference range, and the values before. */
import type { Observation } from '../../domain/kinds.ts'
import { writtenNumber, writtenQuantity } from './amount.ts'

/** `LL` and `HH` are critical; `A` is abnormal without a direction. */
export type Flag = 'HH' | 'H' | 'L' | 'LL' | 'A'

type Measured = Pick<Observation, 'value' | 'range' | 'flag'>

/** The laboratory's own flag, or what the value says against the range it was reported with. Normal is no flag. */
export function flagOf({ value, range, flag }: Measured): Flag | undefined {
  if (flag === 'N') return undefined
  if (flag) return flag === 'AA' ? 'A' : flag
  if (!value || !range) return undefined
  // `< 5` against a low of 4 may be either: only an exact value is judged here.
  if (value.comparator) return undefined
  if (range.low !== undefined && value.value < range.low) return 'L'
  if (range.high !== undefined && value.value > range.high) return 'H'
  return undefined
}

/** `3.5–5.0` written without trailing zeros, `≥ 60`, `≤ 5`, or the laboratory's own words. */
export function writtenRange(range: Observation['range']): string {
  if (!range) return ''
  const { low, high, text } = range
  if (low !== undefined && high !== undefined) return `${writtenNumber(low, 4)}–${writtenNumber(high, 4)}`
  if (low !== undefined) return `≥ ${writtenNumber(low, 4)}`
  if (high !== undefined) return `≤ ${writtenNumber(high, 4)}`
  return text ?? ''
}

/** What was found, in one line; the empty string when the record holds no value. */
export function writtenValue(it: Pick<Observation, 'value' | 'concept' | 'valueText' | 'components'>): string {
  if (it.value) return writtenQuantity(it.value)
  if (it.concept) return it.concept.display
  if (it.valueText) return it.valueText
  const parts = it.components ?? []
  const numbers = parts.flatMap((part) => part.value ?? [])
  const [first, second] = numbers
  // Blood pressure, and whatever else comes as a pair in one unit, is said as a pair.
  if (first && second && numbers.length === 2 && parts.length === 2 && first.unit === second.unit) {
    return `${writtenNumber(first.value, 0)}/${writtenQuantity({ ...second, value: Math.round(second.value) })}`
  }
  return parts
    .map((part) =>
      `${part.code.display} ${part.value ? writtenQuantity(part.value) : (part.concept?.display ?? '')}`.trim(),
    )
    .join('; ')
}

/** Values of one test over time, latest first: the row of a cumulative table. */
export interface ResultRow {
  code: string
  name: string
  latest: Observation
  earlier: Observation[]
}

/** One row a test, latest value first, tests by the time of their latest value. */
export function cumulative(observations: readonly Observation[]): ResultRow[] {
  const rows = new Map<string, Observation[]>()
  for (const it of observations) {
    const code = it.code.code ?? it.code.display
    const row = rows.get(code)
    if (row) row.push(it)
    else rows.set(code, [it])
  }
  return [...rows]
    .flatMap(([code, values]) => {
      const [latest, ...earlier] = values.toSorted((a, b) => when(b).localeCompare(when(a)))
      return latest ? [{ code, name: latest.code.display, latest, earlier }] : []
    })
    .sort((a, b) => when(b.latest).localeCompare(when(a.latest)))
}

function when(it: Observation): string {
  return it.effective ?? it.issued ?? ''
}
