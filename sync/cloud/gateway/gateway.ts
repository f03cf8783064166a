/**
 * The gateway: HTTPS in front of the facilities' schemas. It holds no record and no key to any: it checks who calls,
 * bounds what they may send, opens their facility with what they bring, and hands on.
 *
 * It writes no log of requests. What happened to a facility's records is in that facility's own access log.
 */
import type { IncomingMessage } from 'node:http'
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify'
import pg from 'pg'
import { LIMITS, PATHS, SIGNATURE_HEADER } from '../../protocol/messages.ts'
import type { TlsIdentity } from '../tls.ts'
import { enroll, hello, pull, readAccess, takePush } from './calls.ts'
import { Concurrency, Throttle } from './limits.ts'
import { Pool } from './pool.ts'
import { badRequest, busy, isPassing, Refused } from './refusal.ts'
import { authenticate, type Caller } from './registry.ts'
import { serversOf } from './servers.ts'

export interface GatewayOptions {
  tls: TlsIdentity
  /** The gateway's own login: to the registry, and nowhere else. */
  registry: pg.ClientConfig
  /** The registry's own server, without a login; addresses of others are in the registry. */
  server: pg.ClientConfig
  host: string
  port: number
  /** Told of faults that are ours. Neither the request nor its content is passed on. */
  onFault?: (what: string) => void
}

export interface Gateway {
  port: number
  close(): Promise<void>
}

const SMALL_BODY = 16 << 10

/** Opens the gateway's door. */
export async function openGateway(options: GatewayOptions): Promise<Gateway> {
  const registry = new pg.Pool({
    ...options.registry,
    max: 8,
    // Kept open: a command that started the data folder's PostgreSQL sees by it that somebody needs it.
    idleTimeoutMillis: 0,
    connectionTimeoutMillis: 10_000,
    statement_timeout: 15_000,
    options: '-c search_path=',
  })
  registry.on('error', () => {}) // a connection lost while idle: the next call opens another
  const pool = new Pool({ servers: serversOf(registry, options.server) })
  const app = serverOf(options)
  const close = async () => {
    await app.close()
    await pool.close()
    await registry.end()
  }
  try {
    await registry.query('select')
    routes(app, registry, pool)
    await app.listen({ host: options.host, port: options.port })
  } catch (error) {
    // A connection left open would keep the process from ending, and the data folder's PostgreSQL from being stopped.
    await close()
    throw error
  }
  const address = app.server.address()
  return { port: address && typeof address === 'object' ? address.port : options.port, close }
}

function serverOf({ tls, onFault }: GatewayOptions): FastifyInstance {
  const app = fastify({
    https: {
      key: tls.key,
      cert: tls.certificate,
      minVersion: 'TLSv1.3',
      handshakeTimeout: 10_000,
      maxHeaderSize: 8192,
    },
    logger: false,
    bodyLimit: LIMITS.compressed,
    // Somebody who sends a byte a minute does not keep a connection for it.
    connectionTimeout: 60_000,
    requestTimeout: 60_000,
    keepAliveTimeout: 65_000,
    forceCloseConnections: true,
    routerOptions: { maxParamLength: 1, ignoreTrailingSlash: false, caseSensitive: true },
  }) as unknown as FastifyInstance
  app.server.headersTimeout = 15_000
  app.server.maxConnections = 2000
  app.removeAllContentTypeParsers()
  app.addContentTypeParser(
    '*',
    { parseAs: 'buffer' },
    (_request: unknown, body: unknown, done: (error: null, body: unknown) => void) => done(null, body),
  )
  app.addHook('onSend', async (_request, reply) => {
    reply.header('cache-control', 'no-store')
  })
  app.setNotFoundHandler((_request, reply) => answerRefusal(reply, badRequest('There is nothing here.'), 404))
  app.setErrorHandler((error, request, reply) =>
    // Who hangs up in the middle of a request is no fault of ours; told of each, an operator would see nothing else.
    answerRefusal(reply, asRefused(error, request.raw.destroyed && !request.raw.complete ? undefined : onFault)),
  )
  return app
}

