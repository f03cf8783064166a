/**
 * The watchdog: keeps one facility's use of a server from being everybody's trouble. Every second it ends sessions that go
 * beyond what any call of the gateway needs; every few minutes it measures what each facility stores. It logs in as a role
 * that can do just that, on every server of the fleet, and reads no record.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { sqlState } from '../errors.ts'
import { tlsTo } from '../servers/server.ts'
import { endHoarders } from './memory.ts'
import { PAUSES, type PauseRules, Pauses, pause, release } from './pauses.ts'
import { type Ended, endOffenders, type Reason, SESSION_LIMITS, type SessionLimits } from './sessions.ts'
import { type Measured, measure } from './storage.ts'

export interface WatchdogOptions {
  /** Its login to the registry's server; the other servers know it by the same password. */
  home: pg.ClientConfig
  limits?: Partial<SessionLimits>
  pauses?: Partial<PauseRules>
  everyMs?: number
  measureMs?: number
  /** A session was ended; the facility is undefined when the registry does not know the role. */
  onEnded?: (facility: string | undefined, reason: Reason) => void
  onMeasured?: (measured: Measured) => void
  /** Told of faults of its own, by kind. */
  onFault?: (what: string) => void
}

interface Watched {
  id: string
  host: string | null
  port: number | null
  database: string | null
  ca: string | null
}

/** How often the list of servers is read again. */
const SERVERS_MS = 30_000

export class Watchdog {
  readonly #options: WatchdogOptions
  readonly #limits: SessionLimits
  readonly #pauses: Pauses
  readonly #stopping = new AbortController()
  /** Sessions that were ended at the last look, by server. One that takes a moment to go is one offence, and not several. */
  readonly #going = new Map<string, ReadonlySet<number>>()
  readonly #clients = new Map<string, Promise<pg.Client>>()
  /** Asked by whoever has a question, several at a time. */
  readonly #registry: pg.Pool
  #servers: Watched[] = []
  #readAt = Number.NEGATIVE_INFINITY
  #faults = new Map<string, string>()
  readonly #loops: Promise<void>[]

  constructor(options: WatchdogOptions) {
    this.#options = options
    this.#limits = { ...SESSION_LIMITS, ...options.limits }
    this.#pauses = new Pauses({ ...PAUSES, ...options.pauses })
    this.#registry = new pg.Pool({ ...options.home, ...SETTINGS, max: 2, idleTimeoutMillis: 0 })
    this.#registry.on('error', () => {}) // lost while idle: the next question opens another
    this.#loops = [
      this.#every(options.everyMs ?? 1000, 'sessions', (server) => this.#look(server)),
      this.#every(options.measureMs ?? 3 * 60_000, 'storage', (server) => this.#measure(server)),
    ]
  }

  async close(): Promise<void> {
    this.#stopping.abort()
    await Promise.all(this.#loops)
    await this.#registry.end()
    const clients = await Promise.allSettled(this.#clients.values())
    await Promise.all(clients.map((one) => one.status === 'fulfilled' && one.value.end().catch(() => {})))
  }

  async #every(ms: number, what: string, work: (server: Watched) => Promise<void>): Promise<void> {
    const { signal } = this.#stopping
    while (!signal.aborted) {
      await this.#tried(`${what} home`, () => this.#readServers())
      // Side by side: a server that does not answer must not keep the others unwatched.
      await Promise.all(this.#servers.map((server) => this.#tried(`${what} ${server.id}`, () => work(server))))
      await sleep(ms, undefined, { signal }).catch(() => {})
    }
  }

  async #look(server: Watched): Promise<void> {
    const client = await this.#client(server, 'sessions')
    const offenders = await endOffenders(client, this.#limits)
    const all = [...offenders, ...(await endHoarders(client, this.#limits.memory))]
    const known = new Set(this.#going.get(server.id))
    this.#going.set(server.id, new Set(all.map(({ pid }) => pid)))
    for (const ended of all) {
      if (known.has(ended.pid)) continue
      known.add(ended.pid)
      if (this.#pauses.note(ended.role)) {
        await pause(client, ended.role)
        await this.#tell({ ...ended, reason: 'paused' })
      }
      await this.#tell(ended)
    }
    await release(client, (role) => this.#pauses.isPaused(role))
  }

  async #tell({ role, reason }: Ended): Promise<void> {
    const { rows } = await this.#registry.query<{ id: string }>('select id from registry.facility where role = $1', [
      role,
    ])
    this.#options.onEnded?.(rows[0]?.id, reason)
  }

  async #measure(server: Watched): Promise<void> {
    this.#pauses.forget()
    const client = await this.#client(server, 'storage')
    for (const one of await measure(this.#registry, client, server.id)) this.#options.onMeasured?.(one)
  }

  async #readServers(): Promise<void> {
    if (performance.now() - this.#readAt < SERVERS_MS) return
    this.#servers = (
      await this.#registry.query<Watched>('select id, host, port, database, ca from registry.server')
    ).rows
    this.#readAt = performance.now()
  }

  /** A connection for a purpose: measuring takes long, and sessions are looked at meanwhile. */
  #client(server: Watched, purpose: 'sessions' | 'storage'): Promise<pg.Client> {
    const key = `${server.id} ${purpose}`
    const found = this.#clients.get(key)
    if (found) return found
    const client = new pg.Client({
      ...this.#loginTo(server),
      ...SETTINGS,
    })
    const connected = client.connect().then(() => client)
    const forget = () => {
      if (this.#clients.get(key) === connected) this.#clients.delete(key)
    }
    client.on('error', forget)
    client.on('end', forget)
    connected.catch(forget)
    this.#clients.set(key, connected)
    return connected
  }

  #loginTo({ host, port, database, ca }: Watched): pg.ClientConfig {
    const { user, password } = this.#options.home
    if (host === null || port === null || database === null || user === undefined) return this.#options.home
    const login = { user, ...(password === undefined ? {} : { password }) }
    return { ...login, host, port, database, ssl: ca === null ? false : tlsTo(ca) }
  }

  /** A fault is told when it begins, not every second that it lasts. */
  async #tried(what: string, work: () => Promise<void>): Promise<void> {
    try {
      await work()
      this.#faults.delete(what)
    } catch (error) {
      if (this.#stopping.signal.aborted) return
      const kind = `watchdog, ${what}: ${sqlState(error) ?? (error as { code?: string }).code ?? (error as Error).name}`
      if (this.#faults.get(what) !== kind) this.#options.onFault?.(kind)
      this.#faults.set(what, kind)
    }
  }
}

const SETTINGS = {
  application_name: 'alcove watchdog',
  connectionTimeoutMillis: 10_000,
  query_timeout: 60_000,
  statement_timeout: 55_000,
  lock_timeout: 2000,
  options: '-c search_path=',
}
