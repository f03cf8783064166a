/** Amounts as a clinician reads them: no trailing zero, a leading zero, thousands separated, units in people's writing. */

import type { Quantity } from '../../domain/fields.ts'
import { lookup } from '../../domain/lookup.ts'

/** UCUM codes whose written form differs from the code. Micrograms and units are spelled out: µ and U are misread. */
const WRITTEN = lookup<string>({
  'mm[Hg]': 'mmHg',
  Cel: '°C',
  '[degF]': '°F',
  'kg/m2': 'kg/m²',
  m2: 'm²',
  ug: 'micrograms',
  'ug/L': 'micrograms/L',
  'ug/dL': 'micrograms/dL',
  '[iU]': 'units',
  U: 'units',
  'U/L': 'units/L',
  '[iU]/L': 'units/L',
  'm[IU]/L': 'milliunits/L',
  '10*3/uL': '×10³/µL',
  '10*6/uL': '×10⁶/µL',
  '10*9/L': '×10⁹/L',
  '10*12/L': '×10¹²/L',
  'mL/min/{1.73_m2}': 'mL/min/1.73 m²',
  '[in_i]': 'in',
  '[lb_av]': 'lb',
  '1': '',
})

/** A unit as written. What stands in braces is a remark in UCUM, shown without them; a bare `{score}` is not a unit. */
export function writtenUnit(unit: string | undefined): string {
  if (!unit) return ''
  const known = WRITTEN[unit]
  if (known !== undefined) return known
  if (/^\{[^}]*\}$/.test(unit)) return ''
  return unit.replaceAll(/[{}[\]]/g, '').replaceAll('_', ' ')
}

/** A number: thousands separated from 1,000 on, at most `digits` decimals, never a trailing zero. */
export function writtenNumber(value: number, digits = 2): string {
  return value.toLocaleString('en-US', { maximumFractionDigits: digits })
}

/** `≥ 60 mg/dL`. */
export function writtenQuantity(quantity: Quantity): string {
  const sign = quantity.comparator ? (COMPARATORS[quantity.comparator] ?? '') : ''
  const unit = writtenUnit(quantity.unit)
  const number = `${sign}${writtenNumber(quantity.value)}`
  // A no-break space: a value and its unit never stand on two lines.
  return unit ? `${number}${unit === '%' ? '' : '\u00a0'}${unit}` : number
}

const COMPARATORS: Partial<Record<NonNullable<Quantity['comparator']>, string>> = {
  '<': '< ',
  '<=': '≤ ',
  '>=': '≥ ',
  '>': '> ',
}
