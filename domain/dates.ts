/** Dates as people write and read them. Kept as FHIR keeps them (`1970`, `1970-01`, `1970-01-12`); shown as `12-Jan-1970`. */
import { foldText } from './script.ts'

export const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'] as const
const HINDI_MONTHS = [
  ['जनवरी', 'जन'],
  ['फरवरी', 'फ़रवरी', 'फर'],
  ['मार्च'],
  ['अप्रैल'],
  ['मई'],
  ['जून'],
  ['जुलाई'],
  ['अगस्त'],
  ['सितंबर', 'सितम्बर'],
  ['अक्टूबर', 'अक्तूबर'],
  ['नवंबर', 'नवम्बर'],
  ['दिसंबर', 'दिसम्बर'],
].map((names) => names.map(foldText))
const FULL_MONTHS = [
  ...['january', 'february', 'march', 'april', 'may', 'june'],
  ...['july', 'august', 'september', 'october', 'november', 'december'],
]

/**
 * A date, or the day of a time, as the NHS guides show one: `12-Jan-1970`, `Jan-1970`, `1970`. Never 03/04/26, which is
 * two days depending on who reads it. Gives back what it cannot read.
 */
export function displayDate(value: string, months: readonly string[] = MONTHS): string {
  const match = /^(\d{4})(?:-(\d\d)(?:-(\d\d))?)?/.exec(value.includes('T') ? localDay(value) : value)
  if (!match) return value
  const [, year, month, day] = match
  const name = month && months[Number(month) - 1]
  return [day, name, year].filter(Boolean).join('-')
}

/** `12-Jan-2026 10:42`, in the clinic's own time, 24-hour. A value without a time of day shows its date only. */
export function displayDateTime(value: string, months: readonly string[] = MONTHS): string {
  const time = displayTime(value)
  return time ? `${displayDate(value, months)} ${time}` : displayDate(value, months)
}

/** `10:42`; empty for a value without a time of day. */
export function displayTime(value: string): string {
  if (!value.includes('T')) return ''
  const at = new Date(value)
  return Number.isNaN(at.getTime()) ? '' : `${two(at.getHours())}:${two(at.getMinutes())}`
}

/** The calendar day, here, of a moment: `2026-01-12`. */
export function localDay(moment: string | Date): string {
  const at = new Date(moment)
  return Number.isNaN(at.getTime())
    ? String(moment).slice(0, 10)
    : `${String(at.getFullYear()).padStart(4, '0')}-${two(at.getMonth() + 1)}-${two(at.getDate())}`
}

/** The moments at which a calendar day, here, begins and ends, in UTC: for finding what happened on it. */
export function dayBounds(day: string): { from: string; to: string } {
  const [year = 0, month = 1, date = 1] = day.split('-').map(Number)
  // The Date of local midnight, not 24 hours later: days are 23 or 25 hours long where clocks change.
  return {
    from: new Date(year, month - 1, date).toISOString(),
    to: new Date(year, month - 1, date + 1).toISOString(),
  }
}

/**
 * Reads a date as people type one, day first: `12/1/1970`, `12 jan 70`, `12.1.70`, `1970-01-12`, `12011970`, `jan 1970`,
 * `1970`. Undefined for anything that is not exactly one date: 31-Feb, or 1/13/1970, which is more likely a slip than American.
 * A year of two digits is the latest one that is not after `today`, as birth dates and histories lie in the past.
 */
export function parseDate(text: string, today: string): string | undefined {
  const typed = foldText(text)
    .replace(/(\d)(?:st|nd|rd|th)\b/g, '$1')
    .trim()
  const parts = typed.match(/\d+|[\p{L}\p{M}]+/gu)
  if (!parts || parts.length > 3 || /[^\p{L}\p{M}\d\s./,-]/u.test(typed)) return undefined
  const [a = '', b = '', c = ''] = parts
  if (parts.length === 1) return single(a, today)
  if (parts.length === 2) {
    // A month and a year: `jan 1970`, `1/1970`, `1970-01`.
    const yearFirst = /^\d{4}$/.test(a)
    const [month, year] = yearFirst ? [b, a] : [a, b]
    if (!/^\d{4}$/.test(year) && !(monthNamed(month) && /^\d\d$/.test(year))) return undefined
    return exact(yearOf(year, today), monthOf(month))
  }
  if (/^\d{4}$/.test(a)) return exact(Number(a), monthOf(b), dayOf(c))
  if (monthNamed(a)) return exact(yearOf(c, today), monthNamed(a), dayOf(b))
  return exact(yearOf(c, today), monthOf(b), dayOf(a))
}

function single(digits: string, today: string): string | undefined {
  if (/^\d{4}$/.test(digits)) {
    const year = Number(digits)
    return year >= 1850 && year <= Number(today.slice(0, 4)) + 100 ? digits : undefined
  }
  if (!/^\d{8}$/.test(digits)) return undefined
  const dayFirst = exact(Number(digits.slice(4)), Number(digits.slice(2, 4)), Number(digits.slice(0, 2)))
  return dayFirst ?? exact(Number(digits.slice(0, 4)), Number(digits.slice(4, 6)), Number(digits.slice(6)))
}

function exact(year?: number, month?: number, day?: number): string | undefined {
  if (!year || year < 1850 || year > 2200 || !month || month > 12) return undefined
  if (day === undefined) return `${year}-${two(month)}`
  const last = new Date(Date.UTC(year, month, 0)).getUTCDate()
  return day >= 1 && day <= last ? `${year}-${two(month)}-${two(day)}` : undefined
}

function yearOf(text: string, today: string): number | undefined {
  if (/^\d{4}$/.test(text)) return Number(text)
  if (!/^\d\d$/.test(text)) return undefined
  const now = Number(today.slice(0, 4))
  const year = now - (now % 100) + Number(text)
  return year > now ? year - 100 : year
}

function monthOf(text: string): number | undefined {
  return /^\d{1,2}$/.test(text) ? Number(text) : monthNamed(text)
}

function monthNamed(text: string): number | undefined {
  if (/^[a-z]/.test(text)) {
    const found = text.length >= 3 ? FULL_MONTHS.findIndex((month) => month.startsWith(text) || text === 'sept') : -1
    return text === 'sept' ? 9 : found < 0 ? undefined : found + 1
  }
  const found = HINDI_MONTHS.findIndex((names) => names.includes(text))
  return found < 0 ? undefined : found + 1
}

/** A number of one or two digits, or none: NaN fails every check after it. */
function dayOf(text: string): number {
  return /^\d{1,2}$/.test(text) ? Number(text) : Number.NaN
}

const two = (value: number) => String(value).padStart(2, '0')
