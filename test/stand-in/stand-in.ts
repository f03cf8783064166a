import { type ChildProcess, fork } from 'node:child_process'
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type BrowserContext, chromium, type Page } from '@playwright/test'
import { FLAGS, headlessChromium, present, provideFonts } from './chromium.ts'
import { fileDialog } from './file-dialog.ts'
import { StandInWindow, type WindowOptions } from './stand-in-window.ts'
import { Wire } from './wire.ts'

const here = dirname(fileURLToPath(import.meta.url))
const root = dirname(dirname(here))

export interface StandInOptions {
  /** What the app gets on its command line. */
  args?: string[]
  env?: Record<string, string>
  /** The bundled main, as it is packaged, in place of the sources. */
  bundled?: boolean
  /** A Chromium that shows a window. Without it: the headless one, and nothing to see. */
  visible?: string
  /** Chromium's sizes for a screen without one. */
  viewport?: { width: number; height: number }
  colorScheme?: 'light' | 'dark'
  locale?: string
}

/**
 * The desktop app on a machine without Electron: the same `electron/main.ts` and preload, over Node and a Chromium that
 * is driven from here through a pipe. No port is opened, and no request of the browser's leaves.
 */
export class StandIn {
  /** Answers of the system's dialogs, in order; with none left, the dialog was cancelled. */
  readonly dialogs: (string | undefined)[] = []
  /** What went to the person's browser, to the clipboard, and (by the page's title) to the printer. */
  readonly opened: string[] = []
  readonly copied: string[] = []
  readonly printed: string[] = []
  /** The utility processes that are alive, by pid. */
  readonly processes = new Map<number, string>()
  readonly context: BrowserContext
  readonly main: ChildProcess
  /** Settles when the app has ended by itself or was closed. */
  readonly ended: Promise<void>
  readonly #wire: Wire
  readonly #windows = new Map<number, StandInWindow>()
  readonly #first: Promise<Page>

  constructor(context: BrowserContext, main: ChildProcess, options: StandInOptions) {
    this.context = context
    this.main = main
    this.#wire = new Wire(main)
    this.ended = new Promise((resolve) => main.once('exit', () => resolve()))
    this.#first = new Promise((resolve, reject) => {
      this.#wire.answer('window.create', async (of: WindowOptions) => {
        const page = (options.visible && this.#windows.size === 0 && context.pages()[0]) || (await context.newPage())
        const window = await StandInWindow.open(page, this.#wire, of)
        this.#windows.set(of.window, window)
        page.once('close', () => {
          this.#windows.delete(of.window)
          this.#wire.tell('closed', { window: of.window })
        })
        window.loaded.then(() => resolve(page))
      })
      this.ended.then(() => reject(new Error('The app ended before it had shown a window.')))
    })
    this.#first.catch(() => undefined)
    this.#answer(options.visible !== undefined)
  }

  /** The process that main runs in. */
  get pid(): number {
    return this.main.pid ?? 0
  }

  /** The app's window, once its page is there. */
  page(): Promise<Page> {
    return this.#first
  }

  /** As though nobody had touched the machine for so long. */
  idle(seconds: number): void {
    this.#wire.tell('idle', { seconds })
  }

  power(event: 'suspend' | 'lock-screen' | 'shutdown'): void {
    this.#wire.tell('power', { event })
  }

  /** Quits the app as a person would, and waits until its processes are gone. */
  async close(): Promise<void> {
    this.#wire.tell('quit')
    const late = setTimeout(() => this.main.kill('SIGKILL'), 8000)
    await this.ended
    clearTimeout(late)
    // A window that the person closed has taken its browser with it.
    await this.context.close().catch(() => undefined)
    await this.context.browser()?.close()
  }

  #answer(visible: boolean): void {
    const on = (name: string, act: (data: { window: number; url: string; text: string }) => unknown) =>
      this.#wire.answer(name, act)
    const window = (id: number) => {
      const found = this.#windows.get(id)
      if (!found) throw new Error('That window is closed.')
      return found
    }
    on('window.load', ({ window: id, url }) => window(id).load(url))
    on('window.focus', ({ window: id }) => window(id).page.bringToFront())
    on('window.close', ({ window: id }) => window(id).page.close())
    on('print', async ({ window: id }) => {
      const { page } = window(id)
      this.printed.push(await page.title())
      return window(id).print()
    })
    on('print-to-pdf', ({ window: id }) => window(id).page.pdf({ printBackground: true, preferCSSPageSize: true }))
    on('open-external', ({ url }) => void this.opened.push(url))
    on('copied', ({ text }) => void this.copied.push(text))
    this.#wire.answer('dialog', (asked: Parameters<typeof fileDialog>[0]) =>
      visible && this.dialogs.length === 0 ? fileDialog(asked) : this.dialogs.shift(),
    )
    this.#wire.answer('deliver', (message: { window: number; channel: string; args: unknown[] }) =>
      this.#windows.get(message.window)?.deliver(message),
    )
    this.#wire.answer('utility.started', ({ pid, name }: { pid: number; name: string }) => {
      this.processes.set(pid, name)
    })
    this.#wire.answer('utility.ended', ({ pid }: { pid: number }) => void this.processes.delete(pid))
    this.#wire.answer('quit', () => undefined)
  }
}

