/** Ages as clinicians say them: 3d, 6w, 14m, 5y. And the birth date that a told age amounts to. */
import { lookup } from './lookup.ts'
import { foldText } from './script.ts'

export interface Age {
  value: number
  unit: 'd' | 'w' | 'm' | 'y'
  /** The birth date was a year or a month only, or reckoned from an age that was told. */
  about: boolean
}

/**
 * The age on a day, in the unit that says most at that age: days to four weeks, weeks to three months, months to two
 * years, then years. Undefined when born later than that day.
 */
export function ageOn(birthDate: string, on: string, estimated = false): Age | undefined {
  const birth = partsOf(birthDate)
  const day = partsOf(on)
  if (!birth || day?.month === undefined || day.day === undefined) return undefined
  const about = estimated || birth.day === undefined
  const months = monthsBetween(birth, { year: day.year, month: day.month, day: day.day })
  if (birth.month === undefined) {
    const years = day.year - birth.year
    return years < 0 ? undefined : { value: years, unit: 'y', about }
  }
  if (months < 0) return undefined
  if (months >= 24) return { value: Math.floor(months / 12), unit: 'y', about }
  if (birth.day === undefined || months >= 3) return { value: months, unit: 'm', about }
  const days = Math.round((Date.parse(on.slice(0, 10)) - Date.parse(birthDate.slice(0, 10))) / DAY)
  if (days < 0) return undefined
  return days < 28 ? { value: days, unit: 'd', about } : { value: Math.floor(days / 7), unit: 'w', about }
}

/** `56y`; `about 56y` where that is all that is known; empty for no age. */
export function displayAge(birthDate: string | undefined, on: string, estimated = false): string {
  const age = birthDate ? ageOn(birthDate, on, estimated) : undefined
  return age ? `${age.about ? 'about ' : ''}${age.value}${age.unit}` : ''
}

/** The age in years with its fraction, for what depends on age: reference ranges, doses. */
export function yearsOn(birthDate: string, on: string): number | undefined {
  const birth = partsOf(birthDate)
  const day = partsOf(on)
  if (!birth || !day) return undefined
  const span =
    Date.UTC(day.year, (day.month ?? 7) - 1, day.day ?? 1) -
    Date.UTC(birth.year, (birth.month ?? 7) - 1, birth.day ?? 1)
  const years = span / (365.2425 * DAY)
  return years < 0 ? (birth.month === undefined && birth.year === day.year ? 0 : undefined) : years
}

const UNITS = lookup<Age['unit']>({
  ...{ d: 'd', day: 'd', days: 'd', w: 'w', wk: 'w', wks: 'w', week: 'w', weeks: 'w' },
  ...{ m: 'm', mo: 'm', mth: 'm', mths: 'm', month: 'm', months: 'm' },
  ...{ y: 'y', yr: 'y', yrs: 'y', year: 'y', years: 'y', yo: 'y' },
})

/**
 * The birth date of somebody whose age was told (`45`, `45y`, `2y 3m`, `6 weeks`), no more exact than the telling: a
 * year for years, a month for months. The record then says that it is estimated.
 */
export function birthDateOf(age: string, today: string): string | undefined {
  const day = partsOf(today)
  const typed = foldText(age).trim()
  if (!day?.month || !day.day || !/^(?:\d{1,3}\s*[a-z]*\s*){1,2}$/.test(typed)) return undefined
  const told: Partial<Record<Age['unit'], number>> = {}
  for (const [, value, word] of typed.matchAll(/(\d{1,3})\s*([a-z]*)/g)) {
    const unit = word ? UNITS[word] : 'y'
    if (!unit || told[unit] !== undefined) return undefined
    told[unit] = Number(value)
  }
  const { y = 0, m = 0 } = told
  if (y > 130) return undefined
  if (told.d !== undefined || told.w !== undefined) {
    if (y || m) return undefined
    const born = Date.UTC(day.year, day.month - 1, day.day) - ((told.w ?? 0) * 7 + (told.d ?? 0)) * DAY
    return new Date(born).toISOString().slice(0, 10)
  }
  if (told.m === undefined) return String(day.year - y)
  const months = day.year * 12 + (day.month - 1) - (y * 12 + m)
  return `${Math.floor(months / 12)}-${String((months % 12) + 1).padStart(2, '0')}`
}

const DAY = 86_400_000

interface Parts {
  year: number
  month?: number
  day?: number
}

function partsOf(date: string): Parts | undefined {
  const match = /^(\d{4})(?:-(\d\d)(?:-(\d\d))?)?/.exec(date)
  if (!match) return undefined
  const [, year, month, day] = match
  return { year: Number(year), ...(month && { month: Number(month) }), ...(day && { day: Number(day) }) }
}

/** Whole months between, by the calendar: from the 31st of January to the 28th of February is none yet. */
function monthsBetween(from: Parts, to: Required<Parts>): number {
  const months = (to.year - from.year) * 12 + to.month - (from.month ?? to.month)
  return from.day !== undefined && to.day < from.day ? months - 1 : months
}
