/**
 * The page's two JavaScript worlds. The preload runs in one of its own, as it does under Electron's context isolation:
 * the page sees what the preload exposes, and neither `require` nor the way into IPC.
 *
 * `isolatedWorld` and `pageWorld` are not called here. Their source text is sent to Chromium, so each holds everything
 * it needs. They talk by events on the document whose name is a secret of the launch, synchronously, which lets an
 * exposed function answer at once. Chromium clones what such an event carries from one world to the other.
 */

/** The global in the preload's world that carries a message out, by the browser's debugging pipe. */
export const BINDING = '__alcoveOut'
export const WORLD = 'alcove-preload'

type Coded = { fn: number } | { promise: number } | { value: unknown }
type Crossing =
  | { what: 'ready' }
  | { what: 'expose'; key: string; functions: string[]; values: Record<string, unknown> }
  | { what: 'call'; key: string; name: string; args: Coded[] }
  | { what: 'call-back'; fn: number; args: unknown[] }
  | { what: 'call-answer'; fn: number }
  | { what: 'returned'; result: Coded }
  | { what: 'settled'; promise: number; ok: boolean; value: unknown }

/** The source for the preload's world: Electron's `contextBridge` and `ipcRenderer`, then the preload itself. */
export function isolatedSource(secret: string, preload: string): string {
  return `(${isolatedWorld})(${JSON.stringify(secret)}, ${JSON.stringify(BINDING)}, function (require, module, exports) {\n${preload}\n})`
}

export function pageSource(secret: string): string {
  return `(${pageWorld})(${JSON.stringify(secret)})`
}

function isolatedWorld(
  secret: string,
  binding: string,
  preload: (require: (name: string) => unknown, module: { exports: object }, exports: object) => void,
): void {
  if (window !== window.top) return
  type Fn = (...args: unknown[]) => unknown
  const world = globalThis as unknown as Record<string, (text: string) => void>
  const out = (message: object) => world[binding]?.(JSON.stringify(message))
  const waiting = new Map<number, { resolve: (value: unknown) => void; reject: (error: Error) => void }>()
  const listeners = new Map<string, Set<Fn>>()
  const exposed = new Map<string, Record<string, Fn>>()
  const answers = new Map<number, Fn>()
  let next = 1

  const fire = (detail: Crossing) => document.dispatchEvent(new CustomEvent(`${secret}:page`, { detail }))
  const encode = (result: unknown): Coded => {
    if (typeof result === 'function') {
      answers.set(next, result as Fn)
      return { fn: next++ }
    }
    if (!(result instanceof Promise)) return { value: result }
    const promise = next++
    result.then(
      (value) => fire({ what: 'settled', promise, ok: true, value }),
      (error: unknown) => fire({ what: 'settled', promise, ok: false, value: String(error) }),
    )
    return { promise }
  }

  const ipcRenderer = {
    invoke: (channel: string, ...args: unknown[]) =>
      new Promise((resolve, reject) => {
        waiting.set(next, { resolve, reject })
        out({ what: 'invoke', id: next++, channel, args })
      }),
    on: (channel: string, listener: Fn) => {
      listeners.set(channel, (listeners.get(channel) ?? new Set()).add(listener))
      return ipcRenderer
    },
    removeListener: (channel: string, listener: Fn) => {
      listeners.get(channel)?.delete(listener)
      return ipcRenderer
    },
  }
  const contextBridge = {
    exposeInMainWorld: (key: string, api: Record<string, unknown>) => {
      const functions = Object.keys(api).filter((name) => typeof api[name] === 'function')
      const values = Object.fromEntries(Object.entries(api).filter(([name]) => !functions.includes(name)))
      exposed.set(key, api as Record<string, Fn>)
      fire({ what: 'expose', key, functions, values })
    },
  }

  const incoming = (message: { id?: number; ok?: boolean; value?: unknown; channel?: string; args?: unknown[] }) => {
    if (message.channel !== undefined) {
      // Electron's event object stands first; a preload that passed it on would pass on this empty one.
      for (const listener of listeners.get(message.channel) ?? []) listener({}, ...(message.args ?? []))
      return
    }
    const call = waiting.get(message.id ?? 0)
    waiting.delete(message.id ?? 0)
    if (message.ok) call?.resolve(message.value)
    else call?.reject(new Error(String(message.value)))
  }
  Object.defineProperty(globalThis, `${binding}In`, { value: incoming })

  // There is no system here to count idle seconds: a person's hand on this page is what ends them.
  let told = 0
  for (const touch of ['keydown', 'pointerdown', 'pointermove', 'wheel']) {
    const touched = () => {
      if (performance.now() - told < 2000 && told > 0) return
      told = performance.now()
      out({ what: 'touched' })
    }
    window.addEventListener(touch, touched, { capture: true, passive: true })
  }

  document.addEventListener(`${secret}:preload`, (event) => {
    const crossing = (event as CustomEvent<Crossing>).detail
    if (crossing.what === 'ready') {
      const module = { exports: {} }
      const electron = { contextBridge, ipcRenderer }
      const require = (name: string) => {
        if (name !== 'electron') throw new Error(`A sandboxed preload cannot require “${name}”.`)
        return electron
      }
      preload(require, module, module.exports)
    } else if (crossing.what === 'call') {
      const args = crossing.args.map((arg) => {
        if (!('fn' in arg)) return 'value' in arg ? arg.value : undefined
        return (...values: unknown[]) => void fire({ what: 'call-back', fn: arg.fn, args: values })
      })
      fire({ what: 'returned', result: encode(exposed.get(crossing.key)?.[crossing.name]?.(...args)) })
    } else if (crossing.what === 'call-answer') {
      answers.get(crossing.fn)?.()
    }
  })
}

