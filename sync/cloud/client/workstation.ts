/**
 * A workstation as the gateway sees one: keys, a chain of entries, and requests over TLS to the pinned key. Unlike the
 * real one it sends whatever it is told to, which is what the attacks need; so do the tests.
 */
import { randomBytes } from 'node:crypto'
import { Agent, request } from 'node:https'
import type { TLSSocket } from 'node:tls'
import { type EntryBody, encodeEntry } from '../../../domain/entry.ts'
import { tick } from '../../../domain/hlc.ts'
import type { OutboxEntry } from '../../../domain/outbox.ts'
import { frameBatch, hashOf, newDeviceKeys, signBatch } from '../../protocol/batch.ts'
import { deflate } from '../../protocol/compression.ts'
import { decodeEnrollmentCode } from '../../protocol/enrollment-code.ts'
import { PATHS, SIGNATURE_HEADER, writeAuthorization } from '../../protocol/messages.ts'
import { pinMatches, pinOf } from '../../protocol/pin.ts'

export interface Answer {
  status: number
  headers: Record<string, string | string[] | undefined>
  // biome-ignore lint/suspicious/noExplicitAny: attacks and tests look into answers, and a wrong guess fails them
  body: any
}

export class Workstation {
  readonly device = randomBytes(8).toString('hex')
  readonly keys = newDeviceKeys()
  readonly secret = randomBytes(32).toString('base64url')
  readonly entries: OutboxEntry[] = []
  facility = ''
  readonly url: string
  readonly #pin: string
  // No resumed sessions: in one of those the server shows no certificate, and there is nothing to check the pin against.
  readonly #agent = new Agent({ keepAlive: true, rejectUnauthorized: false, maxCachedSessions: 0 })
  #clock: string | undefined

  constructor(address: { url: string; pin: string }) {
    this.url = address.url
    this.#pin = address.pin
  }

  /** One that has used a code. */
  static async enrolled(code: string): Promise<Workstation> {
    const station = new Workstation(decodeEnrollmentCode(code))
    const answer = await station.enroll(code)
    if (answer.status !== 200) throw new Error(`not enrolled: ${JSON.stringify(answer.body)}`)
    return station
  }

  async enroll(code: string): Promise<Answer> {
    const answer = await this.send('POST', PATHS.enroll, {
      body: JSON.stringify({
        versions: [1],
        secret: decodeEnrollmentCode(code).secret,
        device: this.device,
        publicKey: this.keys.publicKey,
        deviceSecret: this.secret,
      }),
    })
    if (answer.status === 200) this.facility = answer.body.facility
    return answer
  }

  /** Adds a change to this device's chain. */
  change(record: string, id: string, fields: EntryBody['fields'], base: string[] = []): OutboxEntry {
    return this.write({ kind: 'change', record, id, base, ...(fields ? { fields } : {}) })
  }

  /** Adds any entry to this device's chain; what is given replaces what would be there. */
  write(part: Record<string, unknown>): OutboxEntry {
    this.#clock = tick(this.#clock, Date.now())
    const body = encodeEntry({
      v: 1,
      device: this.device,
      dseq: this.entries.length + 1,
      hlc: this.#clock,
      author: 'system',
      kind: 'session',
      record: 'user',
      id: 'signed-in',
      prev: this.entries.at(-1)?.hash ?? '',
      ...part,
    } as EntryBody)
    const entry = { dseq: this.entries.length + 1, hash: hashOf(body), body }
    this.entries.push(entry)
    return entry
  }

  hello(): Promise<Answer> {
    return this.send('POST', PATHS.hello, {
      body: JSON.stringify({ versions: [1], device: this.device }),
      ...this.#who(),
    })
  }

  /** Pushes the entries from one dseq to another, both included. */
  async push(from = 1, to = this.entries.length, entries = this.entries): Promise<Answer> {
    const prev = from === 1 ? '' : (entries[from - 2]?.hash ?? '')
    return this.pushFrame(frameBatch(1, this.facility, this.device, prev, entries.slice(from - 1, to)))
  }

  async pushFrame(frame: Buffer, signature = signBatch(this.keys.privateKey, frame)): Promise<Answer> {
    const { encoding, bytes } = await deflate(frame)
    return this.send('POST', PATHS.push, {
      body: bytes,
      ...this.#who({ 'content-encoding': encoding, [SIGNATURE_HEADER]: signature }),
    })
  }

  pull(after: number, limit: number): Promise<Answer> {
    return this.send('GET', `${PATHS.pull}?after=${after}&limit=${limit}`, this.#who())
  }

  access(after: number, limit: number): Promise<Answer> {
    return this.send('GET', `${PATHS.access}?after=${after}&limit=${limit}`, this.#who())
  }

  #who(headers: Record<string, string> = {}): { headers: Record<string, string> } {
    const { facility, device, secret } = this
    return { headers: { ...headers, authorization: writeAuthorization({ facility, device, secret }) } }
  }

  send(
    method: string,
    path: string,
    { body, headers = {} }: { body?: string | Buffer; headers?: Record<string, string> } = {},
  ): Promise<Answer> {
    return new Promise((done, fail) => {
      const call = request(new URL(path, this.url), { method, agent: this.#agent, headers }, (response) => {
        const chunks: Buffer[] = []
        response.on('data', (chunk: Buffer) => chunks.push(chunk))
        response.on('end', () => {
          const text = Buffer.concat(chunks).toString()
          done({
            status: response.statusCode ?? 0,
            headers: response.headers,
            body: text ? JSON.parse(text) : undefined,
          })
        })
        response.on('error', fail)
      })
      call.on('error', fail)
      call.once('socket', (socket) => {
        if (!socket.connecting) return // checked when it was opened
        socket.once('secureConnect', () => {
          const certificate = (socket as TLSSocket).getPeerX509Certificate()
          if (!certificate || !pinMatches(this.#pin, pinOf(certificate))) call.destroy(new Error('another key'))
        })
      })
      call.end(body)
    })
  }

  close(): void {
    this.#agent.destroy()
  }
}
