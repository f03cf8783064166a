/**
 * Programs in processes of their own. What such a process is told (logins, keys) comes over the channel that its parent
 * opened for it: never in its arguments or environment, which other users of the machine, and core dumps, may show.
 */
import { type ChildProcess, fork } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'
import { CloudError } from './errors.ts'

/** What a process says to its parent. */
type Said = { ready: unknown } | { failed: { code?: string; message?: string } } | { said: unknown }

const STOP_MS = 10_000
const LONGEST_PAUSE_MS = 30_000

export interface Program<S, R, T, M> {
  /** The file that runs: it calls `serve`. */
  file: string
  /** What it is called in what the operator reads. */
  name: string
  /** What it is told, given what it answered when it was ready before (a port that was chosen for it, say). */
  settings: (before: R | undefined) => S
  onSaid: (message: M) => void
  onFault: (what: string) => void
  /** For the type only: what it can be told later. */
  tells?: T
}

/** A program that is kept running: when its process ends by itself it is started again. */
export class Running<S extends object, R, T extends object, M> {
  readonly #program: Program<S, R, T, M>
  #child: ChildProcess | undefined
  #ended: Promise<unknown> = Promise.resolve()
  #stopping = new AbortController()
  #ready: R | undefined

  private constructor(program: Program<S, R, T, M>) {
    this.#program = program
  }

  /** Starts it; rejects with what it said when it does not come up. */
  static async start<S extends object, R, T extends object, M>(
    program: Program<S, R, T, M>,
  ): Promise<Running<S, R, T, M>> {
    const running = new Running(program)
    await running.#begin()
    void running.#keep()
    return running
  }

  /** What it answered when it was ready. */
  get ready(): R {
    return this.#ready as R
  }

  get pid(): number | undefined {
    return this.#child?.pid
  }

  tell(message: T): void {
    if (this.#child?.connected) this.#child.send({ told: message }, () => undefined)
  }

  async stop(): Promise<void> {
    this.#stopping.abort()
    const child = this.#child
    if (!child) return
    const force = setTimeout(() => child.kill('SIGKILL'), STOP_MS)
    if (child.connected) child.disconnect()
    await this.#ended
    clearTimeout(force)
  }

  async #keep(): Promise<void> {
    const { signal } = this.#stopping
    for (let pause = 1000; !signal.aborted; ) {
      await this.#ended
      if (signal.aborted) return
      this.#program.onFault(`the ${this.#program.name} ended by itself; it is started again`)
      await sleep(pause, undefined, { signal }).catch(() => undefined)
      if (signal.aborted) return
      const since = Date.now()
      await this.#begin().catch((error: unknown) => {
        // It was told to stop before it had come up.
        if (signal.aborted) return
        this.#program.onFault(
          `the ${this.#program.name} does not start: ${(error as { code?: string }).code ?? 'internal'}`,
        )
      })
      pause = Date.now() - since > 60_000 ? 1000 : Math.min(LONGEST_PAUSE_MS, pause * 2)
    }
  }

  async #begin(): Promise<void> {
    const child = fork(this.#program.file, {
      execArgv: [],
      env: bare(process.env),
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    })
    this.#child = child
    this.#ended = new Promise((done) => {
      child.once('exit', done)
      child.once('error', done)
    })
    const { promise, resolve, reject } = Promise.withResolvers<R>()
    promise.catch(() => undefined)
    child.on('message', (message: Said) => {
      if ('ready' in message) resolve(message.ready as R)
      else if ('failed' in message) reject(failure(message.failed))
      else this.#program.onSaid(message.said as M)
    })
    void this.#ended.then(() => reject(new CloudError('internal', `The ${this.#program.name} did not start.`)))
    child.send({ settings: this.#program.settings(this.#ready) }, () => undefined)
    try {
      this.#ready = await promise
    } catch (error) {
      if (child.connected) child.disconnect()
      await this.#ended
      throw error
    }
  }
}

/** What a process needs to run at all: no login, no proxy, none of Node's options. */
function bare(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const kept = ['SystemRoot', 'windir', 'TZ']
  return Object.fromEntries(kept.flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]]])))
}

function failure({ code = 'internal', message }: { code?: string; message?: string }): Error {
  // A sentence comes with our own errors; of the others there is a code, such as EADDRINUSE.
  if (message !== undefined) return new CloudError(code, message)
  return Object.assign(new Error('the program did not start'), { code })
}

/** What a program is once it runs. */
export interface Served<R, T> {
  ready: R
  hear?: (message: T) => void
  close(): Promise<void>
}

/** The other end: runs a program in this process until its parent lets go of it. */
export function serve<S, R, T, M>(open: (settings: S, say: (message: M) => void) => Promise<Served<R, T>>): void {
  const send = (message: Said) => process.connected && process.send?.(message, undefined, undefined, () => undefined)
  let served: Promise<Served<R, T>> | undefined
  let up: Served<R, T> | undefined
  const end = async (code: number) => {
    // Of one that is still coming up nothing has to be closed in order.
    await up?.close().catch(() => undefined)
    process.exit(code)
  }
  process.on('message', (message: { settings?: S; told?: T }) => {
    if (message.told !== undefined)
      served?.then(
        (it) => it.hear?.(message.told as T),
        () => {}, // it did not come up, and says so below
      )
    if (message.settings === undefined || served) return
    served = open(message.settings, (said) => send({ said }))
    served.then(
      (it) => {
        up = it
        send({ ready: it.ready ?? null })
      },
      (error: unknown) => {
        const { code, message } = error as { code?: string; message?: string }
        const sentence = error instanceof CloudError && message !== undefined ? { message } : {}
        send({ failed: { ...(code === undefined ? {} : { code }), ...sentence } })
      },
    )
  })
  // Without a parent nobody could stop it.
  process.once('disconnect', () => void end(0))
  process.once('SIGTERM', () => void end(0))
  // Ctrl-C is for the parent, which stops us in order.
  process.on('SIGINT', () => {})
  // Its message might quote a record; its kind does not.
  process.on('uncaughtException', (error) => {
    process.stderr.write(`${new Date().toISOString()} ${error.name} ${(error as NodeJS.ErrnoException).code ?? ''}\n`)
    process.exit(1)
  })
}
