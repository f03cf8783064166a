import { EventEmitter } from 'node:events'
import type Electron from 'electron'
import { host } from './host.ts'

/** What belongs to the desktop rather than to the page. The browser's process answers, or a test in its place. */

export const clipboard = {
  async writeText(text: string): Promise<void> {
    host.tell('copied', { text })
  },
}

export const dialog = {
  async showOpenDialog(...args: unknown[]): Promise<Electron.OpenDialogReturnValue> {
    const path = await host.ask<string | undefined>('dialog', { kind: 'open', options: args.at(-1) })
    return { canceled: !path, filePaths: path ? [path] : [] }
  },
  async showSaveDialog(...args: unknown[]): Promise<Electron.SaveDialogReturnValue> {
    const path = await host.ask<string | undefined>('dialog', { kind: 'save', options: args.at(-1) })
    return { canceled: !path, filePath: path ?? '' }
  },
}

export const Menu = {
  setApplicationMenu(_menu: object | null): void {},
  buildFromTemplate(): never {
    throw new Error('The stand-in has no menus.')
  },
}

class PowerMonitor extends EventEmitter {
  idle = 0
  #since = performance.now()

  getSystemIdleTime(): number {
    return Math.round(this.idle + (performance.now() - this.#since) / 1000)
  }

  /** Somebody moved: counted from here. A test may pretend that it was long ago. */
  moved(idle = 0): void {
    this.idle = idle
    this.#since = performance.now()
  }
}

export const powerMonitor = new PowerMonitor()

export const shell = {
  async openExternal(url: string): Promise<void> {
    await host.ask('open-external', { url })
  },
}

host.answer('idle', ({ seconds }: { seconds: number }) => powerMonitor.moved(seconds))
host.answer('power', ({ event }: { event: 'suspend' | 'lock-screen' | 'shutdown' }) => void powerMonitor.emit(event))
