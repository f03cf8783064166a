/** The calls of the protocol, once the caller's bytes are in hand. What a route does besides is in `routes.ts`. */
import type pg from 'pg'
import { type AccessRow, isByOperator, type Visit } from '../../../domain/access-log.ts'
import { BatchError, readingBatch, verifyingBatch } from '../../protocol/batch.ts'
import { ENCODINGS, InflateError, inflate } from '../../protocol/compression.ts'
import {
  type AccessAnswer,
  AccessQuery,
  type EnrollAnswer,
  EnrollRequest,
  type HelloAnswer,
  HelloRequest,
  LIMITS,
  type PullAnswer,
  PullQuery,
  type PushAnswer,
} from '../../protocol/messages.ts'
import { negotiate, VERSIONS } from '../../protocol/version.ts'
import { type Head, lockedHead, noting } from './access-log.ts'
import { SMALL_BATCH } from './bounds.ts'
import { inStretches } from './breath.ts'
import { pipelined } from './pipelined.ts'
import type { Pool } from './pool.ts'
import { deviceOf, push } from './push.ts'
import { badRequest, Refused } from './refusal.ts'
import { type Caller, enrollDevice } from './registry.ts'
import { Seldom } from './seldom.ts'
import { headStatements, statementsFor } from './statements.ts'

/** The bytes of entries in one page of a pull, unless a single entry is larger. */
const PAGE_BYTES = 4 << 20

const seldom = new Seldom()

export async function enroll(registry: pg.Pool, pool: Pool, body: unknown, address: string): Promise<EnrollAnswer> {
  const request = EnrollRequest.safeParse(body)
  if (!request.success) throw badRequest()
  const version = common(request.data.versions)
  const caller = await enrollDevice(registry, request.data)
  const epoch = await pool.use(caller, caller.unlock, (client) =>
    pipelined(client, [headStatements(caller.schema).lockHead], async ([answer], send) => {
      const locked = lockedHead(answer, caller.schema)
      void send({ ...locked.sql.saveDevice, values: [caller.device, caller.publicKey] })
      void send(noting(locked, { device: caller.device, act: 'enroll', rows: 0, address, outcome: 'ok' }))
      return locked.head.epoch
    }),
  )
  return { version, facility: caller.facility, device: caller.device, epoch }
}

export async function hello(pool: Pool, caller: Caller, body: unknown, address: string): Promise<HelloAnswer> {
  const request = HelloRequest.safeParse(body)
  if (!request.success || request.data.device !== caller.device) throw badRequest()
  const version = common(request.data.versions)
  const visit = { device: caller.device, act: 'hello', rows: 0, address, outcome: 'ok' }
  return pool.use(caller, caller.unlock, async (client) => {
    const sql = statementsFor(caller.schema, caller.version)
    if (seldom.isDue(caller.facility, visit)) {
      await pipelined(client, [sql.lockHead], async ([answer], send) => {
        void send(noting(lockedHead(answer, caller.schema), visit))
      })
      seldom.wasNoted(caller.facility, visit)
    }
    const { epoch } = (await client.query<Head>(sql.readHead)).rows[0] as Head
    const { dseq, hash, refused } = await deviceOf(client, sql, caller)
    const { entries, compressed, inflated } = LIMITS
    return {
      version,
      epoch,
      acked: { dseq, hash },
      refused: refused.map((entry) => ({ dseq: entry.dseq, code: entry.code })),
      limits: { entries, compressed, inflated },
      encodings: [...ENCODINGS],
    }
  })
}

export interface PushRequest {
  body: Buffer
  encoding: string
  signature: string
  address: string
}

/**
 * Takes a batch; undefined if it inflates to more than a small one and only a small one is to be taken. A few kilobytes can
 * be made to inflate to all that is allowed, so the size is not known before.
 */
export async function takePush(
  pool: Pool,
  caller: Caller,
  request: PushRequest,
  size: 'small' | 'any',
): Promise<{ answer: PushAnswer; entries: number } | undefined> {
  const frame = await frameOf(request, size)
  if (!frame) return undefined
  const batch = await batchOf(caller, frame, request.signature)
  const answer = await pool.use(caller, caller.unlock, (client) => push(client, caller, batch, request.address))
  return { answer, entries: batch.entries.length }
}

