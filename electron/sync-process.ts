import { app, MessageChannelMain, utilityProcess } from 'electron'
import type { SyncProcess } from '../sync/worker/child.ts'
import { childEnvironment } from './child-environment.ts'
import type { EngineProcess, Reply } from './engine-process.ts'
import { entry } from './paths.ts'

/** Calls for which the worker is needed, once the engine has allowed them. */
const SYNC_CALLS = new Set(['sync.enroll', 'sync.on', 'sync.off', 'sync.now'])

/** A worker that dies by itself is started again after this, ms. Not at once: whatever killed it may be there still. */
const RESTART_MS = 3_000

/**
 * The sync worker's process: there only while sync is on, and somebody signed in. It has no key; what it may ask of
 * the engine goes through a channel of their own, which main joins and does not read.
 */
export class SyncHost {
  readonly #engine: EngineProcess
  #worker: Promise<SyncProcess> | undefined
  #restart: NodeJS.Timeout | undefined

  constructor(engine: EngineProcess) {
    this.#engine = engine
  }

  concerns(name: string): boolean {
    return SYNC_CALLS.has(name)
  }

  /** Asks the engine, which knows who may; and only if it says yes does what the call needs of the worker. */
  async call(name: string, input: unknown): Promise<Reply> {
    const reply = await this.#engine.call(name, input)
    if (!reply.ok) return reply
    try {
      if (name === 'sync.off') await this.end()
      else {
        const worker = await this.#begin()
        if (name === 'sync.enroll') await worker.enroll((input as { code: string }).code)
        if (name === 'sync.now') worker.now()
        worker.start()
      }
    } catch (error) {
      await this.#endIfIdle()
      return { ok: false, error: told(error) }
    }
    return this.#engine.call('sync.status', {})
  }

  /** After a sign-in: the worker starts only if an admin once turned sync on. */
  async resume(): Promise<void> {
    const status = await this.#engine.call('sync.status', {})
    if (!isEnabled(status)) return
    const worker = await this.#begin()
    // It may have been switched off while the worker's process was starting.
    if (isEnabled(await this.#engine.call('sync.status', {}))) worker.start()
    else await this.end()
  }

  /** Something was written: it may be sent. */
  nudge(): void {
    void this.#worker?.then((worker) => worker.nudge())
  }

  /** Ends the worker's process; it is gone when this resolves. */
  async end(): Promise<void> {
    clearTimeout(this.#restart)
    const worker = await this.#worker
    this.#worker = undefined
    clearTimeout(this.#restart)
    await worker?.stop()
  }

  #begin(): Promise<SyncProcess> {
    if (this.#worker) return this.#worker
    const worker = this.#fork()
    this.#worker = worker
    void worker
      .then(({ ended }) => ended)
      .finally(() => {
        // One that was ended on purpose is no longer the current one.
        if (this.#worker !== worker) return
        this.#worker = undefined
        this.#restart = setTimeout(() => void this.resume(), RESTART_MS)
      })
      .catch(() => undefined)
    return worker
  }

  async #fork(): Promise<SyncProcess> {
    // Loaded now and not at the start: with sync off, nothing of it is.
    const { SyncProcess } = await import('../sync/worker/child.ts')
    const child = utilityProcess.fork(entry('sync-entry'), [], {
      serviceName: 'Alcove sync',
      env: childEnvironment(),
      stdio: app.isPackaged ? 'ignore' : 'inherit',
    })
    const ended = new Promise((resolve) => child.once('exit', resolve))
    const worker = new SyncProcess(child, ended)
    const { port1, port2 } = new MessageChannelMain()
    this.#engine.join(port1)
    worker.outboxOn(port2)
    return worker
  }

  /** A failed enrollment leaves nothing running that was not running before. */
  async #endIfIdle(): Promise<void> {
    if (!isEnabled(await this.#engine.call('sync.status', {}))) await this.end()
  }
}

function isEnabled({ ok, value }: Reply): boolean {
  return ok && typeof value === 'object' && value !== null && 'enabled' in value && value.enabled === true
}

function told(error: unknown): { code: string; message: string } {
  const { code, message } = error as { code?: unknown; message?: unknown }
  if (typeof code === 'string' && typeof message === 'string') return { code, message }
  return { code: 'internal', message: 'Cloud sync could not be started. The records are not affected.' }
}
