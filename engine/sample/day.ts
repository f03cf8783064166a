/** A day, `2026-11-21`. */
export type Day = string

const DAY_MS = 86_400_000

export function daysBefore(day: Day, days: number): Day {
  return new Date(Date.parse(`${day}T00:00:00Z`) - Math.round(days) * DAY_MS).toISOString().slice(0, 10)
}

export function daysBetween(from: Day, to: Day): number {
  return Math.round((Date.parse(`${to}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / DAY_MS)
}

/** A time of that day at the clinic, in India's one time zone. */
export function at(day: Day, minutes: number): string {
  const two = (n: number) => String(n).padStart(2, '0')
  return `${day}T${two(Math.floor(minutes / 60))}:${two(minutes % 60)}:00+05:30`
}
