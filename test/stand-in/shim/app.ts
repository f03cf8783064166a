import { EventEmitter } from 'node:events'
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { host } from './host.ts'

class Preventable {
  defaultPrevented = false
  preventDefault(): void {
    this.defaultPrevented = true
  }
}

/** As Electron has it on Linux and on a Mac. */
const APP_DATA =
  process.platform === 'darwin'
    ? join(homedir(), 'Library', 'Application Support')
    : (process.env.XDG_CONFIG_HOME ?? join(homedir(), '.config'))

class App extends EventEmitter {
  readonly isPackaged = false
  readonly commandLine = {
    // Chromium is already running when main starts: the stand-in sets the same switches itself.
    appendArgument: () => undefined,
    appendSwitch: () => undefined,
    getSwitchValue: () => '',
    hasSwitch: () => false,
    removeSwitch: () => undefined,
  }
  readonly #paths = new Map<string, string>([
    ['appData', APP_DATA],
    ['userData', join(APP_DATA, 'alcove')],
  ])
  #lock: string | undefined

  enableSandbox(): void {}

  whenReady(): Promise<void> {
    return Promise.resolve()
  }

  getVersion(): string {
    return process.env.npm_package_version ?? '0.0.0'
  }

  getPath(name: string): string {
    const path = this.#paths.get(name)
    if (!path) throw new Error(`The stand-in has no path for “${name}”.`)
    return path
  }

  setPath(name: string, path: string): void {
    if (!existsSync(path)) throw new Error(`Failed to set path: ${name} has to be there already.`)
    this.#paths.set(name, path)
  }

  /** As Electron's: one per `userData`. The second start tells the first and is told no. */
  requestSingleInstanceLock(): boolean {
    const dir = this.getPath('userData')
    const file = join(dir, 'instance.pid')
    for (let attempt = 0; attempt < 2; attempt++) {
      try {
        writeFileSync(file, String(process.pid), { flag: 'wx' })
        this.#lock = file
        process.on('SIGUSR2', () => this.emit('second-instance', {}, [], ''))
        return true
      } catch {
        if (tellFirst(file)) return false
        rmSync(file, { force: true })
      }
    }
    return false
  }

  quit(): void {
    const event = new Preventable()
    this.emit('before-quit', event)
    if (event.defaultPrevented) return
    if (this.#lock) rmSync(this.#lock, { force: true })
    host.tell('quit')
    // A moment for what was just said to leave the process.
    setTimeout(() => process.exit(0), 20)
  }
}

/** Signals the process that holds the lock. False when there is none any more. */
function tellFirst(file: string): boolean {
  try {
    return process.kill(Number(readFileSync(file, 'utf8')), 'SIGUSR2')
  } catch {
    return false
  }
}

export const app = new App()

host.answer('quit', () => app.quit())
