/**
 * A FHIR date or time as UTC text that sorts, `2026-01-12T05:12:00.000Z`. What is known only to the day, month or year
 * stands at its beginning. The field itself keeps what was written, precision and offset included.
 */
export function sortable(value: string): string | undefined {
  const [day = '', time] = value.split('T')
  const whole = day.length === 4 ? `${day}-01-01` : day.length === 7 ? `${day}-01` : day
  // A leap second is a time of day that Date does not know.
  const read = new Date(`${whole}T${time?.replace(/^(\d\d:\d\d):60/, '$1:59') ?? '00:00:00Z'}`)
  return Number.isNaN(read.getTime()) ? undefined : read.toISOString()
}
