import { readFile, realpath } from 'node:fs/promises'
import { extname, isAbsolute, relative, resolve, sep } from 'node:path'
import { lookup } from '../domain/lookup.ts'

/**
 * `app://alcove/`: the only place that the page's content comes from. Read-only, one host, one folder.
 */
export const SCHEME = 'app'
export const HOST = 'alcove'
export const PAGE = `${SCHEME}://${HOST}/`

/** What the scheme may do. `bypassCSP`, `allowServiceWorkers` and `supportFetchAPI` are left off on purpose. */
export const PRIVILEGES = { standard: true, secure: true, corsEnabled: true, codeCache: true } as const

/**
 * Nothing but our own files, none of it inline, and no connection at all: a script that got into the page could not send
 * what it sees.
 */
export const CSP = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data: blob:",
  "font-src 'self'",
  "connect-src 'none'",
  "frame-src 'none'",
  "worker-src 'none'",
  "object-src 'none'",
  "form-action 'none'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ')

const TYPES = lookup<string>({
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
})

const HEADERS = {
  'content-security-policy': CSP,
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'cache-control': 'no-store',
}

/** Whether a URL is on the page's own origin. Parsed, never compared by prefix: `app://alcove.evil/` is not ours. */
export function isOurs(url: string): boolean {
  if (!URL.canParse(url)) return false
  const { protocol, host, username, password } = new URL(url)
  return protocol === `${SCHEME}:` && host === HOST && username === '' && password === ''
}

/** The file that a URL names inside `root`, or undefined when it names anything else. */
export function fileOf(root: string, url: string): string | undefined {
  if (!isOurs(url)) return undefined
  let path: string
  try {
    path = decodeURIComponent(new URL(url).pathname)
  } catch {
    return undefined
  }
  if (path.includes('\0') || path.includes('\\')) return undefined
  // An address without an extension is a place in the app, and the app is one page.
  const file = resolve(root, extname(path) === '' ? 'index.html' : `.${path}`)
  return contains(root, file) ? file : undefined
}

/** Answers the page's requests for its files: GET only, and nothing outside `root` even through a link. */
export function serveFiles(root: string): (request: Request) => Promise<Response> {
  return async (request) => {
    if (request.method !== 'GET') return refusal(405)
    const file = fileOf(root, request.url)
    const type = file && TYPES[extname(file)]
    if (!file || !type) return refusal(404)
    try {
      if (!contains(await realpath(root), await realpath(file))) return refusal(404)
      return new Response(new Uint8Array(await readFile(file)), { headers: { ...HEADERS, 'content-type': type } })
    } catch {
      return refusal(404)
    }
  }
}

function contains(root: string, file: string): boolean {
  const path = relative(root, file)
  return path !== '' && path !== '..' && !path.startsWith(`..${sep}`) && !isAbsolute(path)
}

function refusal(status: number): Response {
  return new Response(null, { status, headers: HEADERS })
}