async function frameOf({ body, encoding }: PushRequest, size: 'small' | 'any'): Promise<Buffer | undefined> {
  try {
    return await inflate(body, encoding, size === 'small' ? SMALL_BATCH : LIMITS.inflated)
  } catch (error) {
    if (!(error instanceof InflateError)) throw error
    if (error.code === 'too-large' && size === 'small') return undefined
    throw new Refused({ 'too-large': 413, encoding: 415, 'bad-batch': 400 }[error.code], error.code, error.message)
  }
}

/** The batch, once its bytes are proved to be this device's and for this facility. */
async function batchOf(caller: Caller, frame: Buffer, signature: string) {
  // Before the batch is looked into: a parser is only for those who may use it.
  if (!(await inStretches(verifyingBatch(caller.publicKey, frame, signature))))
    throw new Refused(400, 'bad-batch', 'The batch does not bear the signature of its workstation.')
  try {
    const { header, entries } = await inStretches(readingBatch(frame))
    if (header.facility !== caller.facility || header.device !== caller.device)
      throw new BatchError('The batch is of another workstation or for another facility.')
    if (!VERSIONS.includes(header.v)) throw new BatchError('The batch is of a version that is not spoken here.')
    return { prev: header.prev, entries }
  } catch (error) {
    if (error instanceof BatchError)
      throw new Refused(error.code === 'too-large' ? 413 : 400, error.code, error.message)
    throw error
  }
}

export async function pull(pool: Pool, caller: Caller, query: unknown, address: string): Promise<PullAnswer> {
  const request = PullQuery.safeParse(query)
  if (!request.success) throw badRequest()
  const { after, limit } = request.data
  return pool.use(caller, caller.unlock, async (client) => {
    const { page, lockHead } = statementsFor(caller.schema, caller.version)
    const asked = [{ ...page, values: [after, limit, PAGE_BYTES] }, lockHead]
    const { answer, idle } = await pipelined(client, asked, async ([found, locked], send) => {
      const entries: PullAnswer['entries'] = found?.rows ?? []
      const { head, sql } = lockedHead(locked, caller.schema)
      const next = entries.at(-1)?.seq ?? Math.min(after, head.seq)
      const visit = { device: caller.device, act: 'pull', rows: entries.length, address, outcome: 'ok' }
      const noted = visit.rows > 0 || seldom.isDue(caller.facility, visit)
      if (noted) void send(noting({ head, sql }, visit))
      const answer = { epoch: head.epoch, entries, next, more: next < head.seq }
      return { answer, idle: noted && visit.rows === 0 ? visit : undefined }
    })
    if (idle) seldom.wasNoted(caller.facility, idle)
    return answer
  })
}

/**
 * The facility's own access log. To read it is a visit as well, which its other workstations will read of: so that this
 * comes to an end, a reading that brings nothing but readings, or what the reader did itself, is written down once an hour.
 */
export async function readAccess(pool: Pool, caller: Caller, query: unknown, address: string): Promise<AccessAnswer> {
  const request = AccessQuery.safeParse(query)
  if (!request.success) throw badRequest()
  const { after, limit } = request.data
  return pool.use(caller, caller.unlock, async (client) => {
    const { access, lockHead } = statementsFor(caller.schema, caller.version)
    const asked = [lockHead, { ...access, values: [after, limit] }]
    const { answer, idle } = await pipelined(client, asked, async ([locked, found], send) => {
      const { head, sql } = lockedHead(locked, caller.schema)
      const page: (Omit<AccessRow, 'at'> & { at: Date })[] = found?.rows ?? []
      const rows = page.map((row) => ({ ...row, at: row.at.toISOString() }))
      const visit = { device: caller.device, act: 'access', rows: rows.length, address, outcome: 'ok' }
      const news = rows.some((row) => tells(row, caller))
      const noted = news || seldom.isDue(caller.facility, visit)
      if (noted) void send(noting({ head, sql }, visit))
      const end = { seq: head.access_seq, hash: head.access_hash }
      const answer = { epoch: head.epoch, rows, head: end, more: (rows.at(-1)?.seq ?? after) < end.seq }
      return { answer, idle: noted && !news ? visit : undefined }
    })
    if (idle) seldom.wasNoted(caller.facility, idle)
    return answer
  })
}

/** Whether a row says what somebody else did, other than to read the log or to greet. */
function tells(row: Visit, { device }: Caller): boolean {
  return isByOperator(row) || (row.device !== device && row.act !== 'access' && row.act !== 'hello')
}

function common(offered: readonly number[]): number {
  const version = negotiate(offered)
  if (version === undefined)
    throw new Refused(426, 'version', 'This gateway and that workstation speak no version of the protocol in common.')
  return version
}
