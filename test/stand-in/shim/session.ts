import { EventEmitter } from 'node:events'
import type Electron from 'electron'
import { host } from './host.ts'
import { windowOf } from './window.ts'

type Handler = (request: Request) => Response | Promise<Response>
type Filter = (details: { url: string }, answer: (response: { cancel?: boolean }) => void) => void
type PermissionCheck = (contents: null, permission: string, origin: string, details: object) => boolean
type PermissionRequest = (
  contents: null,
  permission: string,
  answer: (granted: boolean) => void,
  details: object,
) => void

export class StandInSession extends EventEmitter {
  readonly #handlers = new Map<string, Handler>()
  #filter: Filter = (_details, answer) => answer({})
  // Electron grants what no handler refuses; so does the stand-in, or a forgotten handler would pass its tests.
  #check: PermissionCheck = () => true
  #request: PermissionRequest = (_contents, _permission, answer) => answer(true)

  readonly protocol = {
    handle: (scheme: string, handler: Handler): void => {
      this.#handlers.set(scheme, handler)
    },
    isProtocolHandled: (scheme: string): boolean => this.#handlers.has(scheme),
  }

  readonly webRequest = {
    onBeforeRequest: (
      filter: (details: never, answer: (response: Electron.CallbackResponse) => void) => void,
    ): void => {
      this.#filter = filter as unknown as Filter
    },
  }

  setPermissionCheckHandler(handler: ((...args: never[]) => boolean) | null): void {
    this.#check = (handler as PermissionCheck | null) ?? (() => true)
  }

  setPermissionRequestHandler(handler: ((...args: never[]) => void) | null): void {
    this.#request = (handler as PermissionRequest | null) ?? ((_contents, _permission, answer) => answer(true))
  }

  setDevicePermissionHandler(_handler: unknown): void {}
  setSpellCheckerEnabled(_on: boolean): void {}

  /** What the session's filter and the scheme's handler make of a request; undefined when it is not let through. */
  async fetch(request: {
    url: string
    method: string
    headers: Record<string, string>
  }): Promise<Response | undefined> {
    const { cancel } = await new Promise<{ cancel?: boolean }>((resolve) => this.#filter(request, resolve))
    const handler = this.#handlers.get(new URL(request.url).protocol.slice(0, -1))
    if (cancel || !handler) return undefined
    return handler(new Request(request.url, { method: request.method, headers: request.headers }))
  }

  async grants(permission: string): Promise<boolean> {
    const asked = await new Promise<boolean>((resolve) => this.#request(null, permission, resolve, {}))
    return asked && this.#check(null, permission, '', {})
  }
}

const sessions = new Map<string, StandInSession>()

export const session = {
  fromPartition(name: string): StandInSession {
    if (name.startsWith('persist:')) throw new Error('The stand-in keeps no session on disk.')
    const known = sessions.get(name) ?? new StandInSession()
    sessions.set(name, known)
    return known
  },
}

export const protocol = {
  registerSchemesAsPrivileged(schemes: { scheme: string; privileges?: { bypassCSP?: boolean } }[]): void {
    if (schemes.some(({ privileges }) => privileges?.bypassCSP)) throw new Error('A scheme may not bypass the CSP.')
  },
}

interface Asked {
  window: number
  url: string
  method: string
  headers: Record<string, string>
}

host.answer('fetch', async ({ window, ...request }: Asked) => {
  const response = await windowOf(window)?.webContents.session.fetch(request)
  if (!response) return { refused: true }
  return {
    refused: false,
    status: response.status,
    headers: Object.fromEntries(response.headers),
    body: Buffer.from(await response.arrayBuffer()),
  }
})

host.answer('permissions', async ({ window, names }: { window: number; names: string[] }) => {
  const of = windowOf(window)?.webContents.session
  const granted = await Promise.all(names.map((name) => of?.grants(name) ?? false))
  return names.filter((_name, index) => granted[index])
})
