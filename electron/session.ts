import type { BrowserWindow } from 'electron'
import type { Events } from '../engine/api-shapes.ts'
import { answerPage } from './broker.ts'
import { EngineProcess, type Reply } from './engine-process.ts'
import { ChosenFiles } from './files.ts'
import { watchIdle } from './idle.ts'
import type { Effective } from './policy.ts'
import { shellCalls } from './shell-calls.ts'
import { SyncHost } from './sync-process.ts'
import { loadPage, openWindow } from './window.ts'

type Ended = Events['session.ended']['reason']

/** Calls after which somebody is signed in. Their meaning is the engine's; here they only start the idle watch. */
const BEGINS = new Set(['session.signIn', 'session.recover', 'clinic.confirmRecovery'])

/** An engine that dies this often within the span is not started again by itself. */
const DEATHS = { most: 3, span: 30_000 }

/** The window and the processes behind it: from the sign-in page to the lock, and around again. */
export class Session {
  readonly #engine: EngineProcess
  readonly #sync: SyncHost
  readonly #files = new ChosenFiles()
  readonly #policy: Effective
  readonly #sample: { login: string; password: string } | undefined
  #window: BrowserWindow | undefined
  #signedIn = false
  #locking: Promise<void> | undefined
  #deaths: number[] = []

  constructor(options: { dir: string; policy: Effective; sample: { login: string; password: string } | undefined }) {
    this.#policy = options.policy
    this.#sample = options.sample
    this.#engine = new EngineProcess({ dir: options.dir, idleMinutes: options.policy.values.idleLock })
    this.#sync = new SyncHost(this.#engine)
  }

  async open(): Promise<void> {
    const window = openWindow({ contentProtection: this.#policy.values.contentProtection })
    this.#window = window
    answerPage(() => (window.isDestroyed() ? undefined : window.webContents.mainFrame), {
      shell: shellCalls({
        window,
        files: this.#files,
        policy: this.#policy,
        lock: () => void this.lock('lock'),
        sample: this.#sample,
      }),
      engine: (name, input) => this.#call(name, input),
    })
    this.#engine.on('event', (name, data) => {
      this.#tell(name, data)
      if (name === 'records.changed') this.#sync.nudge()
    })
    this.#engine.on('gone', () => void this.lock('engine-gone'))
    this.#engine.start()
    watchIdle({
      minutes: this.#policy.values.idleLock,
      signedIn: () => this.#signedIn,
      lock: (reason) => void this.lock(reason),
    })
    if (this.#sample) await this.#call('session.signIn', this.#sample)
    await loadPage(window)
  }

  show(): void {
    if (this.#window?.isMinimized()) this.#window.restore()
    this.#window?.focus()
  }

  /** Ends the session: the engine's process goes, and with it the key; the page is loaded anew and has forgotten. */
  lock(reason: Ended): Promise<void> {
    this.#locking ??= this.#lock(reason).finally(() => {
      this.#locking = undefined
    })
    return this.#locking
  }

  async close(): Promise<void> {
    this.#signedIn = false
    await Promise.all([this.#sync.end(), this.#engine.end()])
  }

  async #lock(reason: Ended): Promise<void> {
    this.#signedIn = false
    this.#tell('session.ended', { reason })
    this.#files.forget()
    await Promise.all([this.#sync.end(), this.#engine.end()])
    if (reason !== 'engine-gone' || this.#mayRestart()) this.#engine.start()
    if (this.#window) await loadPage(this.#window, reason)
  }

  async #call(name: string, input: unknown): Promise<Reply> {
    const forbidden = this.#forbidden(name)
    if (forbidden) return { ok: false, error: { code: 'not-permitted', message: forbidden } }
    const resolved = this.#files.resolve(name, input)
    if (!resolved)
      return { ok: false, error: { code: 'bad-input', message: 'Choose the file again: that choice no longer holds.' } }
    const reply = await (this.#sync.concerns(name) ? this.#sync : this.#engine).call(name, resolved.input)
    if (!reply.ok) return reply
    if (BEGINS.has(name)) {
      this.#signedIn = true
      // The page need not wait for it.
      if (this.#policy.values.syncAllowed) void this.#sync.resume()
    }
    // Signing out is locking: the answer goes out first, then the page and the process behind it.
    if (name === 'session.signOut') setImmediate(() => void this.lock('lock'))
    return reply
  }

  /** What this machine's policy does not allow, whoever asks. */
  #forbidden(name: string): string | undefined {
    const { exportAllowed, syncAllowed } = this.#policy.values
    if (name === 'data.export' && !exportAllowed) return 'This machine’s policy does not allow an export.'
    const turnsOn = name === 'sync.enroll' || name === 'sync.on' || name === 'sync.now'
    if (turnsOn && !syncAllowed) return 'This machine’s policy does not allow cloud sync.'
    return undefined
  }

  #tell(name: string, data: unknown): void {
    if (this.#window && !this.#window.isDestroyed()) this.#window.webContents.send('alcove', name, data)
  }

  #mayRestart(): boolean {
    const now = Date.now()
    this.#deaths = [...this.#deaths.filter((at) => now - at < DEATHS.span), now]
    return this.#deaths.length <= DEATHS.most
  }
}
