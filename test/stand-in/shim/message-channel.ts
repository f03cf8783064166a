import { EventEmitter } from 'node:events'

/**
 * A channel whose ends may be handed to utility processes. Electron joins the two processes directly; here this process
 * passes the messages along, which is the one thing about it that differs.
 */
export class Port extends EventEmitter {
  static #next = 1
  readonly id = Port.#next++
  #peer: Port | undefined
  #held: unknown[] = []
  #deliver: ((data: unknown) => void) | undefined

  join(peer: Port): void {
    this.#peer = peer
  }

  /** From here on, what arrives at this end goes there: this process's listeners, or another process. */
  deliverTo(deliver: (data: unknown) => void): void {
    this.#deliver = deliver
    for (const data of this.#held.splice(0)) deliver(data)
  }

  start(): void {
    this.deliverTo((data) => this.emit('message', { data, ports: [] }))
  }

  postMessage(data: unknown): void {
    this.#peer?.arrive(data)
  }

  arrive(data: unknown): void {
    if (this.#deliver) this.#deliver(data)
    else this.#held.push(data)
  }

  close(): void {
    const peer = this.#peer
    this.#peer = undefined
    if (!peer) return
    peer.close()
    this.emit('close')
  }
}

export class MessageChannelMain {
  readonly port1 = new Port()
  readonly port2 = new Port()

  constructor() {
    this.port1.join(this.port2)
    this.port2.join(this.port1)
  }
}
