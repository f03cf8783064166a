/**
 * HTTPS to one gateway, and to nobody else.
 *
 * Trust is the pin alone: certificate authorities, names and dates are not asked, because a gateway on a clinic's own LAN
 * has no authority to vouch for it and a workstation's clock may be wrong. The key is compared on the TLS socket before
 * the socket is handed to HTTP, so not a byte of ours (no path, no credential) reaches anyone else. Redirects are
 * refused, and no proxy from the environment is used: both would be ways to send us somewhere that nobody enrolled with.
 */
import type { IncomingMessage } from 'node:http'
import { Agent, request } from 'node:https'
import { isIP } from 'node:net'
import type { Duplex } from 'node:stream'
import { connect } from 'node:tls'
import { ENCODINGS, inflate } from '../protocol/compression.ts'
import { SyncError } from '../protocol/errors.ts'
import { pinMatches, pinOf } from '../protocol/pin.ts'
import { retryAfterSeconds } from './backoff.ts'

export interface Ask {
  method: 'GET' | 'POST'
  path: string
  headers?: Record<string, string>
  body?: Buffer
  /** The most bytes of answer that are taken, before and after inflating. */
  limit: number
  signal?: AbortSignal | undefined
}

export interface Answer {
  status: number
  /** Undefined when the answer is not JSON. */
  json: unknown
  /** Seconds, from Retry-After. */
  retryAfter: number | undefined
}

export interface Timeouts {
  /** Milliseconds to have a TLS connection. */
  connect: number
  /** Milliseconds without a byte either way. */
  silence: number
  /** Milliseconds for the whole exchange: a gateway that drips is as good as gone. */
  whole: number
}

export const TIMEOUTS: Timeouts = { connect: 15_000, silence: 30_000, whole: 5 * 60_000 }

export interface Transport {
  /** The whole pin of the key that answered; known once something was. */
  readonly pin: string | undefined
  /** One exchange. Throws SyncError; any status is an answer, but a redirect. */
  ask(ask: Ask): Promise<Answer>
  close(): void
}

/** Prepares a transport to `url`. Connects to nothing until asked something. */
export function openTransport(url: string, pin: string, timeouts: Timeouts = TIMEOUTS): Transport {
  const base = new URL(url)
  if (base.protocol !== 'https:' || base.username || base.password)
    throw new SyncError('gateway-misbehaved', 'The address of the gateway is not an https address.')
  const agent = new PinnedAgent(base, pin, timeouts)
  return {
    get pin() {
      return agent.pin
    },
    ask: (ask) => exchange(agent, base, ask, timeouts),
    close: () => agent.destroy(),
  }
}

class PinnedAgent extends Agent {
  readonly #base: URL
  readonly #expected: string
  readonly #timeouts: Timeouts
  pin: string | undefined

  constructor(base: URL, expected: string, timeouts: Timeouts) {
    super({ keepAlive: true, maxSockets: 2, maxCachedSessions: 0 })
    this.#base = base
    this.#expected = expected
    this.#timeouts = timeouts
  }

