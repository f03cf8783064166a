/** A day, `2026-11-21`. */
export type Day = string

const DAY_MS = 86_400_000

export function daysBefore(day: Day, days: number): Day {
  return new Date(Date.parse(`${day}T00:00:00Z`) - Math.round(days) * DAY_MS).toISOString().slice(0, 10)
}

export function daysBetween(from: Day, to: Day): number {
  return Math.round((Date.parse(`${to}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / DAY_MS)
}

/** Where and when the clinic is looked at. */
export interface Clock {
  today: Day
  /** Its offset from UTC; India's one time zone, if left out. */
  zone?: string
  /** How many minutes of today have passed: what is of today came before. All of it, if left out. */
  minute?: number
}

/** A time of that day at the clinic; of today, none that has yet to come. */
export function at({ today, zone = '+05:30', minute = 24 * 60 - 1 }: Clock, day: Day, minutes: number): string {
  const past = day === today ? Math.min(minutes, minute) : minutes
  const two = (n: number) => String(n).padStart(2, '0')
  return `${day}T${two(Math.floor(past / 60))}:${two(past % 60)}:00${zone}`
}

/** The time of this computer: the day's list and the times on it are in it too. */
export function clockHere(now: Date): Required<Clock> {
  const east = -now.getTimezoneOffset()
  const local = new Date(now.getTime() + east * 60_000).toISOString()
  const two = (n: number) => String(n).padStart(2, '0')
  const ahead = Math.abs(east)
  return {
    today: local.slice(0, 10),
    zone: `${east < 0 ? '-' : '+'}${two(Math.floor(ahead / 60))}:${two(ahead % 60)}`,
    minute: Number(local.slice(11, 13)) * 60 + Number(local.slice(14, 16)),
  }
}
