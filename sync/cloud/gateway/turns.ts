/**
 * Places at something that there is not enough of, shared fairly: whoever waits is served in turn between facilities,
 * never in the order of coming. A facility that floods waits behind its own calls; another one's next call is delayed by
 * one turn at most.
 */
import { busy, tooMany } from './refusal.ts'

export interface Bounds {
  /** At work at once, altogether and for one. */
  places: number
  each: number
  /** Waiting at once, altogether and for one; whoever comes after that is sent away with a time to come back. */
  waiting: number
  waitingEach: number
  /** Milliseconds that anybody waits at most. */
  patience: number
}

interface Waiter {
  go(): void
  timer: NodeJS.Timeout
}

export type Release = () => void

export class Turns {
  readonly #bounds: Bounds
  readonly #running = new Map<string, number>()
  /** In the order in which they are next: who was just served goes to the end. */
  readonly #queues = new Map<string, Waiter[]>()
  #busy = 0
  #waiting = 0

  constructor(bounds: Bounds) {
    this.#bounds = bounds
  }

  get waiting(): number {
    return this.#waiting
  }

  /** Waits for a place; what it resolves with gives the place back. Throws Refused when there is no hope of one. */
  async take(caller: string): Promise<Release> {
    if (this.#fits(caller) && !this.#queues.has(caller)) return this.#begin(caller)
    const queue = this.#queues.get(caller) ?? []
    // Its own doing, or everybody's: the one is told by another status than the other.
    if (queue.length >= this.#bounds.waitingEach) throw tooMany(2)
    if (this.#waiting >= this.#bounds.waiting) throw busy(3)
    return new Promise((done, fail) => {
      const waiter: Waiter = {
        go: () => {
          clearTimeout(waiter.timer)
          done(this.#begin(caller))
        },
        timer: setTimeout(() => {
          this.#leave(caller, waiter)
          fail(busy(3))
        }, this.#bounds.patience),
      }
      queue.push(waiter)
      this.#queues.set(caller, queue)
      this.#waiting++
    })
  }

  async run<T>(caller: string, work: () => Promise<T>): Promise<T> {
    const release = await this.take(caller)
    try {
      return await work()
    } finally {
      release()
    }
  }

  #fits(caller: string): boolean {
    return this.#busy < this.#bounds.places && (this.#running.get(caller) ?? 0) < this.#bounds.each
  }

  #begin(caller: string): Release {
    this.#busy++
    this.#running.set(caller, (this.#running.get(caller) ?? 0) + 1)
    let held = true
    return () => {
      if (!held) return
      held = false
      this.#busy--
      const left = (this.#running.get(caller) ?? 1) - 1
      if (left > 0) this.#running.set(caller, left)
      else this.#running.delete(caller)
      this.#next()
    }
  }

  #next(): void {
    for (const [caller, queue] of this.#queues) {
      if (!this.#fits(caller)) continue
      const waiter = queue.shift() as Waiter
      this.#waiting--
      this.#queues.delete(caller)
      if (queue.length > 0) this.#queues.set(caller, queue)
      waiter.go()
      return
    }
  }

  #leave(caller: string, waiter: Waiter): void {
    const queue = this.#queues.get(caller)
    const at = queue?.indexOf(waiter) ?? -1
    if (!queue || at < 0) return
    queue.splice(at, 1)
    this.#waiting--
    if (queue.length === 0) this.#queues.delete(caller)
  }
}