function routes(app: FastifyInstance, registry: pg.Pool, pool: Pool): void {
  const guessing = new Throttle({ burst: 10, perSecond: 0.2 })
  const guessingAll = new Throttle({ burst: 200, perSecond: 5 })
  const failing = new Throttle({ burst: 50, perSecond: 1 })
  const calling = new Throttle({ burst: 200, perSecond: 50 })
  const atOnce = new Concurrency({ each: 8, all: 64 })
  const enrolling = new Concurrency({ each: 4, all: 16 })

  // Only codes that are refused count: a clinic may enroll all its rooms in one afternoon.
  app.post(PATHS.enroll, async (request) => {
    guessing.check(request.ip)
    guessingAll.check('')
    try {
      return await enrolling.run(request.ip, () => enroll(registry, pool, small(request), request.ip))
    } catch (error) {
      if (error instanceof Refused && (error.status === 404 || error.status === 410)) {
        guessing.take(request.ip)
        guessingAll.take('')
      }
      throw error
    }
  })

  const asCaller = async <T>(request: FastifyRequest, work: (caller: Caller) => Promise<T>): Promise<T> => {
    const caller = callers.get(request.raw) as Caller
    return atOnce.run(caller.facility, () => work(caller))
  }

  app.register(async (inside) => {
    // Before the body is read: who is not known sends us no megabytes.
    inside.addHook('onRequest', async (request) => {
      try {
        callers.set(request.raw, await authenticate(registry, onlyOne(request, 'authorization')))
      } catch (error) {
        if (error instanceof Refused && error.status === 401) failing.take(request.ip)
        throw error
      }
      const caller = callers.get(request.raw) as Caller
      calling.take(`${caller.facility}.${caller.device}`)
    })
    inside.post(PATHS.hello, (request) =>
      asCaller(request, (caller) => hello(pool, caller, small(request), request.ip)),
    )
    inside.post(PATHS.push, (request) =>
      asCaller(request, (caller) =>
        takePush(pool, caller, {
          body: bytes(request),
          encoding: header(request, 'content-encoding') ?? 'identity',
          signature: header(request, SIGNATURE_HEADER) ?? '',
          address: request.ip,
        }),
      ),
    )
    inside.get(PATHS.pull, (request) => asCaller(request, (caller) => pull(pool, caller, request.query, request.ip)))
    inside.get(PATHS.access, (request) =>
      asCaller(request, (caller) => readAccess(pool, caller, request.query, request.ip)),
    )
  })
}

/** Who makes a request. Beside the request rather than on it, so that nothing a caller sends can end up there. */
const callers = new WeakMap<IncomingMessage, Caller>()

function bytes(request: FastifyRequest): Buffer {
  if (!Buffer.isBuffer(request.body) || request.body.length === 0) throw badRequest()
  return request.body
}

function small(request: FastifyRequest): unknown {
  const body = bytes(request)
  if (body.length > SMALL_BODY) throw new Refused(413, 'too-large', 'That request is too large.')
  try {
    return JSON.parse(body.toString('utf8'))
  } catch {
    throw badRequest()
  }
}

/** A header that was sent once. Of one that was sent twice Node takes the first; somebody on the way may take the last. */
function onlyOne({ raw }: FastifyRequest, name: string): string | undefined {
  const values = raw.headersDistinct[name]
  return values?.length === 1 ? values[0] : undefined
}

function header(request: FastifyRequest, name: string): string | undefined {
  const value = request.headers[name]
  return typeof value === 'string' ? value : undefined
}

function asRefused(error: unknown, onFault?: (what: string) => void): Refused {
  if (error instanceof Refused) {
    if (error.details.cause) onFault?.(faultOf(error.details.cause))
    return error
  }
  if (isPassing(error)) {
    onFault?.(faultOf(error))
    return busy(2, error)
  }
  const { statusCode, code } = error as { statusCode?: number; code?: string }
  if (statusCode === 413) return new Refused(413, 'too-large', 'That is more than this gateway takes at once.')
  if (statusCode && statusCode >= 400 && statusCode < 500 && code?.startsWith('FST_')) return badRequest()
  onFault?.(faultOf(error))
  return new Refused(500, 'internal', 'The gateway failed. Nothing was lost; it is noted there.')
}

/** What failed, by its class and code only: a message might quote what was being stored. */
function faultOf(error: unknown): string {
  const { name, code } = error as { name?: string; code?: string }
  return [name ?? 'Error', code].filter(Boolean).join(' ')
}

function answerRefusal(reply: FastifyReply, refused: Refused, status = refused.status) {
  const { acked, retryAfter } = refused.details
  if (retryAfter !== undefined) reply.header('retry-after', String(retryAfter))
  // A body that was not read to its end would be taken for the next request.
  if (status === 413 || status === 401) reply.header('connection', 'close')
  return reply
    .code(status)
    .send({ error: { code: refused.code, message: refused.message, ...(acked ? { acked } : {}) } })
}