/** Starts Chromium and the app in it. */
export async function launchStandIn(options: StandInOptions = {}): Promise<StandIn> {
  const context = options.visible ? await visibleContext(options.visible) : await headlessContext(options)
  // A window that is not the app's own gets no answer to any request.
  await context.route('**/*', (route) => route.abort())
  const main = fork(join(root, options.bundled ? 'dist/electron/main.js' : 'electron/main.ts'), options.args ?? [], {
    cwd: root,
    execPath: pinnedNode(),
    execArgv: ['--import', join(here, 'register.ts')],
    serialization: 'advanced',
    env: { ...process.env, ...options.env },
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  })
  return new StandIn(context, main, options)
}

async function headlessContext(options: StandInOptions): Promise<BrowserContext> {
  const browser = await chromium.launch({ ...(await headlessChromium()), args: FLAGS })
  return browser.newContext({
    acceptDownloads: false,
    serviceWorkers: 'block',
    viewport: options.viewport ?? { width: 1280, height: 860 },
    ...(options.colorScheme && { colorScheme: options.colorScheme }),
    // Without one Chromium takes the shell's, which in a bare machine's `LANG=C` is no language at all.
    locale: options.locale ?? 'en-US',
  })
}

async function visibleContext(executablePath: string): Promise<BrowserContext> {
  await provideFonts()
  return chromium.launchPersistentContext('', {
    executablePath,
    headless: false,
    // Whoever started this ends it, in good order.
    handleSIGHUP: false,
    handleSIGINT: false,
    handleSIGTERM: false,
    acceptDownloads: false,
    serviceWorkers: 'block',
    viewport: null,
    ignoreDefaultArgs: ['--enable-automation'],
    // `--app` shows a window without an address bar, as a desktop app has.
    env: withLanguage(process.env),
    args: [...FLAGS, '--app=data:text/html,<title>Alcove</title>', '--window-size=1280,860', '--test-type'],
  })
}

/** A desktop says its language; a bare shell's `C` is none, and Chromium would hand the page a tag that is not valid. */
function withLanguage(env: NodeJS.ProcessEnv): Record<string, string> {
  const all = present(env)
  const said = all.LC_ALL ?? all.LANG ?? 'C'
  return /^(C|POSIX)\b/.test(said) ? { ...all, LC_ALL: 'en_US.UTF-8' } : all
}

/** The project's own Node, also when the test runner was started by another. */
function pinnedNode(): string {
  const pinned = join(root, 'node_modules', '.bin', 'node')
  return existsSync(pinned) ? pinned : process.execPath
}
