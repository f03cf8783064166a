/** The gateway as the worker sees it: its requests, answered with what was parsed, or refused with a sentence. */

import type { z } from 'zod'
import { lookup } from '../../domain/lookup.ts'
import type { Remote } from '../../domain/outbox.ts'
import type { Encoding } from '../protocol/compression.ts'
import { SyncError, type SyncErrorCode } from '../protocol/errors.ts'
import {
  AccessAnswer,
  EnrollAnswer,
  type EnrollRequest,
  HelloAnswer,
  LIMITS,
  PATHS,
  type Position,
  PullAnswer,
  PushAnswer,
  Refusal,
  SIGNATURE_HEADER,
  writeAuthorization,
} from '../protocol/messages.ts'
import { VERSIONS } from '../protocol/version.ts'
import { type Answer, type Ask, openTransport, type Transport } from './transport.ts'

const SMALL = 2 << 20

/** The gateway said no, and why. */
export class RefusedByGateway extends SyncError {
  readonly refusal: string
  readonly acked: Position | undefined
  constructor(refusal: string, acked: Position | undefined, code: SyncErrorCode, message: string, retryAfter?: number) {
    super(code, message, { retryAfter })
    this.refusal = refusal
    this.acked = acked
  }
}

/** What a remote can be asked with its credentials. */
export interface Gateway {
  hello(signal?: AbortSignal): Promise<HelloAnswer>
  push(batch: { body: Buffer; encoding: Encoding; signature: string }, signal?: AbortSignal): Promise<PushAnswer>
  pull(after: number, limit: number, signal?: AbortSignal): Promise<PullAnswer>
  access(after: number, limit: number, signal?: AbortSignal): Promise<AccessAnswer>
  close(): void
}

/** The gateway of a remote. Connects to nothing until asked something. */
export function openGateway(remote: Remote, transport: Transport = openTransport(remote.url, remote.pin)): Gateway {
  const headers = { authorization: writeAuthorization(remote) }
  const post = { method: 'POST', limit: SMALL } as const
  return {
    async hello(signal) {
      const body = Buffer.from(JSON.stringify({ versions: VERSIONS, device: remote.device }))
      const ask = { ...post, path: PATHS.hello, headers: { ...headers, ...JSON_BODY }, body, signal }
      return parsed(HelloAnswer, await transport.ask(ask))
    },
    async push({ body, encoding, signature }, signal) {
      const about = {
        'content-type': 'application/octet-stream',
        'content-encoding': encoding,
        [SIGNATURE_HEADER]: signature,
      }
      const ask = { ...post, path: PATHS.push, headers: { ...headers, ...about }, body, signal }
      return parsed(PushAnswer, await transport.ask(ask))
    },
    async pull(after, limit, signal) {
      const path = `${PATHS.pull}?after=${after}&limit=${limit}`
      const ask: Ask = { method: 'GET', path, headers, limit: LIMITS.inflated * 2, signal }
      return parsed(PullAnswer, await transport.ask(ask))
    },
    async access(after, limit, signal) {
      const path = `${PATHS.access}?after=${after}&limit=${limit}`
      return parsed(AccessAnswer, await transport.ask({ method: 'GET', path, headers, limit: SMALL, signal }))
    },
    close: () => transport.close(),
  }
}

/** The one request that needs no credentials but the one-time secret within it. */
export async function askToEnroll(transport: Transport, request: EnrollRequest): Promise<EnrollAnswer> {
  const body = Buffer.from(JSON.stringify(request))
  return parsed(
    EnrollAnswer,
    await transport.ask({ method: 'POST', path: PATHS.enroll, headers: JSON_BODY, body, limit: SMALL }),
  )
}

const JSON_BODY = { 'content-type': 'application/json' }

function parsed<S extends z.ZodType>(schema: S, answer: Answer): z.output<S> {
  if (answer.status !== 200) throw refusalOf(answer)
  const read = schema.safeParse(answer.json)
  if (!read.success)
    throw new SyncError('gateway-misbehaved', 'The gateway gave an answer that makes no sense. Nothing was lost.')
  return read.data
}

function refusalOf({ status, json, retryAfter }: Answer): SyncError {
  const read = Refusal.safeParse(json)
  const code = read.success ? read.data.error.code : status >= 500 || status === 429 ? 'busy' : ''
  const [kind, message] = SAID[code] ?? (status >= 500 ? SAID.busy : SAID['bad-request']) ?? UNKNOWN
  return new RefusedByGateway(code, read.data?.error.acked, kind, message, retryAfter)
}

const UNKNOWN: readonly [SyncErrorCode, string] = [
  'gateway-misbehaved',
  'The gateway and this workstation do not understand each other. Nothing was lost.',
]
const LATER = 'Everything is saved here and will be sent later.'
const SAFE = 'Nothing was lost, and everything is saved here.'
/** Only whoever runs the gateway can make one, and only with the code that is in the clinic's safe. */
const NEW_CODE =
  'To come in again it needs a new enrollment code. Ask whoever runs the gateway for one; they need the clinic’s recovery code to make it.'

/** What each refusal means to a person here. The gateway's own sentence is not shown: it could say anything. */
const SAID = lookup<readonly [SyncErrorCode, string]>({
  unauthorized: ['gateway-refused', `The gateway does not know this workstation, or not any more. ${SAFE} ${NEW_CODE}`],
  revoked: ['gateway-refused', `Whoever runs the gateway has taken this workstation out. ${SAFE} ${NEW_CODE}`],
  removed: [
    'gateway-removed',
    `This clinic was removed from the gateway for good, and no code leads to it any more. ${SAFE} ` +
      'Ask whoever runs the gateway: if they make a new facility, everything here can be sent there with its code.',
  ],
  frozen: [
    'gateway-stopped',
    `Whoever runs the gateway has stopped all exchange with this clinic for now, to look into something. Ask them. ${LATER}`,
  ],
  suspended: [
    'gateway-stopped',
    `Whoever runs the gateway has suspended this clinic there, for now. Ask them. ${LATER}`,
  ],
  'enrollment-unknown': [
    'enrollment-code',
    'The gateway does not know that enrollment code. Ask for a new one; nothing was changed.',
  ],
  'enrollment-used': [
    'enrollment-code',
    'That enrollment code has been used already. Ask for a new one; nothing was changed.',
  ],
  'enrollment-expired': ['enrollment-code', 'That enrollment code is too old. Ask for a new one; nothing was changed.'],
  fork: [
    'fork',
    'The gateway holds other entries under the name of this workstation, so its records were restored from a backup or copied ' +
      'to another machine. Nothing was overwritten, and everything is saved here. Sync has stopped until this is looked into.',
  ],
  gap: ['gateway-misbehaved', 'The gateway keeps asking for entries that it has. Nothing was lost.'],
  version: [
    'gateway-version',
    'The gateway and this Alcove are too far apart in age to understand each other. Update the older one; nothing was lost.',
  ],
  busy: ['gateway-busy', `The gateway is busy. ${LATER}`],
  internal: ['gateway-busy', `The gateway has a fault of its own. ${LATER}`],
  quota: [
    'gateway-full',
    'The cloud has no more room for this clinic. Everything is saved here; new entries go there when whoever runs it has made room. Ask them.',
  ],
  repair: [
    'gateway-repair',
    `The gateway cannot open this clinic’s records there until whoever runs it has put something right. Tell them. ${LATER}`,
  ],
  'too-large': ['entry-too-large', 'One entry is larger than the gateway takes. It is saved here.'],
  'bad-request': UNKNOWN,
  'bad-batch': UNKNOWN,
  encoding: UNKNOWN,
})
