import { EventEmitter } from 'node:events'
import type { ParentPort } from 'electron'
import type { Crossing } from './shim/utility-process.ts'

/** Loaded first in a utility process of the stand-in: gives it `process.parentPort`, as Electron does. */

class RemotePort extends EventEmitter {
  readonly #id: number
  #held: unknown[] | undefined = []

  constructor(id: number) {
    super()
    this.#id = id
  }

  start(): void {
    const held = this.#held ?? []
    this.#held = undefined
    for (const data of held) this.arrive(data)
  }

  arrive(data: unknown): void {
    if (this.#held) this.#held.push(data)
    else this.emit('message', { data, ports: [] })
  }

  postMessage(data: unknown): void {
    send({ port: this.#id, data })
  }

  close(): void {
    send({ closed: this.#id })
  }
}

const ports = new Map<number, RemotePort>()
const parentPort = Object.assign(new EventEmitter(), {
  postMessage: (message: unknown) => send({ message, ports: [] }),
})

process.on('message', (crossing: Crossing) => {
  if ('message' in crossing) {
    const brought = crossing.ports.map((id) => {
      const port = new RemotePort(id)
      ports.set(id, port)
      return port
    })
    parentPort.emit('message', { data: crossing.message, ports: brought })
  } else if ('port' in crossing) {
    ports.get(crossing.port)?.arrive(crossing.data)
  } else {
    ports.get(crossing.closed)?.emit('close')
  }
})
process.on('disconnect', () => process.exit(0))

Object.defineProperty(process, 'parentPort', { value: parentPort as unknown as ParentPort })

function send(crossing: Crossing): void {
  process.send?.(crossing, undefined, undefined, () => undefined)
}
