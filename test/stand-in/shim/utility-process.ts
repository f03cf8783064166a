import { type ChildProcess, fork } from 'node:child_process'
import { EventEmitter } from 'node:events'
import { fileURLToPath } from 'node:url'
import type Electron from 'electron'
import { host } from './host.ts'
import type { Port } from './message-channel.ts'

const childSide = fileURLToPath(new URL('../utility-port.ts', import.meta.url))

/** Between the two: a message with the ports it brings, or something that passes through a port. */
export type Crossing = { message: unknown; ports: number[] } | { port: number; data: unknown } | { closed: number }

class UtilityProcess extends EventEmitter {
  readonly #child: ChildProcess
  readonly #ports = new Map<number, Port>()

  constructor(path: string, args: string[], options: Electron.ForkOptions) {
    super()
    const output = options.stdio === 'ignore' ? 'ignore' : 'inherit'
    this.#child = fork(path, args, {
      env: { ...options.env },
      execArgv: ['--import', childSide],
      serialization: 'advanced',
      stdio: ['ignore', output, output, 'ipc'],
    })
    host.tell('utility.started', { pid: this.#child.pid, name: options.serviceName })
    this.#child.on('spawn', () => this.emit('spawn'))
    this.#child.on('message', (crossing) => this.#receive(crossing as Crossing))
    this.#child.on('exit', (code) => {
      for (const port of this.#ports.values()) port.close()
      host.tell('utility.ended', { pid: this.#child.pid })
      this.emit('exit', code ?? 1)
    })
  }

  get pid(): number | undefined {
    return this.#child.exitCode === null && this.#child.signalCode === null ? this.#child.pid : undefined
  }

  kill(): boolean {
    return this.#child.kill()
  }

  postMessage(message: unknown, transfer: Port[] = []): void {
    for (const port of transfer) this.#ports.set(port.id, port)
    this.#send({ message, ports: transfer.map((port) => port.id) })
    for (const port of transfer) {
      port.deliverTo((data) => this.#send({ port: port.id, data }))
      port.on('close', () => this.#send({ closed: port.id }))
    }
  }

  #receive(crossing: Crossing): void {
    if ('message' in crossing) this.emit('message', crossing.message)
    else if ('port' in crossing) this.#ports.get(crossing.port)?.postMessage(crossing.data)
    else this.#ports.get(crossing.closed)?.close()
  }

  #send(crossing: Crossing): void {
    if (this.#child.connected) this.#child.send(crossing, () => undefined)
  }
}

export const utilityProcess = {
  fork: (path: string, args: string[] = [], options: Electron.ForkOptions = {}) =>
    new UtilityProcess(path, args, options),
}
