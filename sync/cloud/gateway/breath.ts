/** Long work in short stretches: everybody else's calls are on the same event loop. */
import { setImmediate } from 'node:timers/promises'

const STRETCH_MS = 8

export class Breath {
  #since = performance.now()

  /** Whether this has had the event loop for long enough. */
  get due(): boolean {
    return performance.now() - this.#since > STRETCH_MS
  }

  /** Lets the others go first. */
  async take(): Promise<void> {
    await setImmediate()
    this.#since = performance.now()
  }
}

/** Runs the steps of a generator, taking breath between them. */
export async function inStretches<T>(steps: Generator<void, T>): Promise<T> {
  const breath = new Breath()
  for (;;) {
    const step = steps.next()
    if (step.done) return step.value
    if (breath.due) await breath.take()
  }
}
