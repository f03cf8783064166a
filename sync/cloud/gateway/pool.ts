/**
 * Connections to PostgreSQL, kept by facility. A connection is opened as that facility's role and stays it until it is
 * closed: it is never turned into another's, so that there is no reset that could be forgotten. The bounds are on the
 * whole, so that the gateway's memory follows its load and not the number of facilities.
 *
 * Whoever uses a connection brings the facility's password, also when one is open already: a registry that was tampered
 * with may say that a secret is good, but it cannot give it a box with the right password in it.
 */
import { createHash, timingSafeEqual } from 'node:crypto'
import pg from 'pg'
import { sqlState } from '../errors.ts'
import { busy, isPassing, outOfStep, Refused } from './refusal.ts'
import type { Servers } from './servers.ts'
import { Turns } from './turns.ts'

export interface Tenant {
  facility: string
  /** Where it is, by the registry: its id. */
  server: string
  role: string
}

interface Slot {
  client: pg.Client
  facility: string
  server: string
  /** Of the password that opened it; the password itself is not kept. */
  proof: Buffer
  broken: boolean
  idleSince: number
}

interface Options {
  /** Servers and databases by id; who logs in comes with each call. The bounds are on all of them together. */
  servers: Servers
  each?: number
  all?: number
  idleMs?: number
}

const CONNECT_MS = 10_000
/** Less than what the watchdog ends a session for. */
const STATEMENT_MS = 28_000
const WAIT_MS = 15_000
/** For what PostgreSQL answers without doing anything. */
const ANSWER_MS = 5000
const WRONG_PASSWORD = '28P01'
const OUT_OF_STEP_MS = 2000
const MOST_UNTAKEN = 1000

export class Pool {
  readonly #servers: Servers
  readonly #each: number
  readonly #all: number
  readonly #idleMs: number
  readonly #idle = new Map<string, Slot[]>()
  /** Open and opening connections, by facility. */
  readonly #open = new Map<string, number>()
  #total = 0
  #closed = false
  /** Waiting is fair between facilities; whoever has a turn may have a connection. */
  readonly #turns: Turns
  /** Passwords that PostgreSQL did not take, by facility, and since when. */
  readonly #untaken = new Map<string, { proof: string; since: number }>()
  readonly #sweeper: NodeJS.Timeout

  constructor({ servers, each = 4, all = 48, idleMs = 30_000 }: Options) {
    this.#servers = servers
    this.#each = each
    this.#all = all
    this.#idleMs = idleMs
    this.#turns = new Turns({ places: all, each, waiting: 512, waitingEach: 16, patience: WAIT_MS })
    this.#sweeper = setInterval(() => this.#sweep(), Math.max(1000, idleMs / 3)).unref()
  }

  /** How many connections are open. */
  get size(): number {
    return this.#total
  }

  /** How many facilities' calls wait for a connection. */
  get waiting(): number {
    return this.#turns.waiting
  }

  /** Open connections, by facility. */
  get connections(): ReadonlyMap<string, number> {
    return this.#open
  }

