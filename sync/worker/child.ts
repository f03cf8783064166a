/** The host's end of the worker's process. Loads no network code; see `process.ts` for how it is used. */
import type { Outbox } from '../../domain/outbox.ts'
import { SyncError } from '../protocol/errors.ts'
import { asError, listen, type Port, post, serveOutbox } from './outbox-port.ts'
import type { WorkerStatus } from './worker.ts'

/** A child as the host holds it; Electron's utility process can also be handed ports. */
type Child = Port & {
  readonly pid?: number | undefined
  postMessage?(message: unknown, transfer?: unknown[]): void
  kill(): unknown
}

const STOP_MS = 5_000

export class SyncProcess {
  readonly #child: Child
  readonly #ended: Promise<unknown>
  readonly #waiting = new Map<number, { resolve: (value: unknown) => void; reject: (error: unknown) => void }>()
  #tasks = 0
  #gone = false
  onStatus: ((status: WorkerStatus) => void) | undefined

  /** `ended` resolves when the child's process is gone, for whatever reason. */
  constructor(child: Child, ended: Promise<unknown>) {
    this.#child = child
    this.#ended = ended.then(() => this.#buried())
    listen(child, ({ done, value, error, status }) => {
      if (typeof done === 'number') this.#done(done, value, error)
      else if (status) this.onStatus?.(status as WorkerStatus)
    })
  }

  get pid(): number | undefined {
    return this.#child.pid
  }

  /** Resolves when the process is gone. */
  get ended(): Promise<unknown> {
    return this.#ended
  }

  /** Hands the worker a port at whose other end `serveOutbox` runs (Electron: a transferred MessagePortMain). */
  outboxOn(port: unknown): void {
    this.#child.postMessage?.({ outboxPort: true }, [port])
  }

  async enroll(code: string): Promise<{ url: string; facility: string }> {
    return (await this.#ask('enroll', { code })) as { url: string; facility: string }
  }

  /** One pass; resolves with how many entries went. */
  async once(): Promise<{ sent: number; lastSynced: string }> {
    return (await this.#ask('once')) as { sent: number; lastSynced: string }
  }

  start(): void {
    this.#tell('start')
  }

  nudge(): void {
    this.#tell('nudge')
  }

  now(): void {
    this.#tell('now')
  }

  /** Ends the process; by force if it does not go by itself. */
  async stop(): Promise<void> {
    if (this.#gone) return
    const force = setTimeout(() => this.#child.kill(), STOP_MS)
    this.#tell('stop')
    await this.#ended
    clearTimeout(force)
  }

  #tell(task: string): void {
    this.#ask(task).catch(() => undefined)
  }

  #ask(task: string, rest: object = {}): Promise<unknown> {
    if (this.#gone) return Promise.reject(gone())
    this.#tasks += 1
    const id = this.#tasks
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject })
      post(this.#child, { task, id, ...rest })
    })
  }

  #done(id: number, value: unknown, error: unknown): void {
    const caller = this.#waiting.get(id)
    this.#waiting.delete(id)
    if (error) caller?.reject(asError(error as Record<string, unknown>))
    else caller?.resolve(value)
  }

  #buried(): void {
    this.#gone = true
    for (const { reject } of this.#waiting.values()) reject(gone())
    this.#waiting.clear()
  }
}

/** Starts the worker's process under plain Node, with `outbox` served from this one. */
export async function forkWorker(outbox: Outbox): Promise<SyncProcess> {
  // Not at the top: with sync off, this is one more thing that is never loaded.
  const { fork } = await import('node:child_process')
  const child = fork(new URL('./process.ts', import.meta.url), { execArgv: [], env: harmless(process.env) })
  const ended = new Promise((resolve) => {
    child.once('exit', resolve)
    child.once('error', resolve)
  })
  // A message to a child that has just died is no fault of the host's; `ended` tells.
  const port: Child = {
    pid: child.pid,
    send: (message) => child.connected && child.send(message as object, () => undefined),
    on: (event, listener) => child.on(event, listener),
    kill: () => child.kill('SIGKILL'),
  }
  serveOutbox(port, outbox)
  return new SyncProcess(port, ended)
}

/** What a process needs in order to run at all. Not proxies, not Node's options, and above all not `ALCOVE_PASSWORD`. */
function harmless(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const kept = ['PATH', 'SystemRoot', 'windir', 'TEMP', 'TMP', 'TMPDIR', 'HOME', 'LANG', 'TZ']
  return Object.fromEntries(kept.flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]]])))
}

function gone(): SyncError {
  return new SyncError('internal', 'The sync process ended unexpectedly. Nothing was lost; it can be started again.')
}
