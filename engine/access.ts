/** Notes in the journal who looked at whose chart, before they are shown it. */
import type { Journal } from './journal.ts'

/** Looking again within a quarter of an hour is the same look. */
const SAME_LOOK_MS = 15 * 60_000

export class AccessLog {
  readonly #journal: Journal
  readonly #user: string
  readonly #now: () => number
  readonly #seen = new Map<string, number>()

  constructor(journal: Journal, user: string, now: () => number = Date.now) {
    this.#journal = journal
    this.#user = user
    this.#now = now
  }

  note(patient: string, reason?: string): void {
    const now = this.#now()
    const last = this.#seen.get(patient)
    // A clock that was set back must not silence the log.
    if (reason === undefined && last !== undefined && now >= last && now - last < SAME_LOOK_MS) return
    this.#journal.append({ kind: 'access', author: this.#user, record: 'patient', id: patient, reason })
    this.#seen.set(patient, now)
  }
}