  override createConnection(_: unknown, done: (error: Error | null, socket: Duplex) => void): undefined {
    const host = this.#base.hostname.replace(/^\[|\]$/g, '')
    const socket = connect({
      host,
      port: Number(this.#base.port || 443),
      servername: isIP(host) ? '' : host,
      minVersion: 'TLSv1.3',
      ALPNProtocols: ['http/1.1'],
      rejectUnauthorized: false, // the pin, checked below, takes its place
    })
    let over = false
    const settle = (error: Error | null) => {
      if (over) return
      over = true
      clearTimeout(timer)
      if (error) socket.destroy()
      done(error, socket)
    }
    const timer = setTimeout(() => settle(unreachable('did not answer in time')), this.#timeouts.connect)
    socket.on('error', (error) => settle(error))
    socket.once('close', () => settle(unreachable('closed the connection')))
    socket.once('secureConnect', () => {
      const certificate = socket.getPeerX509Certificate()
      const observed = certificate ? pinOf(certificate) : ''
      if (!pinMatches(this.#expected, observed)) return settle(wrongKey())
      this.pin = observed
      settle(null)
    })
  }
}

function exchange(agent: PinnedAgent, base: URL, ask: Ask, timeouts: Timeouts): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const whole = setTimeout(() => sent.destroy(unreachable('did not answer in time')), timeouts.whole)
    const sent = request({
      agent,
      host: base.hostname,
      port: base.port || 443,
      method: ask.method,
      path: base.pathname.replace(/\/$/, '') + ask.path,
      timeout: timeouts.silence,
      signal: ask.signal,
      headers: {
        accept: 'application/json',
        'accept-encoding': ENCODINGS.join(', '),
        ...(ask.body ? { 'content-length': String(ask.body.length) } : {}),
        ...ask.headers,
      },
    })
    const fail = (error: unknown) => {
      clearTimeout(whole)
      sent.destroy()
      reject(asNetworkError(error))
    }
    sent.on('timeout', () => sent.destroy(unreachable('did not answer in time')))
    sent.on('error', fail)
    sent.on('response', (response) => {
      receive(response, ask.limit).then((answer) => {
        clearTimeout(whole)
        resolve(answer)
      }, fail)
    })
    sent.end(ask.body)
  })
}

async function receive(response: IncomingMessage, limit: number): Promise<Answer> {
  const status = response.statusCode ?? 0
  if (status >= 300 && status < 400)
    throw misbehaved('The gateway tried to send this workstation to another address, which is refused.')
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of response as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > limit) throw misbehaved('The gateway answered more than it can have to say.')
    chunks.push(chunk)
  }
  const retryAfter = retryAfterSeconds(response.headers['retry-after'], Date.now())
  return { status, json: await readJson(response, Buffer.concat(chunks), limit), retryAfter }
}

async function readJson(response: IncomingMessage, bytes: Buffer, limit: number): Promise<unknown> {
  if (!/^application\/json\b/i.test(response.headers['content-type'] ?? '')) return undefined
  try {
    return JSON.parse(
      (await inflate(bytes, response.headers['content-encoding'] ?? 'identity', limit)).toString('utf8'),
    )
  } catch {
    return undefined
  }
}

/** Whatever Node says about a broken exchange, as one of ours. */
function asNetworkError(error: unknown): SyncError {
  if (error instanceof SyncError) return error
  const code = String((error as NodeJS.ErrnoException | undefined)?.code ?? '')
  if (code.startsWith('HPE_')) return misbehaved('What answers at the address of the gateway is not a gateway.', error)
  if (code === 'EPROTO' || code.startsWith('ERR_SSL') || code.startsWith('ERR_TLS'))
    return misbehaved('What answers at the address of the gateway does not speak TLS as a gateway does.', error)
  const why: Record<string, string> = {
    ECONNREFUSED: 'is not running, or not at that address',
    ENOTFOUND: 'has a name that is not known on this network',
    EAI_AGAIN: 'could not be looked up: the network seems to be down',
    ABORT_ERR: 'was not waited for',
  }
  return unreachable(why[code] ?? 'cannot be reached, or the connection broke', error)
}

function unreachable(why: string, cause?: unknown): SyncError {
  const message = `The gateway ${why}. Everything is saved here and will be sent later.`
  return new SyncError('gateway-unreachable', message, { cause })
}

function misbehaved(message: string, cause?: unknown): SyncError {
  return new SyncError('gateway-misbehaved', `${message} Nothing was lost.`, { cause })
}

function wrongKey(): SyncError {
  return new SyncError(
    'gateway-pin',
    'Whoever answers at the address of the gateway has another key than the one this clinic enrolled with. ' +
      'Nothing was sent. If the gateway was set up anew, enroll again with a new code; otherwise tell whoever runs your network.',
  )
}
