/**
 * What a gateway promises, in memory and without a database: the worker's tests are about the worker, and some of what
 * they need (a gateway that forgets, lies, or answers twice) the real one does not do. The same promises are tried
 * against the real gateway in `test/`.
 */
import { randomBytes } from 'node:crypto'
import { type AccessRow, accessText } from '../../../domain/access-log.ts'
import { EntryBody } from '../../../domain/entry.ts'
import { BatchError, hashOf, readBatch, verifyBatch } from '../../protocol/batch.ts'
import { InflateError, inflate } from '../../protocol/compression.ts'
import { enrollmentId, newEnrollmentSecret } from '../../protocol/enrollment-code.ts'
import {
  AccessQuery,
  EnrollRequest,
  HelloRequest,
  LIMITS,
  PATHS,
  type Position,
  PullQuery,
  type Refused,
  readAuthorization,
  SIGNATURE_HEADER,
} from '../../protocol/messages.ts'
import { negotiate } from '../../protocol/version.ts'

export interface ModelRequest {
  path: string
  headers: Record<string, string | undefined>
  body: Buffer
}
export interface ModelAnswer {
  status: number
  json: unknown
  headers?: Record<string, string>
}

interface Kept {
  seq: number
  device: string
  dseq: number
  hash: string
  body: string
}
interface Device {
  publicKey: string
  secret: string
  refused: Refused[]
  hashes: string[]
}

export class ModelGateway {
  readonly facility = 'f1'
  epoch = 'e1'
  journal: Kept[] = []
  readonly devices = new Map<string, Device>()
  readonly #codes = new Map<string, { by?: string }>()
  /** The access log. Only `came` writes to it, so that a test says what is in it. */
  accessLog: AccessRow[] = []
  /** Says of an entry why it is refused for good. */
  refuses: (body: Record<string, unknown>) => string | undefined = () => undefined
  limits: { entries: number; compressed: number; inflated: number } = { ...LIMITS }

  /** A one-time secret that enrolls one device. */
  newSecret(): string {
    const secret = newEnrollmentSecret()
    this.#codes.set(enrollmentId(secret), {})
    return secret
  }

  /** Writes somebody's visit into the access log. */
  came(act: string, device = '', rows = 0): void {
    const last = this.accessLog.at(-1)
    const at = new Date(1_800_000_000_000 + this.accessLog.length * 1000).toISOString()
    const seen = { device, act, rows, address: '10.0.0.9', outcome: 'ok' }
    const row = { seq: (last?.seq ?? 0) + 1, at, ...seen, prev: last?.hash ?? '' }
    this.accessLog.push({ ...row, hash: hashOf(accessText(row)) })
  }

  /** Forgets what came after the first `keep` entries, as a server does that is restored from a backup. */
  restore(keep: number): void {
    this.journal = this.journal.slice(0, keep)
    for (const [id, device] of this.devices) {
      device.hashes = this.journal.filter((kept) => kept.device === id).map((kept) => kept.hash)
      device.refused = []
    }
    this.epoch = randomBytes(4).toString('hex')
  }

  async handle(request: ModelRequest): Promise<ModelAnswer> {
    const [path] = request.path.split('?')
    if (path === PATHS.enroll) return this.#enroll(request)
    const credentials = readAuthorization(request.headers.authorization)
    const device = credentials && this.devices.get(credentials.device)
    if (!device || device.secret !== credentials.secret || credentials.facility !== this.facility)
      return refusal(401, 'unauthorized')
    if (path === PATHS.hello) return this.#hello(device, request)
    if (path === PATHS.push) return this.#push(credentials.device, device, request)
    if (path === PATHS.pull) return this.#pull(request)
    if (path === PATHS.access) return this.#access(request)
    return refusal(400, 'bad-request')
  }

