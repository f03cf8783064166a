/**
 * How long to wait before trying again: exponential with full jitter ("Exponential Backoff and Jitter", AWS, 2015), so
 * that a thousand clinics whose gateway came back do not all knock at once.
 */

export interface BackoffPolicy {
  /** Milliseconds: the upper bound of the first wait. */
  first: number
  /** Milliseconds: the upper bound of any wait of our own choosing. */
  most: number
  /** Milliseconds: the most that a gateway's Retry-After is believed. */
  mostAsked: number
}

export const BACKOFF: BackoffPolicy = { first: 1_000, most: 5 * 60_000, mostAsked: 60 * 60_000 }

/**
 * Milliseconds to wait before attempt `attempt` (from 1). `random` is in [0, 1). A Retry-After is a floor: the jitter
 * comes on top, because everybody was told the same number.
 */
export function backoff(
  attempt: number,
  random: number,
  retryAfter?: number | undefined,
  policy: BackoffPolicy = BACKOFF,
): number {
  const ceiling = Math.min(policy.most, policy.first * 2 ** Math.min(attempt - 1, 30))
  const asked = Math.min(policy.mostAsked, Math.max(0, (retryAfter ?? 0) * 1000))
  return Math.round(asked + random * ceiling)
}

/** Reads a Retry-After header, seconds or a date; undefined for anything else. */
export function retryAfterSeconds(header: string | undefined, now: number): number | undefined {
  if (header === undefined) return undefined
  if (/^\d{1,9}$/.test(header)) return Number(header)
  // Date.parse reads nearly anything as some year or other.
  const at = /^[A-Z][a-z]{2}, /.test(header) ? Date.parse(header) : Number.NaN
  return Number.isNaN(at) ? undefined : Math.max(0, Math.ceil((at - now) / 1000))
}
