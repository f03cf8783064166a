/**
 * Which visits need no row of their own in the access log. A visit that brought or took entries always has one. One that
 * moved nothing has one too, unless the same workstation did the same, from the same address and with the same outcome, a
 * short while ago: otherwise a workstation that asks every half minute whether there is anything, or one that is refused
 * and insists, would bury the rows that matter, and fill the facility's storage with them.
 *
 * Kept in memory: a gateway that was started again, or a second one, writes a row more.
 */
import type { Visit } from '../../../domain/access-log.ts'

const HOUR_MS = 60 * 60_000
const MINUTE_MS = 60_000
/** Of these one an hour is enough; what is refused, or sent again, may be worth a look sooner. */
const HOURLY = ['hello', 'access']
const MOST = 20_000

export class Seldom {
  readonly #last = new Map<string, number>()

  /** Whether a visit that moved nothing is to be written down. */
  isDue(facility: string, visit: Visit, now = Date.now()): boolean {
    const last = this.#last.get(keyOf(facility, visit))
    const every = HOURLY.includes(visit.act) && visit.outcome === 'ok' ? HOUR_MS : MINUTE_MS
    return last === undefined || now - last >= every || now < last
  }

  /** It was written down, and that is on disk. */
  wasNoted(facility: string, visit: Visit, now = Date.now()): void {
    const key = keyOf(facility, visit)
    // Taken out and put back, so that the first is the one not seen for longest.
    this.#last.delete(key)
    this.#last.set(key, now)
    const oldest = this.#last.keys().next()
    if (this.#last.size > MOST && !oldest.done) this.#last.delete(oldest.value)
  }
}

function keyOf(facility: string, { device, act, outcome, address }: Visit): string {
  return [facility, device, act, outcome, address].join(' ')
}
