/**
 * A hybrid logical clock (Kulkarni et al., "Logical Physical Clocks", 2014).
 *
 * A reading is 48 bits of milliseconds and 16 bits of counter, as 16 hex digits, so that text order is clock order.
 * It orders what people see. It never decides a conflict: ancestry does (see `fold.ts`).
 */

const COUNTER_LIMIT = 0xffff

/** The reading that follows `last` at wall time `now` (ms since 1970). Always greater than `last`, even if the clock went back. */
export function tick(last: string | undefined, now: number): string {
  const wall = Math.max(0, Math.floor(now))
  if (!last || wall > timeOf(last)) return reading(wall, 0)
  const counter = Number.parseInt(last.slice(12), 16) + 1
  // A full counter borrows a millisecond from the future rather than repeat a reading.
  return counter > COUNTER_LIMIT ? reading(timeOf(last) + 1, 0) : reading(timeOf(last), counter)
}

/** The reading after having seen `other` from elsewhere. */
export function witness(last: string | undefined, other: string, now: number): string {
  return tick(!last || other > last ? other : last, now)
}

/** The wall time of a reading, in ms since 1970. */
export function timeOf(hlc: string): number {
  return Number.parseInt(hlc.slice(0, 12), 16)
}

function reading(ms: number, counter: number): string {
  return ms.toString(16).padStart(12, '0') + counter.toString(16).padStart(4, '0')
}
