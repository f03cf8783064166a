/** Dates and times as people here write them: `12-Jan-2026`, 24 hours, and never 03/04/26. */

const MONTHS: Record<string, readonly string[]> = {
  en: ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'],
  hi: ['जन', 'फ़र', 'मार्च', 'अप्रै', 'मई', 'जून', 'जुल', 'अग', 'सित', 'अक्टू', 'नव', 'दिस'],
}

/** A FHIR date or dateTime to the precision it has: `12-Jan-1970`, `Jan-1970`, `1970`. A time of day is read in local time. */
export function showDate(value: string, language: string): string {
  const [date = ''] = value.includes('T') ? [localDay(new Date(value))] : [value]
  const [year, month, day] = date.split('-')
  if (!month) return year ?? ''
  const name = (MONTHS[language] ?? MONTHS.en)?.[Number(month) - 1] ?? month
  return day ? `${day}-${name}-${year}` : `${name}-${year}`
}

/** `10:42`, in local time. Empty for a date without a time. */
export function showTime(value: string): string {
  if (!value.includes('T')) return ''
  const at = new Date(value)
  return `${two(at.getHours())}:${two(at.getMinutes())}`
}

/** `12-Jan-2026 10:42`, to the precision it has. */
export function showDateTime(value: string, language: string): string {
  return [showDate(value, language), showTime(value)].filter(Boolean).join(' ')
}

/** The time alone for today, the date and the time otherwise: what a status line has room for. */
export function showWhen(value: string, language: string, now = new Date()): string {
  return localDay(new Date(value)) === localDay(now) ? showTime(value) : showDateTime(value, language)
}

function localDay(at: Date): string {
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`
}

function two(value: number): string {
  return String(value).padStart(2, '0')
}
