import { EventEmitter } from 'node:events'
import { readFileSync } from 'node:fs'
import type Electron from 'electron'
import { app } from './app.ts'
import { host } from './host.ts'
import type { StandInSession } from './session.ts'

export interface Frame {
  url: string
  parent: Frame | null
}

class WebContents extends EventEmitter {
  readonly mainFrame: Frame = { url: '', parent: null }
  readonly session: StandInSession
  readonly #window: number
  openHandler: (details: { url: string }) => { action: string } = () => ({ action: 'allow' })

  constructor(window: number, session: StandInSession) {
    super()
    this.#window = window
    this.session = session
  }

  getURL(): string {
    return this.mainFrame.url
  }

  isDestroyed(): boolean {
    return !windows.has(this.#window)
  }

  send(channel: string, ...args: unknown[]): void {
    host.tell('deliver', { window: this.#window, channel, args })
  }

  setWindowOpenHandler(handler: (details: never) => { action: 'allow' | 'deny' }): void {
    this.openHandler = handler as typeof this.openHandler
  }

  print(_options: object = {}, done: (printed: boolean, reason: string) => void = () => undefined): void {
    host.ask<boolean>('print', { window: this.#window }).then(
      (printed) => done(printed, printed ? '' : 'cancelled'),
      (error: unknown) => done(false, String(error)),
    )
  }

  async printToPDF(_options: object): Promise<Buffer<ArrayBuffer>> {
    const bytes = await host.ask<Uint8Array>('print-to-pdf', { window: this.#window })
    return Buffer.from(new Uint8Array(bytes))
  }
}

const windows = new Map<number, BrowserWindow>()
let next = 1

/** The window that the browser's process calls by that number. */
export function windowOf(id: number): BrowserWindow | undefined {
  return windows.get(id)
}

export class BrowserWindow extends EventEmitter {
  readonly id = next++
  readonly webContents: WebContents
  readonly #created: Promise<unknown>

  constructor(options: Electron.BrowserWindowConstructorOptions) {
    super()
    const { session, preload, sandbox, contextIsolation, nodeIntegration } = options.webPreferences ?? {}
    // What cannot be stood in for is refused, rather than quietly done another way.
    if (!session || !preload || !sandbox || !contextIsolation || nodeIntegration)
      throw new Error('The stand-in opens sandboxed, isolated windows with a session and a preload only.')
    windows.set(this.id, this)
    this.webContents = new WebContents(this.id, session as unknown as StandInSession)
    this.#created = host.ask('window.create', {
      window: this.id,
      title: options.title ?? '',
      width: options.width ?? 1280,
      height: options.height ?? 860,
      preload: readFileSync(preload, 'utf8'),
    })
    app.emit('web-contents-created', {}, this.webContents)
  }

  async loadURL(url: string): Promise<void> {
    await this.#created
    await host.ask('window.load', { window: this.id, url })
    this.emit('ready-to-show')
  }

  isDestroyed(): boolean {
    return !windows.has(this.id)
  }

  isMinimized(): boolean {
    return false
  }

  show(): void {}
  restore(): void {}
  setContentProtection(_on: boolean): void {}

  focus(): void {
    host.tell('window.focus', { window: this.id })
  }

  close(): void {
    host.tell('window.close', { window: this.id })
  }
}

host.answer('closed', ({ window }: { window: number }) => {
  const closed = windows.get(window)
  windows.delete(window)
  closed?.emit('closed')
  if (windows.size === 0) app.emit('window-all-closed')
})

host.answer('committed', ({ window, url }: { window: number; url: string }) => {
  const contents = windows.get(window)?.webContents
  if (contents) contents.mainFrame.url = url
})

/** Whether main lets a page go where it wants to. */
host.answer('will-navigate', ({ window, url, main }: { window: number; url: string; main: boolean }) => {
  const event = { url, isMainFrame: main, defaultPrevented: false, preventDefault: () => {} }
  event.preventDefault = () => {
    event.defaultPrevented = true
  }
  windows.get(window)?.webContents.emit(main ? 'will-navigate' : 'will-frame-navigate', event, url)
  return { prevented: event.defaultPrevented }
})

host.answer('window-open', ({ window, url }: { window: number; url: string }) => {
  return windows.get(window)?.webContents.openHandler({ url }) ?? { action: 'deny' }
})
