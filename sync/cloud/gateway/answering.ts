/** How a refusal, or whatever else was thrown, is put to the caller, and what the operator is told of it. */
import type { FastifyReply } from 'fastify'
import { badRequest, busy, isPassing, Refused } from './refusal.ts'

export function asRefused(error: unknown, onFault?: (what: string) => void): Refused {
  if (error instanceof Refused) {
    const { cause, note } = error.details
    if (note) onFault?.(note)
    else if (cause) onFault?.(faultOf(cause))
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

export function answerRefusal(reply: FastifyReply, refused: Refused, status = refused.status) {
  const { acked, retryAfter } = refused.details
  const wait = retryAfter ?? (status === 429 || status === 503 ? 5 : undefined)
  if (wait !== undefined) reply.header('retry-after', String(spread(wait)))
  // A body that was not read to its end would be taken for the next request.
  if (status === 413 || status === 401) reply.header('connection', 'close')
  return reply
    .code(status)
    .send({ error: { code: refused.code, message: refused.message, ...(acked ? { acked } : {}) } })
}

/** Somewhat later than asked, for each by chance: whoever was told the same moment would come back at it together. */
function spread(seconds: number): number {
  return Math.ceil(seconds * (1 + Math.random() / 2))
}
