/**
 * The worker's life: off, idle, syncing, backing off, or stopped by an error that a person should look at. Even the last
 * is tried again now and then, because the most common wrong key is a hotel's or a hospital's sign-in page, and it goes away.
 */
import type { Outbox, Remote, SyncState } from '../../domain/outbox.ts'
import { asSyncError, isPassing, type SyncError } from '../protocol/errors.ts'
import { LIMITS } from '../protocol/messages.ts'
import { backoff } from './backoff.ts'
import type { Gateway } from './gateway.ts'
import { Link } from './link.ts'
import { pass } from './pass.ts'

export interface WorkerStatus {
  state: SyncState
  /** Entries that the gateway took in this pass. */
  sent?: number
  lastSynced?: string
  error?: { code: string; message: string }
  /** ISO 8601: when it will be tried again. */
  retryAt?: string
}

export interface WorkerOptions {
  onStatus?: (status: WorkerStatus) => void
  open?: (remote: Remote) => Gateway
  random?: () => number
  /** Milliseconds between looks at the outbox when nobody says that something was written. */
  pollMs?: number
  /** Milliseconds between readings of the access log when nobody asks. */
  accessMs?: number
  /** Milliseconds until an error that waiting does not mend is tried again all the same. */
  errorMs?: number
}

export class SyncWorker {
  readonly #outbox: Outbox
  readonly #options: WorkerOptions
  readonly #link = new Link(LIMITS.inflated)
  readonly #stopping = new AbortController()
  #wake: (() => void) | undefined
  #written = true
  #asked = false
  /** When the access log was last read, by a clock that nobody sets. */
  #accessAt = Number.NEGATIVE_INFINITY
  #running: Promise<void> | undefined
  status: WorkerStatus = { state: 'off' }

  constructor(outbox: Outbox, options: WorkerOptions = {}) {
    this.#outbox = outbox
    this.#options = options
  }

  /** Begins; returns at once. */
  start(): void {
    this.#running ??= this.#run()
  }

  /** Something was written: sends it soon, but not before a wait that the gateway's trouble asked for is over. */
  nudge(): void {
    this.#written = true
    if (this.status.state === 'idle' || this.status.state === 'off') this.#wake?.()
  }

  /** A person asked: tries at once, whatever was being waited for. */
  now(): void {
    this.#asked = true
    this.#wake?.()
  }

  /** Ends after cutting short what is under way; what the gateway had acknowledged by then is noted. */
  async stop(): Promise<void> {
    this.#stopping.abort()
    this.#wake?.()
    await this.#running
  }

  async #run(): Promise<void> {
    for (let attempt = 0; !this.#stopping.signal.aborted; ) {
      try {
        if (await this.#due()) await this.#pass()
        attempt = 0
        await this.#rest(this.#options.pollMs ?? 30_000)
      } catch (thrown) {
        if (this.#stopping.signal.aborted) return
        await this.#wait(asSyncError(thrown), ++attempt)
      }
    }
  }

  async #due(): Promise<boolean> {
    const remote = await this.#outbox.remote()
    if (!remote) {
      this.#tell({ state: 'off' })
      return false
    }
    if (this.#asked || this.#written || this.status.state === 'off') return true
    // Who came while nobody worked here is worth knowing too.
    if (this.#accessDue()) return true
    return (await this.#outbox.read(remote.cursor, 1, 1)).entries.length > 0
  }

  #accessDue(): boolean {
    return this.#asked || performance.now() - this.#accessAt >= (this.#options.accessMs ?? 60 * 60_000)
  }

  async #pass(): Promise<void> {
    const access = this.#accessDue()
    this.#written = false
    this.#asked = false
    this.#tell({ state: 'syncing', sent: 0 })
    const { open } = this.#options
    const { sent, lastSynced } = await pass(this.#outbox, {
      link: this.#link,
      signal: this.#stopping.signal,
      access,
      ...(open && { open }),
      progress: ({ entries }) => this.#tell({ state: 'syncing', sent: entries }),
    })
    if (access) this.#accessAt = performance.now()
    this.#tell({ state: 'idle', sent, lastSynced })
  }

  async #wait(error: SyncError, attempt: number): Promise<void> {
    const { code, message, retryAfter } = error
    const passing = isPassing(code)
    const random = (this.#options.random ?? Math.random)()
    const delay = passing ? backoff(attempt, random, retryAfter) : (this.#options.errorMs ?? 15 * 60_000)
    const retryAt = new Date(Date.now() + delay).toISOString()
    this.#tell({ state: passing ? 'backing-off' : 'error', error: { code, message }, retryAt })
    // What failed is still to be done, whether or not anything is written meanwhile.
    this.#written = true
    await this.#sleep(delay)
  }

  async #rest(ms: number): Promise<void> {
    if (this.#asked || (this.#written && this.status.state === 'idle')) return
    await this.#sleep(ms)
  }

  #sleep(ms: number): Promise<void> {
    if (this.#stopping.signal.aborted) return Promise.resolve()
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms)
      this.#wake = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  }

  #tell(status: WorkerStatus): void {
    this.status = status
    this.#options.onStatus?.(status)
  }
}
