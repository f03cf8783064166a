import { randomBytes } from 'node:crypto'
import type { CDPSession, Page, Route } from '@playwright/test'
import type { Wire } from './wire.ts'
import { BINDING, isolatedSource, pageSource, WORLD } from './worlds.ts'

export interface WindowOptions {
  window: number
  width: number
  height: number
  preload: string
}

/** Where `app://alcove/` lies for Chromium, which knows no schemes but its own. `.invalid` never resolves. */
const STAND_IN_ORIGIN = 'https://alcove.invalid'
const APP_ORIGIN = 'app://alcove'

function toApp(url: string): string {
  return url.startsWith(`${STAND_IN_ORIGIN}/`) ? APP_ORIGIN + url.slice(STAND_IN_ORIGIN.length) : url
}

function fromApp(url: string): string {
  return url.startsWith(`${APP_ORIGIN}/`) ? STAND_IN_ORIGIN + url.slice(APP_ORIGIN.length) : url
}

/** Permissions as Electron names them, and as Chromium's debugging protocol does. */
const PERMISSIONS: Record<string, string> = {
  geolocation: 'geolocation',
  notifications: 'notifications',
  midi: 'midi',
  'clipboard-read': 'clipboard-read',
  camera: 'camera',
  microphone: 'microphone',
  'persistent-storage': 'persistent-storage',
  'background-sync': 'background-sync',
}

/** One window of the app: a page of Chromium whose every request and wish goes to main first. */
export class StandInWindow {
  readonly page: Page
  readonly loaded: Promise<void>
  readonly #wire: Wire
  readonly #window: number
  readonly #debug: CDPSession
  /** The addresses that main itself is loading: the only navigations nobody is asked about. */
  readonly #asked = new Set<string>()
  /** The preload's world in each frame, by Chromium's number for it. */
  readonly #worlds = new Map<number, string>()
  #world: number | undefined
  #mainFrame = ''
  #resolveLoaded: () => void = () => undefined

  private constructor(page: Page, debug: CDPSession, wire: Wire, window: number) {
    this.page = page
    this.#debug = debug
    this.#wire = wire
    this.#window = window
    this.loaded = new Promise((resolve) => {
      this.#resolveLoaded = resolve
    })
  }

  static async open(page: Page, wire: Wire, options: WindowOptions): Promise<StandInWindow> {
    const debug = await page.context().newCDPSession(page)
    const window = new StandInWindow(page, debug, wire, options.window)
    await window.#prepare(options.preload)
    return window
  }

  async load(url: string): Promise<void> {
    const at = fromApp(url)
    this.#asked.add(at)
    await this.page.goto(at)
    this.#resolveLoaded()
  }

  /** Brings a message to the preload. */
  async deliver(message: { channel: string; args: unknown[] }): Promise<void> {
    await this.#toPreload(this.#world, message)
  }

  /** On a screen: the browser's own print dialog. Without one there is no printer, and nothing more to do. */
  async print(): Promise<boolean> {
    if (this.page.viewportSize() === null) await this.page.evaluate(() => window.print())
    return true
  }

  async #prepare(preload: string): Promise<void> {
    const debug = this.#debug
    await debug.send('Page.enable')
    this.#mainFrame = (await debug.send('Page.getFrameTree')).frameTree.frame.id
    debug.on('Runtime.executionContextCreated', ({ context }) => {
      if (context.name !== WORLD) return
      const { frameId } = context.auxData as { frameId: string }
      this.#worlds.set(context.id, frameId)
      if (frameId === this.#mainFrame) this.#world = context.id
    })
    debug.on('Runtime.executionContextsCleared', () => {
      this.#worlds.clear()
      this.#world = undefined
    })
    debug.on('Runtime.bindingCalled', ({ name, payload, executionContextId }) => {
      if (name === BINDING) this.#out(executionContextId, JSON.parse(payload))
    })
    await debug.send('Runtime.enable')
    await debug.send('Runtime.addBinding', { name: BINDING, executionContextName: WORLD })
    const secret = randomBytes(16).toString('hex')
    const add = (source: string, worldName?: string) =>
      debug.send('Page.addScriptToEvaluateOnNewDocument', { source, ...(worldName && { worldName }) })
    await add(isolatedSource(secret, preload), WORLD)
    await add(pageSource(secret))
    await this.#permissions()
    await this.page.route('**/*', (route) => this.#request(route))
    debug.on(
      'Page.windowOpen',
      ({ url }) => void this.#wire.ask('window-open', { window: this.#window, url: toApp(url) }),
    )
    // Chromium has opened the window by now. None of its requests is answered, and it is closed at once.
    this.page.on('popup', (popup) => void popup.close())
    this.page.on('framenavigated', (frame) => {
      if (frame === this.page.mainFrame())
        this.#wire.tell('committed', { window: this.#window, url: toApp(frame.url()) })
    })
  }

  async #permissions(): Promise<void> {
    const names = Object.keys(PERMISSIONS)
    const granted = await this.#wire.ask<string[]>('permissions', { window: this.#window, names })
    const context = this.page.context()
    await context.grantPermissions(
      granted.map((name) => PERMISSIONS[name] ?? name),
      { origin: STAND_IN_ORIGIN },
    )
  }

  #out(world: number, message: { what: 'touched' } | ({ what: 'invoke' } & Invoked)): void {
    if (message.what === 'touched') this.#wire.tell('idle', { seconds: 0 })
    else void this.#invoke(world, message)
  }

  async #invoke(world: number, call: Invoked): Promise<void> {
    const frameId = this.#worlds.get(world)
    const main = frameId === this.#mainFrame
    const url = main ? toApp(this.page.url()) : ''
    let answer: { ok: boolean; value: unknown }
    try {
      const { channel, args } = call
      answer = {
        ok: true,
        value: await this.#wire.ask('invoke', { window: this.#window, frame: { main, url }, channel, args }),
      }
    } catch (error) {
      answer = { ok: false, value: error instanceof Error ? error.message : String(error) }
    }
    await this.#toPreload(world, { id: call.id, ...answer })
  }

  async #toPreload(world: number | undefined, message: object): Promise<void> {
    if (world === undefined) return
    const expression = `globalThis.${BINDING}In(${JSON.stringify(message)})`
    // The page may have been replaced while the answer was on its way; then nobody waits for it.
    await this.#debug.send('Runtime.evaluate', { expression, contextId: world }).catch(() => undefined)
  }

  async #request(route: Route): Promise<void> {
    try {
      const request = route.request()
      const url = toApp(request.url())
      if (request.isNavigationRequest() && !this.#asked.delete(request.url())) {
        const main = request.frame() === this.page.mainFrame()
        const { prevented } = await this.#wire.ask<{ prevented: boolean }>('will-navigate', {
          window: this.#window,
          url,
          main,
        })
        if (prevented) return await route.abort('aborted')
      }
      const answer = await this.#wire.ask<Fetched>('fetch', {
        window: this.#window,
        url,
        method: request.method(),
        headers: request.headers(),
      })
      // Never `continue`: what main does not answer goes nowhere.
      if (answer.refused) await route.abort('blockedbyclient')
      else await route.fulfill({ status: answer.status, headers: answer.headers, body: Buffer.from(answer.body) })
    } catch {
      await route.abort().catch(() => undefined)
    }
  }
}

interface Invoked {
  id: number
  channel: string
  args: unknown[]
}

type Fetched = { refused: true } | { refused: false; status: number; headers: Record<string, string>; body: Uint8Array }
