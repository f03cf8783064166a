import { EventEmitter } from 'node:events'
import { app, type MessagePortMain, type UtilityProcess, utilityProcess } from 'electron'
import { childEnvironment } from './child-environment.ts'
import { entry } from './paths.ts'

export interface Reply {
  ok: boolean
  value?: unknown
  error?: { code: string; message: string }
}

const GONE: Reply = {
  ok: false,
  error: {
    code: 'engine-gone',
    message: 'The part of Alcove that keeps the records has stopped. Sign in again; what was saved is safe.',
  },
}

/** How long a session may take to close its database before its process is ended all the same. */
const GRACE = 3000

/**
 * The one process that holds the key and the database. Ending it is how a key leaves memory, so locking ends it and
 * the next sign-in gets a new one.
 */
export class EngineProcess extends EventEmitter<{ event: [name: string, data: unknown]; gone: [] }> {
  readonly #options: { dir: string; idleMinutes: number }
  #child: UtilityProcess | undefined
  #ended: Promise<void> = Promise.resolve()
  #next = 1
  readonly #waiting = new Map<number, (reply: Reply) => void>()

  constructor(options: { dir: string; idleMinutes: number }) {
    super()
    this.#options = options
  }

  get pid(): number | undefined {
    return this.#child?.pid
  }

  /** Starts the process, if there is none. It opens nothing by itself: the clinic stays locked until a sign-in. */
  start(): void {
    if (this.#child) return
    const child = utilityProcess.fork(
      entry('engine-entry'),
      ['--data', this.#options.dir, '--idle-minutes', String(this.#options.idleMinutes)],
      { serviceName: 'Alcove records', env: childEnvironment(), stdio: app.isPackaged ? 'ignore' : 'inherit' },
    )
    this.#child = child
    child.on('message', (message: unknown) => this.#receive(message))
    this.#ended = new Promise((resolve) => {
      child.once('exit', () => {
        resolve()
        // A process that was ended on purpose is no longer the current one.
        const crashed = this.#child === child
        if (crashed) this.#child = undefined
        this.#answerAll(GONE)
        if (crashed) this.emit('gone')
      })
    })
  }

  /** Hands a call on, by id. What it means is none of main's business. */
  call(name: string, input: unknown): Promise<Reply> {
    const child = this.#child
    if (!child) return Promise.resolve(GONE)
    const id = this.#next++
    return new Promise((resolve) => {
      this.#waiting.set(id, resolve)
      child.postMessage({ id, name, input })
    })
  }

  /** Gives the engine its end of a channel to the sync worker. What passes there does not pass through main. */
  join(port: MessagePortMain): void {
    this.#child?.postMessage({ port: 'outbox' }, [port])
  }

  /** Closes the session in good order, then ends the process, and answers when it is gone. */
  async end(): Promise<void> {
    const child = this.#child
    if (child) {
      await Promise.race([
        this.call('session.signOut', {}),
        new Promise((resolve) => setTimeout(resolve, GRACE).unref()),
      ])
      if (this.#child === child) this.#child = undefined
      child.kill()
    }
    await this.#ended
  }

  #receive(message: unknown): void {
    if (typeof message !== 'object' || message === null) return
    if ('event' in message && typeof message.event === 'string') {
      this.emit('event', message.event, 'data' in message ? message.data : undefined)
    } else if ('id' in message && typeof message.id === 'number' && 'answer' in message) {
      const resolve = this.#waiting.get(message.id)
      this.#waiting.delete(message.id)
      resolve?.(message.answer as Reply)
    }
  }

  #answerAll(reply: Reply): void {
    for (const resolve of this.#waiting.values()) resolve(reply)
    this.#waiting.clear()
  }
}
