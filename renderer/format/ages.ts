/** Ages as clinicians say them (3d, 6w, 14m, 5y), and as a front desk types them. */
import { lookup } from '../../domain/lookup.ts'

/** An age in a unit of its own; words for the unit are the screen's. */
export interface Age {
  count: number
  unit: 'd' | 'w' | 'm' | 'y'
}

const DAY = 86_400_000

/**
 * The age on a day, after the NHS Common User Interface guides: days up to 4 weeks, weeks up to 1 year shown as months
 * from 3 months on, months up to 2 years, then years. A date known only to its year gives years.
 * Undefined for a date in the future.
 */
export function ageOn(birthDate: string, on: Date): Age | undefined {
  const [year, month, day] = birthDate.split('-').map(Number)
  if (year === undefined || Number.isNaN(year)) return undefined
  const today = new Date(on.getFullYear(), on.getMonth(), on.getDate())
  if (month === undefined) {
    const years = today.getFullYear() - year
    return years < 0 ? undefined : { count: years, unit: 'y' }
  }
  const born = new Date(year, month - 1, day ?? 1)
  born.setFullYear(year)
  const days = Math.round((today.getTime() - born.getTime()) / DAY)
  if (days < 0) return undefined
  const months = monthsBetween(born, today)
  if (months >= 24) return { count: Math.floor(months / 12), unit: 'y' }
  if (months >= 3) return { count: months, unit: 'm' }
  return days >= 28 ? { count: Math.floor(days / 7), unit: 'w' } : { count: days, unit: 'd' }
}

function monthsBetween(from: Date, to: Date): number {
  const months = (to.getFullYear() - from.getFullYear()) * 12 + to.getMonth() - from.getMonth()
  return to.getDate() < from.getDate() ? months - 1 : months
}

export interface Birth {
  birthDate: string
  /** Reckoned from an age. */
  estimated: boolean
}

const UNITS = lookup<Age['unit']>({ d: 'd', w: 'w', m: 'm', y: 'y', '': 'y' })
const OLDEST = 130

/**
 * Reads what is typed for an age or a birth date: `34`, `34y`, `14m`, `6w`, `3d`, `12-1-1970`, `12/01/1970`,
 * `12 Jan 1970`, `1970-01-12`, `1970-01`, `1970`. Day comes before month. Undefined when it is neither, or not of a living person.
 */
export function readBirth(text: string, today: Date): Birth | undefined {
  const typed = text.trim().toLowerCase()
  const age = /^(\d{1,3})\s*([dwmy]?)$/.exec(typed)
  if (age) return fromAge(Number(age[1]), UNITS[age[2] ?? ''] ?? 'y', today)
  const year = /^(1[89]\d\d|2[01]\d\d)$/.exec(typed)
  if (year?.[1]) return within({ birthDate: year[1], estimated: false }, today)
  const part = /^(\d{4})-(\d{1,2})$/.exec(typed)
  if (part) {
    const whole = fromDate(Number(part[1]), Number(part[2]), 1, today)
    return whole && { birthDate: whole.birthDate.slice(0, 7), estimated: false }
  }
  const iso = /^(\d{4})-(\d{1,2})-(\d{1,2})$/.exec(typed)
  if (iso) return fromDate(Number(iso[1]), Number(iso[2]), Number(iso[3]), today)
  const dmy = /^(\d{1,2})[-/. ](\d{1,2}|[a-z]{3,9})[-/. ](\d{4})$/.exec(typed)
  if (!dmy) return undefined
  const named = MONTHS.findIndex((month) => dmy[2]?.startsWith(month)) + 1
  const month = /^\d/.test(dmy[2] ?? '') ? Number(dmy[2]) : named
  return fromDate(Number(dmy[3]), month, Number(dmy[1]), today)
}

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec']

function fromAge(count: number, unit: Age['unit'], today: Date): Birth | undefined {
  if (unit === 'y') {
    if (count > OLDEST) return undefined
    // Only the year follows from an age in years; saying more would be inventing it.
    return { birthDate: String(today.getFullYear() - count), estimated: true }
  }
  const born = new Date(today.getFullYear(), today.getMonth(), today.getDate())
  if (unit === 'm') {
    born.setDate(1)
    born.setMonth(born.getMonth() - count)
    return { birthDate: iso(born).slice(0, 7), estimated: true }
  }
  born.setDate(born.getDate() - count * (unit === 'w' ? 7 : 1))
  return { birthDate: iso(born), estimated: true }
}

function fromDate(year: number, month: number, day: number, today: Date): Birth | undefined {
  const born = new Date(year, month - 1, day)
  const exists = born.getFullYear() === year && born.getMonth() === month - 1 && born.getDate() === day
  return exists ? within({ birthDate: iso(born), estimated: false }, today) : undefined
}

function within(birth: Birth, today: Date): Birth | undefined {
  const age = ageOn(birth.birthDate, today)
  return age && (age.unit !== 'y' || age.count <= OLDEST) ? birth : undefined
}

function iso(date: Date): string {
  const pad = (value: number, length = 2) => String(value).padStart(length, '0')
  return `${pad(date.getFullYear(), 4)}-${pad(date.getMonth() + 1)}-${pad(date.getDate())}`
}
