/** Rates, which keep one caller's flood away from everybody else. In memory: a restart forgives, and that is fine. */
import { tooMany } from './refusal.ts'

/**
 * A bucket a caller: each call takes a token, tokens come back at a steady rate. By a clock that nobody sets: one that was put
 * back by hours would keep everybody out for as long.
 */
export class Throttle {
  readonly #burst: number
  readonly #perSecond: number
  readonly #most: number
  readonly #buckets = new Map<string, { tokens: number; at: number }>()
  constructor({ burst, perSecond, most = 10_000 }: { burst: number; perSecond: number; most?: number }) {
    this.#burst = burst
    this.#perSecond = perSecond
    this.#most = most
  }

  /** Refuses a caller who has no token left, and takes none: for calls of which only the failed ones count. */
  check(caller: string, now = performance.now()): void {
    const bucket = this.#buckets.get(caller)
    if (bucket && bucket.tokens + ((now - bucket.at) / 1000) * this.#perSecond < 1) this.take(caller, now)
  }

  /** Whether a token of the caller's was ever taken, as far as is remembered. */
  knows(caller: string): boolean {
    return this.#buckets.has(caller)
  }

  /** Takes a token of the caller's, or refuses with the time to come back. */
  take(caller: string, now = performance.now()): void {
    const bucket = this.#buckets.get(caller)
    const tokens = bucket
      ? Math.min(this.#burst, bucket.tokens + ((now - bucket.at) / 1000) * this.#perSecond)
      : this.#burst
    // Taken out and put back, so that the one not seen for longest is first, and is the one to forget.
    this.#buckets.delete(caller)
    this.#buckets.set(caller, { tokens: Math.max(0, tokens - 1), at: now })
    const oldest = this.#buckets.keys().next()
    if (this.#buckets.size > this.#most && !oldest.done) this.#buckets.delete(oldest.value)
    if (tokens < 1) {
      throw tooMany(Math.ceil((1 - tokens) / this.#perSecond))
    }
  }
}
