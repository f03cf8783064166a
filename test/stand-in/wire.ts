/**
 * The line between the two halves of the stand-in: the process that drives Chromium, and the one in which the shell's
 * main runs. Either end asks the other by name and gets an answer; nothing listens on a port.
 */

/** What a Node process with an IPC channel gives: `process` in the child, the `ChildProcess` in its parent. */
export interface Channel {
  send?: ((message: object, done: (error: Error | null) => void) => unknown) | undefined
  on(event: 'message', listener: (message: unknown) => void): unknown
}

type Handler = (data: never) => unknown
type Message = { ask?: string; id: number; data?: unknown; error?: string }

export class Wire {
  readonly #channel: Channel
  readonly #handlers = new Map<string, Handler>()
  readonly #waiting = new Map<number, { resolve: (value: unknown) => void; reject: (error: Error) => void }>()
  #next = 1

  constructor(channel: Channel) {
    this.#channel = channel
    channel.on('message', (message) => void this.#receive(message as Message))
  }

  /** Says what happens when the other end asks for `name`. */
  answer<D>(name: string, handler: (data: D) => unknown): void {
    this.#handlers.set(name, handler)
  }

  ask<V>(name: string, data?: unknown): Promise<V> {
    const id = this.#next++
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve: resolve as (value: unknown) => void, reject })
      this.#send({ ask: name, id, data })
    })
  }

  /** Says something that needs no answer. */
  tell(name: string, data?: unknown): void {
    this.#send({ ask: name, id: 0, data })
  }

  #send(message: Message): void {
    // The other end may be gone; whoever waits learns of it by the process's exit.
    this.#channel.send?.(message, () => undefined)
  }

  async #receive(message: Message): Promise<void> {
    if (message.ask === undefined) {
      const waiting = this.#waiting.get(message.id)
      this.#waiting.delete(message.id)
      if (message.error === undefined) waiting?.resolve(message.data)
      else waiting?.reject(new Error(message.error))
      return
    }
    const handler = this.#handlers.get(message.ask)
    try {
      if (!handler) throw new Error(`Nothing answers “${message.ask}”.`)
      const data = await handler(message.data as never)
      if (message.id > 0) this.#send({ id: message.id, data })
    } catch (error) {
      const text = error instanceof Error ? error.message : String(error)
      if (message.id > 0) this.#send({ id: message.id, error: text })
      else console.error(`stand-in: ${message.ask}: ${text}`)
    }
  }
}
