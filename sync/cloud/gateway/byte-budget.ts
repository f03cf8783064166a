/** How many bytes of requests may be in memory at once, altogether and for one facility. */
import { busy, tooMany } from './refusal.ts'
import type { Release } from './turns.ts'

export class ByteBudget {
  readonly #all: number
  readonly #each: number
  readonly #held = new Map<string, number>()
  #total = 0
  constructor({ all, each }: { all: number; each: number }) {
    this.#all = all
    this.#each = each
  }

  get total(): number {
    return this.#total
  }

  /** Sets bytes aside for somebody, or refuses; what is returned gives them back. */
  take(caller: string, bytes: number): Release {
    const held = this.#held.get(caller) ?? 0
    if (held > 0 && held + bytes > this.#each) throw tooMany(2)
    // The last part is for those who hold nothing yet: the many who hold some cannot keep them out.
    const room = held > 0 ? this.#all * 0.75 : this.#all
    if (this.#total + bytes > room) throw busy(2)
    this.#held.set(caller, held + bytes)
    this.#total += bytes
    let kept = true
    return () => {
      if (!kept) return
      kept = false
      this.#total -= bytes
      const left = (this.#held.get(caller) ?? bytes) - bytes
      if (left > 0) this.#held.set(caller, left)
      else this.#held.delete(caller)
    }
  }
}
