/** A runner: takes facilities by leases and brings them along, several at once, until none is left that it may take. */
import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { CloudError, sqlState } from '../errors.ts'
import { isPassing } from '../gateway/refusal.ts'
import type { Step } from '../schema/steps.ts'
import { bring, InTheWay } from './bring.ts'
import { claim, countAttempt, counts, giveBack, type Leased, noteFailed, renew } from './leases.ts'

export interface RunnerOptions {
  /** The registry's server, as administrator. */
  home: pg.ClientConfig
  /** An administrator's login to another server of the fleet. */
  login: (server: string) => Promise<pg.ClientConfig>
  target: number
  steps: readonly Step[]
  /** How many facilities at once. */
  atOnce: number
  leaseMs: number
}

/** Taken at once: few, so that several runners end together; enough, so that taking them costs nothing. */
const TAKEN = 16
/** How often a lock that is not had, or a connection that breaks, is tried again, and how long that may take in all. */
const MOST_ATTEMPTS = 5
const FIRST_WAIT_MS = 250
const LONGEST_WAIT_MS = 4000

export class Runner {
  readonly #options: RunnerOptions
  readonly #lease = randomUUID()
  readonly #pools = new Map<string, Promise<pg.Pool>>()
  readonly #renewing: NodeJS.Timeout
  #stopping = false
  /** Brought along by this runner. */
  migrated = 0

  constructor(options: RunnerOptions) {
    this.#options = options
    this.#pools.set('home', Promise.resolve(this.#poolOf(options.home)))
    const again = () => void this.registry((home) => renew(home, this.#lease, options.leaseMs)).catch(() => {})
    this.#renewing = setInterval(again, options.leaseMs / 3).unref()
  }

  /** Takes no more; what is begun is ended. */
  stop(): void {
    this.#stopping = true
  }

  get stopped(): boolean {
    return this.#stopping
  }

  /** Brings along every facility that is first, or every other, and waits for those that other runners have. */
  async run(canary: boolean): Promise<void> {
    const works = Array.from({ length: this.#options.atOnce }, async () => {
      try {
        await this.#work(canary)
      } catch (error) {
        // The others end what they have begun.
        this.stop()
        throw error
      }
    })
    const ends = await Promise.allSettled(works)
    for (const end of ends) if (end.status === 'rejected') throw end.reason
  }

  /** Asks the registry; a server that is being restarted is waited for. */
  async registry<T>(ask: (home: pg.Pool) => Promise<T>): Promise<T> {
    const home = (await this.#pools.get('home')) as pg.Pool
    for (let wait = FIRST_WAIT_MS; ; wait *= 2) {
      try {
        return await ask(home)
      } catch (error) {
        if (!isPassing(error) || wait > 4 * LONGEST_WAIT_MS) throw error
        await sleep(wait)
      }
    }
  }

  async close(): Promise<void> {
    clearInterval(this.#renewing)
    for (const pool of this.#pools.values()) await (await pool).end().catch(() => {})
  }

  async #work(canary: boolean): Promise<void> {
    const { target, leaseMs } = this.#options
    while (!this.#stopping) {
      const taken = await this.registry((home) =>
        claim(home, { target, canary, lease: this.#lease, leaseMs, count: canary ? 1 : TAKEN }),
      )
      for (const facility of taken)
        if (this.#stopping) await this.registry((home) => giveBack(home, facility, this.#lease, 0))
        else await this.#one(facility, canary)
      if (taken.length > 0) continue
      const { waiting, running } = await this.registry((home) => counts(home, target, canary))
      if (waiting + running === 0) return
      await sleep(100)
    }
  }

  async #one(facility: Leased, canary: boolean): Promise<void> {
    const { target, steps } = this.#options
    let step = ''
    try {
      const at = ({ name }: Step) => {
        step = name
      }
      const brought = await this.#connected(facility.server, (lines) =>
        bring(lines, facility, { target, steps, canary, at }),
      )
      if (brought) this.migrated++
    } catch (error) {
      await this.#failed(facility, error, step)
    }
  }

  async #failed(facility: Leased, error: unknown, step: string): Promise<void> {
    const passes = isPassing(error) || (error instanceof InTheWay && error.code === 'moving')
    const code = sqlState(error) ?? (error instanceof InTheWay || error instanceof CloudError ? error.code : undefined)
    // A fault of this program's, and no facility's.
    if (!passes && code === undefined) throw error
    const attempts = await this.registry((home) => countAttempt(home, facility))
    if (passes && attempts < MOST_ATTEMPTS) {
      const wait = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** attempts) * (0.75 + Math.random() / 2)
      await this.registry((home) => giveBack(home, facility, this.#lease, wait))
    } else await this.registry((home) => noteFailed(home, facility, this.#lease, code ?? 'unreachable', step))
  }

  /** The two connections that a facility needs. One that an error was on is not used again. */
  async #connected<T>(
    server: string,
    work: (lines: { home: pg.ClientBase; server: pg.ClientBase }) => Promise<T>,
  ): Promise<T> {
    const opened: pg.PoolClient[] = []
    let failed: Error | undefined
    try {
      for (const name of new Set(['home', server])) opened.push(await (await this.#poolTo(name)).connect())
      return await work({ home: opened[0] as pg.PoolClient, server: opened.at(-1) as pg.PoolClient })
    } catch (error) {
      failed = error as Error
      throw error
    } finally {
      for (const client of opened) client.release(isConnectionLost(failed) ? failed : undefined)
    }
  }

  #poolTo(server: string): Promise<pg.Pool> {
    const found = this.#pools.get(server)
    if (found) return found
    const made = this.#options.login(server).then((login) => this.#poolOf(login))
    made.catch(() => this.#pools.delete(server))
    this.#pools.set(server, made)
    return made
  }

  #poolOf(login: pg.ClientConfig): pg.Pool {
    const pool = new pg.Pool({
      ...login,
      // One more than facilities at once: for what is asked of the registry meanwhile.
      max: this.#options.atOnce + 1,
      connectionTimeoutMillis: 15_000,
      application_name: 'alcove cloud migrate',
    })
    pool.on('error', () => {})
    return pool
  }
}

/** Unless the server itself answered with an error, nobody knows what state the connection is in. */
function isConnectionLost(error: Error | undefined): boolean {
  return error !== undefined && (sqlState(error) === undefined || /^(08|57P)/.test(sqlState(error) ?? ''))
}
