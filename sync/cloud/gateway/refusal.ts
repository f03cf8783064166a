/** What a caller is told when the answer is no: a status, a code of the protocol, a sentence. */
import type pg from 'pg'
import type { Position, RefusalCode } from '../../protocol/messages.ts'
import { sqlState } from '../errors.ts'

interface Details {
  acked?: Position
  /** Seconds until it is worth trying again. */
  retryAfter?: number
  cause?: unknown
  /** For the operator. */
  note?: string
}

export class Refused extends Error {
  override readonly name = 'Refused'
  readonly status: number
  readonly code: RefusalCode
  readonly details: Details
  constructor(status: number, code: RefusalCode, message: string, details: Details = {}) {
    super(message, { cause: details.cause })
    this.status = status
    this.code = code
    this.details = details
  }
}

/** One answer for a facility, a device or a secret that is not known: who asks must not learn which of them it was. */
export const unauthorized = () =>
  new Refused(401, 'unauthorized', 'This gateway does not know that workstation, or not with that secret.')

/** Said only to somebody who has proved to be of the facility, or has a code of it. */
export const frozen = () =>
  new Refused(403, 'frozen', 'The operator has stopped all exchange with this facility for now. Nothing was lost.')

export const suspended = () =>
  new Refused(403, 'suspended', 'The operator has suspended this facility for now. Nothing was lost.')

/** Its workstations keep what they have, and send it to another facility when they are given that one's code. */
export const removed = () =>
  new Refused(403, 'removed', 'This facility was removed from the gateway for good. No code leads to it any more.')

/** A facility that is on its way to another server; it takes seconds. */
export const moving = () =>
  new Refused(503, 'busy', 'This facility is being moved to another server. Nothing was lost; try again shortly.', {
    retryAfter: 2,
  })

/** A server that did not answer when the gateway started: it is looked at first. */
export const notSeen = () =>
  new Refused(503, 'busy', 'The server of this facility is being looked at. Nothing was lost; try again later.', {
    retryAfter: 30,
  })

export const badRequest = (message = 'That request is not one this gateway understands.') =>
  new Refused(400, 'bad-request', message)

export const busy = (retryAfter: number, cause?: unknown) =>
  new Refused(503, 'busy', 'The gateway is busy. Nothing was lost; try again shortly.', { retryAfter, cause })

/** Too much of one's own, where `busy` is too much of everybody's. */
export const tooMany = (retryAfter: number) =>
  new Refused(429, 'busy', `Too many requests. Try again in ${retryAfter} s.`, { retryAfter })

/** The facility's box opened, and PostgreSQL does not take what was in it. */
export const outOfStep = (facility: string) =>
  new Refused(
    503,
    'repair',
    'The gateway cannot open this facility until its operator has put it right. Nothing was lost.',
    {
      retryAfter: 15 * 60,
      note: `${facility}: its role has another password than its boxes; \`facility repair ${facility}\` mends it`,
    },
  )

/** The facility was brought to a version by a newer program, or left behind by two. */
export const unknownVersion = (version: number) =>
  new Refused(
    503,
    'busy',
    `This facility is at version ${version}, which this gateway does not serve until its operator has brought both into line. Nothing was lost; try again later.`,
    { retryAfter: 60 },
  )

/** The facility has brought as many bytes as it may keep. */
export const overQuota = () =>
  new Refused(
    507,
    'quota',
    'The gateway has no more room for this facility. Nothing was lost; ask the operator for more.',
    { retryAfter: 60 * 60 },
  )

/**
 * PostgreSQL gone, restarting, full, out of connections, not letting our own login in, or a lock not had in time: all of
 * these pass. The transaction was rolled back, or its outcome is found out when the same batch comes again.
 */
const PASSING = /^(08|28|40|53|55P03|57)/
/** A statement that a connection keeps was made before its table changed; another connection has none. */
const STALE_PLAN = { code: '0A000', routine: 'RevalidateCachedQuery' }

/** Whether an error from a database connection may be gone the next time. */
export function isPassing(error: unknown): boolean {
  const state = sqlState(error)
  if (state)
    return (
      PASSING.test(state) || (state === STALE_PLAN.code && (error as pg.DatabaseError).routine === STALE_PLAN.routine)
    )
  const { code, message } = error as { code?: string; message?: string }
  return /^(ECONN|EPIPE|ETIMEDOUT)/.test(code ?? '') || /terminated|timeout|not queryable|ended/i.test(message ?? '')
}