  /** Runs something as the facility. `unlock` gives its password, or throws for somebody who cannot have it. */
  async use<T>(tenant: Tenant, unlock: () => Promise<string>, work: (client: pg.Client) => Promise<T>): Promise<T> {
    return this.#turns.run(tenant.facility, async () => {
      const slot = await this.#checkOut(tenant, await unlock())
      try {
        const result = await work(slot.client)
        this.#checkIn(slot)
        return result
      } catch (error) {
        // Whatever state an error left behind, nobody gets this connection again; a refusal is an answer, not an error.
        if (error instanceof Refused && !error.details.cause) this.#checkIn(slot)
        else this.#discard(slot)
        if (!(error instanceof Refused) && isPassing(error)) throw busy(2, error)
        throw error
      }
    })
  }

  async close(): Promise<void> {
    this.#closed = true
    clearInterval(this.#sweeper)
    for (const slots of this.#idle.values()) for (const slot of [...slots]) this.#discard(slot)
    this.#idle.clear()
  }

  async #checkOut(tenant: Tenant, password: string): Promise<Slot> {
    const proof = proofOf(password)
    const address = await this.#servers(tenant.server)
    if (this.#closed) throw busy(5)
    for (let slot = this.#takeIdle(tenant.facility, proof); slot; slot = this.#takeIdle(tenant.facility, proof)) {
      if (await this.#isStill(slot, tenant)) return slot
      this.#discard(slot)
    }
    const slot = await this.#connect(tenant, address, password, proof)
    if (await this.#isStill(slot, tenant)) return slot
    this.#discard(slot)
    throw busy(2)
  }

  /** An idle connection that the same password opened. */
  #takeIdle(facility: string, proof: Buffer): Slot | undefined {
    const slots = this.#idle.get(facility)
    const at = slots?.findLastIndex((slot) => timingSafeEqual(slot.proof, proof)) ?? -1
    return at < 0 ? undefined : slots?.splice(at, 1)[0]
  }

  /** Opens a connection. Whoever has a turn has room for one: what is in the way is idle. */
  async #connect(tenant: Tenant, address: pg.ClientConfig, password: string, proof: Buffer): Promise<Slot> {
    const { facility, server } = tenant
    if ((this.#open.get(facility) ?? 0) >= this.#each) this.#evict(this.#idle.get(facility))
    if (this.#total >= this.#all) this.#evict([...this.#idle.values()].flat())
    this.#open.set(facility, (this.#open.get(facility) ?? 0) + 1)
    this.#total++
    const client = new pg.Client({
      ...address,
      user: tenant.role,
      password,
      application_name: 'alcove gateway',
      connectionTimeoutMillis: CONNECT_MS,
      statement_timeout: STATEMENT_MS,
      query_timeout: STATEMENT_MS + 5000,
      keepAlive: true,
      // See `pipelined.ts`.
      pipeline: true,
      lock_timeout: WAIT_MS,
      idle_in_transaction_session_timeout: 30_000,
      options: '-c search_path=',
    })
    const slot: Slot = { client, facility, server, proof, broken: false, idleSince: 0 }
    client.on('error', () => {
      slot.broken = true
      // Ended while it waited for work, as all are when the password changes: it must not take another's place.
      if (this.#idle.get(facility)?.includes(slot)) this.#discard(slot)
    })
    try {
      await client.connect()
      this.#untaken.delete(facility)
      return slot
    } catch (error) {
      this.#discard(slot)
      if (sqlState(error) === WRONG_PASSWORD && this.#isOutOfStep(facility, proof)) throw outOfStep(facility)
      // What the server says about a login names the role; the caller is told only that it has to wait.
      throw busy(5, error)
    }
  }

  /**
   * Whether PostgreSQL has not taken that password for a while: its role has been given another one behind our back. For
   * a moment this is also so while the password is being changed, but then the next call brings another.
   */
  #isOutOfStep(facility: string, password: Buffer): boolean {
    const proof = password.toString('base64')
    const before = this.#untaken.get(facility)
    if (before?.proof === proof) return performance.now() - before.since >= OUT_OF_STEP_MS
    if (this.#untaken.size >= MOST_UNTAKEN) this.#untaken.clear()
    this.#untaken.set(facility, { proof, since: performance.now() })
    return false
  }

  /** That the connection is alive, and is that facility's own: asked at every use, of the server. */
  async #isStill(slot: Slot, tenant: Tenant): Promise<boolean> {
    // One from before the facility moved to another server is of no use there.
    if (slot.broken || slot.facility !== tenant.facility || slot.server !== tenant.server) return false
    try {
      const { rows } = await slot.client.query<{ ok: boolean }>({
        name: 'who',
        text: 'select session_user = $1 and current_user = $1 as ok',
        values: [tenant.role],
        query_timeout: ANSWER_MS,
      } as pg.QueryConfig)
      return rows[0]?.ok === true
    } catch {
      return false
    }
  }

  #checkIn(slot: Slot): void {
    // Work that ended well ended its transaction. One that is open all the same would take the next call in.
    if (slot.broken || this.#closed || slot.client.getTransactionStatus() !== 'I') {
      this.#discard(slot)
      return
    }
    slot.idleSince = performance.now()
    const slots = this.#idle.get(slot.facility)
    if (slots) slots.push(slot)
    else this.#idle.set(slot.facility, [slot])
  }

  #discard(slot: Slot): void {
    slot.broken = true
    this.#remove(slot)
    const left = (this.#open.get(slot.facility) ?? 1) - 1
    if (left > 0) this.#open.set(slot.facility, left)
    else this.#open.delete(slot.facility)
    this.#total--
    void slot.client.end().catch(() => {})
  }

  #remove(slot: Slot): void {
    const slots = this.#idle.get(slot.facility)
    if (!slots) return
    const rest = slots.filter((other) => other !== slot)
    if (rest.length > 0) this.#idle.set(slot.facility, rest)
    else this.#idle.delete(slot.facility)
  }

  /** Closes the one that has been idle for longest, to make room. */
  #evict(idle: readonly Slot[] = []): void {
    const longest = idle.reduce<Slot | undefined>((a, b) => (a && a.idleSince <= b.idleSince ? a : b), undefined)
    if (longest) this.#discard(longest)
  }

  #sweep(): void {
    const before = performance.now() - this.#idleMs
    for (const slots of this.#idle.values())
      for (const slot of [...slots]) if (slot.idleSince < before) this.#discard(slot)
  }
}

/** The password has 256 random bits, so that its plain hash gives nothing away. */
function proofOf(password: string): Buffer {
  return createHash('sha256').update(password).digest()
}
