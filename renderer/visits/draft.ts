/**
 * A draft that saves itself: a moment after the last key, at once when asked to. What is typed is never dropped: while a
 * save is under way the next one waits, and a failed one is tried again with the newest text.
 */
export type DraftState = 'saved' | 'waiting' | 'saving' | 'failed'

interface Options<T> {
  save: (value: T) => Promise<unknown>
  /** Quiet time before a save, ms. */
  delay?: number
  /** Time before another try after a failure, ms. */
  retry?: number
}

export class Draft<T> {
  readonly #options: Required<Options<T>>
  readonly #listeners = new Set<() => void>()
  #pending: { value: T } | undefined
  #running: Promise<void> | undefined
  #timer: ReturnType<typeof setTimeout> | undefined
  #state: DraftState = 'saved'

  constructor(options: Options<T>) {
    this.#options = { delay: 600, retry: 3000, ...options }
  }

  get state(): DraftState {
    return this.#state
  }

  /** For `useSyncExternalStore`. */
  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** The text as it stands now; saved when typing rests. */
  set(value: T): void {
    this.#pending = { value }
    if (this.#state !== 'saving') this.#become('waiting')
    this.#schedule(this.#options.delay)
  }

  /** Saves what is not saved yet. Resolves when it is; rejects when it could not be. */
  flush(): Promise<void> {
    clearTimeout(this.#timer)
    // One save at a time: whoever asks during one gets the same promise, which ends when the newest text is saved.
    this.#running ??= this.#saveAll().finally(() => {
      this.#running = undefined
    })
    return this.#running
  }

  /** Forgets what waits; for a note that has been signed elsewhere. */
  discard(): void {
    clearTimeout(this.#timer)
    this.#pending = undefined
    this.#become('saved')
  }

  async #saveAll(): Promise<void> {
    for (let taken = this.#pending; taken; taken = this.#pending) {
      this.#become('saving')
      try {
        await this.#options.save(taken.value)
      } catch (error) {
        this.#become('failed')
        this.#schedule(this.#options.retry)
        throw error
      }
      if (this.#pending === taken) this.#pending = undefined
    }
    this.#become('saved')
  }

  #schedule(after: number): void {
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => void this.flush().catch(() => undefined), after)
  }

  #become(state: DraftState): void {
    if (state === this.#state) return
    this.#state = state
    for (const listener of this.#listeners) listener()
  }
}
