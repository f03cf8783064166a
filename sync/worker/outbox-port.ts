/**
 * The Outbox across a process boundary: `serveOutbox` on the engine's side, `outboxOver` on the worker's. Runs over
 * whatever carries messages: a MessagePort of Node or of Electron, a child process, a utility process.
 *
 * The engine's side parses every call. The worker talks to the network, so it is the process to distrust.
 */
import { z } from 'zod'
import { Hash } from '../../domain/entry.ts'
import type { Outbox } from '../../domain/outbox.ts'
import { SYNC_ERROR_CODES, SyncError, type SyncErrorCode } from '../protocol/errors.ts'
import { DeviceSecret, FacilityId, LIMITS } from '../protocol/messages.ts'

/** Anything that carries messages: Node's or Electron's MessagePort, a child process, `process`, `process.parentPort`. */
export interface Port {
  postMessage?(message: unknown): void
  send?(message: unknown): unknown
  on(event: 'message', listener: (message: unknown) => void): unknown
  start?(): void
}

/** Sends a message, by whichever name the port has for it. */
export function post(port: Port, message: object): void {
  if (port.postMessage) port.postMessage(message)
  else port.send?.(message)
}

/** Calls `listener` with each message. Electron wraps messages in an event; Node does not. */
export function listen(port: Port, listener: (message: Record<string, unknown>) => void): void {
  port.on('message', (given) => {
    const message = isObject(given) && isObject(given.data) ? given.data : given
    if (isObject(message)) listener(message)
  })
  port.start?.()
}

const id = z.string().min(1).max(100)
const dseq = z.int().nonnegative()
const hash = z.union([Hash, z.literal('')])
const text = z.string().max(1000)
const Report = z.strictObject({
  state: z.enum(['off', 'idle', 'syncing', 'backing-off', 'error']).optional(),
  lastSynced: z.iso.datetime().optional(),
  error: z.strictObject({ code: text, message: text }).nullable().optional(),
  epoch: text.optional(),
})
const Enrolled = z.strictObject({
  url: text.startsWith('https://'),
  pin: Hash,
  facility: FacilityId,
  device: id,
  secret: DeviceSecret,
  privateKey: text,
  epoch: text,
})

const said = z.string().max(200)
const place = { seq: z.int().nonnegative(), hash: said }
const AccessRow = z.strictObject({
  ...place,
  at: said,
  device: said,
  act: said,
  rows: z.int().nonnegative(),
  address: said,
  outcome: said,
  prev: said,
})
const AccessPage = z.strictObject({
  epoch: text,
  rows: z.array(AccessRow).max(LIMITS.access),
  head: z.strictObject(place),
})

/** Every call, and what it takes. */
const CALLS = {
  device: z.tuple([]),
  remote: z.tuple([]),
  read: z.tuple([dseq, z.int().positive().max(10_000), z.int().positive()]),
  hashAt: z.tuple([dseq]),
  acknowledge: z.tuple([id, dseq, hash]),
  rewind: z.tuple([id, dseq, hash, text]),
  park: z.tuple([id, dseq, text]),
  report: z.tuple([id, Report]),
  accessPlace: z.tuple([id]),
  addAccess: z.tuple([id, AccessPage]),
  enrolled: z.tuple([Enrolled]),
} as const satisfies Record<keyof Outbox, z.ZodType>

type Call = keyof typeof CALLS

/** Answers the worker's calls out of `outbox`. */
export function serveOutbox(port: Port, outbox: Outbox): void {
  listen(port, ({ outbox: name, call, args }) => {
    if (typeof name !== 'string' || typeof call !== 'number') return
    perform(outbox, name, args).then(
      (value) => post(port, { answer: call, value }),
      (error: unknown) => post(port, { answer: call, error: failure(error) }),
    )
  })
}

/** An Outbox whose calls are answered at the other end of `port`. */
export function outboxOver(port: Port): Outbox {
  const waiting = new Map<number, { resolve: (value: unknown) => void; reject: (error: unknown) => void }>()
  let calls = 0
  listen(port, ({ answer, value, error }) => {
    if (typeof answer !== 'number') return
    const caller = waiting.get(answer)
    waiting.delete(answer)
    if (isObject(error)) caller?.reject(asError(error))
    else caller?.resolve(value)
  })
  const ask = (name: Call, args: unknown[]) =>
    new Promise<unknown>((resolve, reject) => {
      calls += 1
      waiting.set(calls, { resolve, reject })
      post(port, { outbox: name, call: calls, args })
    })
  const names = Object.keys(CALLS) as Call[]
  return Object.fromEntries(names.map((name) => [name, (...args: unknown[]) => ask(name, args)])) as unknown as Outbox
}

async function perform(outbox: Outbox, name: string, args: unknown): Promise<unknown> {
  const call = Object.hasOwn(CALLS, name) ? (name as Call) : undefined
  const parsed = call && CALLS[call].safeParse(args)
  if (!call || !parsed?.success)
    throw new SyncError('internal', 'The sync process asked for something that it may not have.')
  return await (outbox[call] as (...given: unknown[]) => Promise<unknown>).apply(outbox, parsed.data as unknown[])
}

/** An error as a message: its code if it is one of sync's, and its sentence only if it was written as one. */
export function failure(thrown: unknown): { code: string; message: string; retryAfter?: number } {
  const { code, message, retryAfter } = thrown as { code?: unknown; message?: unknown; retryAfter?: unknown }
  const written = thrown instanceof SyncError || (thrown instanceof Error && thrown.name === 'AlcoveError')
  if (!written || typeof code !== 'string')
    return { code: 'internal', message: 'The records could not be read just now.' }
  return { code, message: String(message), ...(typeof retryAfter === 'number' && { retryAfter }) }
}

/** The error that a message tells of. */
export function asError(told: Record<string, unknown>): SyncError {
  const known = SYNC_ERROR_CODES.find((code) => code === told.code) satisfies SyncErrorCode | undefined
  const retryAfter = typeof told.retryAfter === 'number' ? told.retryAfter : undefined
  return new SyncError(known ?? 'internal', String(told.message), { retryAfter })
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
