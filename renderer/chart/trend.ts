/** One measurement over time, as the chart draws it and as the table beside it lists it. */
import type { TrendPoint } from '../../engine/api-shapes.ts'
import { writtenNumber, writtenUnit } from './amount.ts'

export interface Trend {
  /** Seconds since 1970, ascending: what the chart's axis takes. */
  times: number[]
  /** One line a component; blood pressure has two. `null` where a point lacks it, drawn as a gap rather than joined over. */
  lines: { code: string; values: (number | null)[] }[]
  unit: string
  /** The same values, latest first, ready to read: `120/80`. */
  rows: { id: string; at: string; text: string; value?: number }[]
}

const WHOLE = 'value'

/** Prepares the points of one code. Points without a time cannot be placed and are listed only. */
export function trendOf(points: readonly TrendPoint[]): Trend {
  const placed = points.filter((point) => !Number.isNaN(Date.parse(point.at)))
  const sorted = placed.toSorted((a, b) => Date.parse(a.at) - Date.parse(b.at))
  const codes = [...new Set(sorted.flatMap((point) => partsOf(point).map((part) => part.code)))]
  const lines = codes.map((code) => ({
    code,
    values: sorted.map((point) => partsOf(point).find((part) => part.code === code)?.value ?? null),
  }))
  return {
    times: sorted.map((point) => Date.parse(point.at) / 1000),
    lines,
    unit: writtenUnit(sorted.flatMap((point) => partsOf(point).map((part) => part.unit)).at(-1)),
    rows: sorted.toReversed().map((point) => ({
      id: point.id,
      at: point.at,
      text: partsOf(point)
        .map((part) => writtenNumber(part.value, 1))
        .join('/'),
      ...(point.value === undefined ? {} : { value: point.value }),
    })),
  }
}

function partsOf(point: TrendPoint): { code: string; value: number; unit: string }[] {
  if (point.components?.length) return point.components
  return point.value === undefined ? [] : [{ code: WHOLE, value: point.value, unit: point.unit ?? '' }]
}
