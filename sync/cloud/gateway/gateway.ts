/**
 * The gateway: HTTPS in front of the facilities' schemas. It holds no record and no key to any: it checks who calls,
 * bounds what they may send, opens their facility with what they bring, and hands on.
 *
 * It writes no log of requests. What happened to a facility's records is in that facility's own access log.
 */
import type { Server as HttpServer } from 'node:http'
import type { Server } from 'node:https'
import fastify, { type FastifyInstance } from 'fastify'
import pg from 'pg'
import { LIMITS } from '../../protocol/messages.ts'
import type { TlsIdentity } from '../tls.ts'
import { answerRefusal, asRefused } from './answering.ts'
import { BOUNDS, type GatewayBounds } from './bounds.ts'
import { guardDoor } from './door.ts'
import { Metrics, serveMetrics } from './metrics.ts'
import { Pool } from './pool.ts'
import { badRequest, notSeen } from './refusal.ts'
import { refusals, routes } from './routes.ts'
import { serversOf } from './servers.ts'

export interface GatewayOptions {
  tls: TlsIdentity
  /** The gateway's own login: to the registry, and nowhere else. */
  registry: pg.ClientConfig
  /** The registry's own server, without a login; addresses of others are in the registry. */
  server: pg.ClientConfig
  host: string
  port: number
  /** Servers whose facilities are not served until `open` says so: nobody could look whether they are apart. */
  closed?: readonly string[]
  bounds?: Partial<GatewayBounds>
  /** Where this machine, and no other, can read the metrics; nowhere if not given. */
  metricsPort?: number | undefined
  /** Told of faults that are ours. Neither the request nor its content is passed on. */
  onFault?: (what: string) => void
}

export interface Gateway {
  port: number
  metricsPort?: number
  metrics: Metrics
  /** Goes to a server that was closed until now. */
  open(server: string): void
  close(): Promise<void>
}

/** Opens the gateway's door. */
export async function openGateway(options: GatewayOptions): Promise<Gateway> {
  const registry = new pg.Pool({
    ...options.registry,
    max: 8,
    // Kept open: a command that started the data folder's PostgreSQL sees by it that somebody needs it.
    idleTimeoutMillis: 0,
    connectionTimeoutMillis: 10_000,
    statement_timeout: 10_000,
    // A server that is there no more, and of which nobody is told, ends no statement.
    query_timeout: 12_000,
    keepAlive: true,
    options: '-c search_path=',
  })
  registry.on('error', () => {}) // a connection lost while idle: the next call opens another
  const closed = new Set(options.closed)
  const servers = serversOf(registry, options.server)
  const pool = new Pool({ servers: async (id) => (closed.has(id) ? Promise.reject(notSeen()) : servers(id)) })
  const bounds = { ...BOUNDS, ...options.bounds }
  const metrics = new Metrics()
  const app = serverOf(options)
  guardDoor(app.server as unknown as Server, bounds.connections, (why) => metrics.turnedAway(why))
  let shown: HttpServer | undefined
  const close = async () => {
    shown?.close()
    shown?.closeAllConnections()
    await app.close()
    await pool.close()
    await registry.end()
  }
  try {
    await registry.query('select')
    routes(app, { registry, pool, bounds, metrics })
    if (options.metricsPort !== undefined)
      shown = await serveMetrics(options.metricsPort, () => metrics.text(pool.connections))
    await app.listen({ host: options.host, port: options.port })
  } catch (error) {
    // A connection left open would keep the process from ending, and the data folder's PostgreSQL from being stopped.
    await close()
    throw error
  }
  const address = app.server.address()
  const port = address && typeof address === 'object' ? address.port : options.port
  const metricsAddress = shown?.address()
  const metricsPort = metricsAddress && typeof metricsAddress === 'object' ? { metricsPort: metricsAddress.port } : {}
  return { port, ...metricsPort, metrics, open: (id) => closed.delete(id), close }
}

function serverOf({ tls, onFault }: GatewayOptions): FastifyInstance {
  const app = fastify({
    https: {
      key: tls.key,
      cert: tls.certificate,
      minVersion: 'TLSv1.3',
      handshakeTimeout: 10_000,
      maxHeaderSize: 8192,
      // How often it is looked for who takes too long.
      connectionsCheckingInterval: 2000,
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
  app.setErrorHandler((error, request, reply) => {
    // Who hangs up in the middle of a request is no fault of ours; told of each, an operator would see nothing else.
    const refused = asRefused(error, request.raw.destroyed && !request.raw.complete ? undefined : onFault)
    refusals.set(request.raw, refused)
    return answerRefusal(reply, refused)
  })
  return app
}