  #enroll({ body }: ModelRequest): ModelAnswer {
    const asked = EnrollRequest.safeParse(JSON.parse(body.toString()))
    if (!asked.success) return refusal(400, 'bad-request')
    const { secret, device, publicKey, deviceSecret, versions } = asked.data
    const code = this.#codes.get(enrollmentId(secret))
    if (!code) return refusal(404, 'enrollment-unknown')
    const by = [device, publicKey, deviceSecret].join()
    if (code.by !== undefined && code.by !== by) return refusal(410, 'enrollment-used')
    code.by = by
    const known = this.devices.get(device)
    this.devices.set(device, {
      publicKey,
      secret: deviceSecret,
      refused: known?.refused ?? [],
      hashes: known?.hashes ?? [],
    })
    return { status: 200, json: { version: negotiate(versions), facility: this.facility, device, epoch: this.epoch } }
  }

  #hello(device: Device, { body }: ModelRequest): ModelAnswer {
    const asked = HelloRequest.safeParse(JSON.parse(body.toString()))
    const version = asked.success && negotiate(asked.data.versions)
    if (!version) return refusal(426, 'version')
    const { refused } = device
    return { status: 200, json: { version, epoch: this.epoch, acked: position(device), refused, limits: this.limits } }
  }

  async #push(id: string, device: Device, { headers, body }: ModelRequest): Promise<ModelAnswer> {
    try {
      if (body.length > this.limits.compressed) return refusal(413, 'too-large')
      const frame = await inflate(body, headers['content-encoding'] ?? 'identity', this.limits.inflated)
      if (!verifyBatch(device.publicKey, frame, headers[SIGNATURE_HEADER] ?? '')) return refusal(400, 'bad-batch')
      const { header, entries } = readBatch(frame)
      if (header.facility !== this.facility || header.device !== id) return refusal(400, 'bad-batch')
      if (entries.length > this.limits.entries) return refusal(413, 'too-large')
      if (header.first > device.hashes.length + 1) return refusal(409, 'gap', position(device))
      if ((device.hashes[header.first - 2] ?? '') !== header.prev) return refusal(409, 'fork')
      if (entries.some(({ dseq, hash }) => (device.hashes[dseq - 1] ?? hash) !== hash)) return refusal(409, 'fork')
      for (const { dseq, hash, body: text, parsed } of entries.slice(device.hashes.length + 1 - header.first)) {
        const code = EntryBody.safeParse(parsed).success ? this.refuses(parsed) : 'bad-entry'
        device.hashes.push(hash)
        if (code) device.refused.push({ dseq, code })
        else this.journal.push({ seq: (this.journal.at(-1)?.seq ?? 0) + 1, device: id, dseq, hash, body: text })
      }
      const last = entries.at(-1)
      const refused = device.refused.filter(({ dseq }) => dseq >= header.first && dseq <= (last?.dseq ?? 0))
      return { status: 200, json: { acked: { dseq: last?.dseq, hash: last?.hash }, refused } }
    } catch (error) {
      if (error instanceof InflateError) return refusal(413, error.code)
      if (error instanceof BatchError) return refusal(400, 'bad-batch')
      throw error
    }
  }

  #access({ path }: ModelRequest): ModelAnswer {
    const asked = AccessQuery.safeParse(Object.fromEntries(new URL(path, 'https://x').searchParams))
    if (!asked.success) return refusal(400, 'bad-request')
    const { after, limit } = asked.data
    const later = this.accessLog.filter(({ seq }) => seq > after)
    const rows = later.slice(0, limit)
    const { seq = 0, hash = '' } = this.accessLog.at(-1) ?? {}
    return { status: 200, json: { epoch: this.epoch, rows, head: { seq, hash }, more: later.length > rows.length } }
  }

  #pull({ path }: ModelRequest): ModelAnswer {
    const asked = PullQuery.safeParse(Object.fromEntries(new URL(path, 'https://x').searchParams))
    if (!asked.success) return refusal(400, 'bad-request')
    const { after, limit } = asked.data
    const later = this.journal.filter(({ seq }) => seq > after)
    const entries = later.slice(0, limit).map(({ seq, hash, body }) => ({ seq, hash, body }))
    const next = entries.at(-1)?.seq ?? after
    return { status: 200, json: { epoch: this.epoch, entries, next, more: later.length > limit } }
  }
}

function position({ hashes }: Device): Position {
  return { dseq: hashes.length, hash: hashes.at(-1) ?? '' }
}

function refusal(status: number, code: string, acked?: Position): ModelAnswer {
  return { status, json: { error: { code, message: 'no', ...(acked && { acked }) } } }
}