function pageWorld(secret: string): void {
  if (window !== window.top) return
  type Fn = (...args: unknown[]) => unknown
  // Taken before any script of the page runs: the page cannot put itself in between.
  const page = document
  const Event = CustomEvent
  const dispatch = EventTarget.prototype.dispatchEvent
  const fire = (detail: Crossing) => dispatch.call(page, new Event(`${secret}:preload`, { detail }))
  const callbacks = new Map<number, Fn>()
  const promises = new Map<number, { resolve: (value: unknown) => void; reject: (error: Error) => void }>()
  let next = 1
  let returned: Coded = { value: undefined }

  const decode = (result: Coded): unknown => {
    if ('fn' in result) return () => void fire({ what: 'call-answer', fn: result.fn })
    if ('promise' in result) return new Promise((resolve, reject) => promises.set(result.promise, { resolve, reject }))
    return result.value
  }
  const stub = (key: string, name: string): Fn => {
    return (...args) => {
      const coded = args.map((arg): Coded => {
        if (typeof arg !== 'function') return { value: arg }
        callbacks.set(next, arg as Fn)
        return { fn: next++ }
      })
      fire({ what: 'call', key, name, args: coded })
      return decode(returned)
    }
  }

  page.addEventListener(`${secret}:page`, (event) => {
    const crossing = (event as CustomEvent<Crossing>).detail
    if (crossing.what === 'expose') {
      const api: Record<string, unknown> = { ...crossing.values }
      for (const name of crossing.functions) api[name] = stub(crossing.key, name)
      Object.defineProperty(window, crossing.key, { value: Object.freeze(api), enumerable: true })
    } else if (crossing.what === 'returned') {
      returned = crossing.result
    } else if (crossing.what === 'settled') {
      const promise = promises.get(crossing.promise)
      promises.delete(crossing.promise)
      if (crossing.ok) promise?.resolve(crossing.value)
      else promise?.reject(new Error(String(crossing.value)))
    } else if (crossing.what === 'call-back') {
      callbacks.get(crossing.fn)?.(...crossing.args)
    }
  })
  fire({ what: 'ready' })
}
