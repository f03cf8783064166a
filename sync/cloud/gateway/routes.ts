/** What happens to a request before and after a call: who it is from, what it may bring, when it is its turn. */
import type { IncomingMessage } from 'node:http'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type pg from 'pg'
import { LIMITS, PATHS, readAuthorization, SIGNATURE_HEADER } from '../../protocol/messages.ts'
import type { GatewayBounds } from './bounds.ts'
import { ByteBudget } from './byte-budget.ts'
import { enroll, hello, pull, readAccess, takePush } from './calls.ts'
import { Throttle } from './limits.ts'
import type { Call, Metrics } from './metrics.ts'
import type { Pool } from './pool.ts'
import { badRequest, Refused } from './refusal.ts'
import { authenticate, type Caller } from './registry.ts'
import { Turns } from './turns.ts'

export interface Behind {
  registry: pg.Pool
  pool: Pool
  bounds: GatewayBounds
  metrics: Metrics
}

const SMALL_BODY = 16 << 10
const CALL_OF: Record<string, Call> = Object.fromEntries(
  Object.entries(PATHS).map(([call, path]) => [path, call as Call]),
)

export function routes(app: FastifyInstance, { registry, pool, bounds, metrics }: Behind): void {
  const guessing = new Throttle({ burst: 10, perSecond: 0.2 })
  const guessingAll = new Throttle({ burst: 200, perSecond: 5 })
  const failing = new Throttle({ burst: 50, perSecond: 1 })
  const [byDevice, byFacility] = [new Throttle(bounds.device), new Throttle(bounds.facility)]
  const working = new Turns(bounds.working)
  const heavy = new Turns(bounds.heavy)
  const asking = new Turns(bounds.asking)
  const enrolling = new Turns(bounds.enrolling)
  const bodies = new ByteBudget(bounds.bodies)

  app.addHook('onResponse', async (request, reply) => {
    const call = CALL_OF[request.routeOptions.url ?? ''] ?? 'other'
    const outcome = refusals.get(request.raw)?.code ?? 'ok'
    metrics.answered(callers.get(request.raw)?.facility, call, outcome, reply.elapsedTime / 1000)
  })

  // Only codes that are refused count: a clinic may enroll all its rooms in one afternoon.
  app.post(PATHS.enroll, { bodyLimit: SMALL_BODY }, async (request) => {
    guessing.check(request.ip)
    // The first code of an address is not held to what others guess, from however many addresses.
    const first = !guessing.knows(request.ip)
    if (!first) guessingAll.check('')
    try {
      return await enrolling.run(request.ip, () => enroll(registry, pool, json(request), request.ip))
    } catch (error) {
      if (error instanceof Refused && (error.status === 404 || error.status === 410)) {
        guessing.take(request.ip)
        if (!first) guessingAll.take('')
      }
      throw error
    }
  })

  /** A call, when it is its facility's turn. */
  const inTurn = async <T>(request: FastifyRequest, turns: Turns, work: (caller: Caller) => Promise<T>): Promise<T> => {
    const caller = callers.get(request.raw) as Caller
    const since = performance.now()
    return turns.run(caller.facility, () => {
      metrics.waited(caller.facility, (performance.now() - since) / 1000)
      return work(caller)
    })
  }

  app.register(async (inside) => {
    // Before the body is read: who is not known sends us no megabytes.
    inside.addHook('onRequest', async (request, reply) => {
      const authorization = onlyOne(request, 'authorization')
      // By what they say of themselves, and where from: nobody else's calls are put off by somebody who says it elsewhere.
      const claim = `${request.ip} ${readAuthorization(authorization)?.facility ?? ''}`
      failing.check(claim)
      try {
        const caller = await asking.run(claim, () => authenticate(registry, authorization))
        callers.set(request.raw, caller)
        byDevice.take(`${caller.facility}.${caller.device}`)
        byFacility.take(caller.facility)
        const bytes = Number(request.headers['content-length'] ?? (request.method === 'GET' ? 0 : LIMITS.compressed))
        if (bytes > 0) {
          reply.raw.once('close', bodies.take(caller.facility, Math.min(bytes, LIMITS.compressed)))
          metrics.received(caller.facility, bytes)
        }
      } catch (error) {
        if (error instanceof Refused && error.status === 401) failing.take(claim)
        throw error
      }
    })
    inside.post(PATHS.hello, { bodyLimit: SMALL_BODY }, (request) =>
      inTurn(request, working, (caller) => hello(pool, caller, json(request), request.ip)),
    )
    inside.post(PATHS.push, async (request) => {
      const sent = {
        body: bytes(request),
        encoding: header(request, 'content-encoding') ?? 'identity',
        signature: header(request, SIGNATURE_HEADER) ?? '',
        address: request.ip,
      }
      const caller = callers.get(request.raw) as Caller
      const take = (size: 'small' | 'any') => inTurn(request, working, () => takePush(pool, caller, sent, size))
      // A large one waits among the large ones first, and holds no place meanwhile that a small one could have.
      const taken = (await take('small')) ?? (await inTurn(request, heavy, () => take('any')))
      metrics.entries(caller.facility, 'push', taken?.entries ?? 0)
      return taken?.answer
    })
    inside.get(PATHS.pull, async (request) => {
      const page = await inTurn(request, working, (caller) => pull(pool, caller, request.query, request.ip))
      metrics.entries((callers.get(request.raw) as Caller).facility, 'pull', page.entries.length)
      return page
    })
    inside.get(PATHS.access, (request) =>
      inTurn(request, working, (caller) => readAccess(pool, caller, request.query, request.ip)),
    )
  })
}

/** Who makes a request. Beside the request rather than on it, so that nothing a caller sends can end up there. */
const callers = new WeakMap<IncomingMessage, Caller>()
/** How a request was refused. */
export const refusals = new WeakMap<IncomingMessage, Refused>()

function bytes(request: FastifyRequest): Buffer {
  if (!Buffer.isBuffer(request.body) || request.body.length === 0) throw badRequest()
  return request.body
}

function json(request: FastifyRequest): unknown {
  try {
    return JSON.parse(bytes(request).toString('utf8'))
  } catch {
    throw badRequest()
  }
}

function header(request: FastifyRequest, name: string): string | undefined {
  const value = request.headers[name]
  return typeof value === 'string' ? value : undefined
}

/** A header that was sent once. Of one that was sent twice Node takes the first; somebody on the way may take the last. */
function onlyOne({ raw }: FastifyRequest, name: string): string | undefined {
  const values = raw.headersDistinct[name]
  return values?.length === 1 ? values[0] : undefined
}
