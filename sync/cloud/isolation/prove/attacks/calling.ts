/** How the attacks at the gateway speak to it: requests with any header, any bytes, from another address of this machine. */
import { randomInt } from 'node:crypto'
import { request } from 'node:https'
import { platform } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import { connect } from 'node:tls'
import { writeAuthorization } from '../../../../protocol/messages.ts'
import type { Answer } from '../../../client/workstation.ts'
import { type Attack, ControlFailed, type Outcome } from '../attack.ts'
import type { Party } from '../party.ts'
import type { Stage } from '../stage.ts'

export interface Call {
  method?: string
  path: string
  headers?: Record<string, string | string[]>
  body?: string | Buffer
  /** From which address of this machine; by default another one each time, as the gateway counts refusals by address. */
  from?: string | undefined
}

/** Another address of this machine, each time. Only Linux answers to all of 127.0.0.0/8; elsewhere undefined. */
export function anotherAddress(): string | undefined {
  return platform() === 'linux' ? `127.66.${randomInt(256)}.${randomInt(1, 255)}` : undefined
}

/** One request on a connection of its own; the party hears everything that comes back. */
export function call(
  { gateway }: Stage,
  party: Party,
  { method = 'POST', path, headers = {}, body, from = anotherAddress() }: Call,
): Promise<Answer> {
  return new Promise<Answer>((done, fail) => {
    const options = {
      ...{ host: '127.0.0.1', port: gateway.port, method, path, headers, rejectUnauthorized: false, agent: false },
      ...(from ? { localAddress: from } : {}),
    }
    const asked = request(options, (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('error', fail)
      response.on('end', () => {
        const text = Buffer.concat(chunks).toString('latin1')
        party.witness.hear(`${response.statusCode} ${response.rawHeaders.join(' ')}\n${text}`)
        done({ status: response.statusCode ?? 0, headers: response.headers, body: parsed(text) })
      })
    })
    asked.on('error', fail)
    asked.end(body)
  })
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

/** The bytes that come back for bytes, on a TLS connection that is given a while. */
export function exchange({ gateway }: Stage, party: Party, bytes: string, ms = 1500): Promise<string> {
  return new Promise((done) => {
    let heard = ''
    const socket = connect({ host: '127.0.0.1', port: gateway.port, rejectUnauthorized: false }, () =>
      socket.write(bytes),
    )
    const end = () => {
      socket.destroy()
      party.witness.hear(heard)
      done(heard)
    }
    socket.on('data', (chunk) => {
      heard += chunk.toString('latin1')
    })
    socket.on('error', end)
    socket.on('close', end)
    void sleep(ms).then(end)
  })
}

/** The statuses of the answers in what came back. */
export const statuses = (heard: string) => [...heard.matchAll(/HTTP\/1\.1 (\d{3})/g)].map((match) => Number(match[1]))

/** The `authorization` header of a party's workstation. */
export const authorization = (
  { station }: Party,
  part: Partial<{ facility: string; device: string; secret: string }> = {},
) => writeAuthorization({ facility: station.facility, device: station.device, secret: station.secret, ...part })

/** What an answer is, to an expectation. */
export function outcomeOf({ status, body }: Answer): Outcome {
  const code = (body as { error?: { code?: string } } | undefined)?.error?.code
  return { status, ...(code === undefined ? {} : { code }) }
}

/** Throws unless an act that is allowed is allowed. */
export function mustBe(answer: Answer, status = 200): void {
  if (answer.status !== status) throw new ControlFailed(`what is allowed was answered with ${answer.status}`)
}

/** The control of most attacks on credentials: with its own, the same call is taken. */
export const ownCall: Attack['control'] = async ({ attacker }) => mustBe(await attacker.station.hello())

/** An attack at the gateway. */
export function atGateway(
  id: string,
  title: string,
  attempt: Attack['attempt'],
  expect: Attack['expect'],
  rest: { control?: Attack['control']; victimWrites?: true } = {},
): Attack {
  return { id: `api.${id}`, group: 'api', title, control: ownCall, attempt, expect, ...rest }
}
