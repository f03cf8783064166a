/** Below the protocol: bytes that are no request, or two requests at once; older TLS; and what an answer may not say. */
import { connect } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { PATHS } from '../../../../protocol/messages.ts'
import type { Attack, Outcome } from '../attack.ts'
import type { Stage } from '../stage.ts'
import { atGateway, authorization, call, exchange, mustBe, outcomeOf, statuses } from './calling.ts'

const NOTHING = { status: 404, code: 'bad-request' }

/** Bytes that must be answered with one refusal, after which the gateway reads no further. */
const smuggled = (id: string, title: string, bytes: (stage: Stage) => string, expect: number[] = [400]): Attack =>
  atGateway(
    `smuggled-${id}`,
    title,
    async (stage) => ({ value: statuses(await exchange(stage, stage.attacker, bytes(stage))) }),
    {
      value: expect,
    },
  )

const inside = ({ victim, attacker }: Stage) =>
  `GET ${PATHS.pull}?after=0&limit=9 HTTP/1.1\r\nhost: x\r\nauthorization: ${authorization(victim, { secret: attacker.station.secret })}\r\n\r\n`

const absent = (id: string, method: string, path: string, what: string, expect: Outcome = NOTHING): Attack =>
  atGateway(
    `route-${id}`,
    `Somebody looks for ${what} at the gateway.`,
    async (stage) => {
      const { attacker } = stage
      return outcomeOf(
        await call(stage, attacker, { method, path, headers: { authorization: authorization(attacker) } }),
      )
    },
    expect,
  )

export const wire: readonly Attack[] = [
  smuggled(
    'both-lengths',
    'A request gives its length twice, in two ways, with another request in between.',
    (stage) =>
      `POST ${PATHS.hello} HTTP/1.1\r\nhost: x\r\nauthorization: ${authorization(stage.attacker)}\r\ncontent-length: 4\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n${inside(stage)}`,
  ),
  smuggled(
    'two-lengths',
    'A request gives two lengths, with another request in between.',
    (stage) =>
      `POST ${PATHS.hello} HTTP/1.1\r\nhost: x\r\ncontent-length: 0\r\ncontent-length: 44\r\n\r\n${inside(stage)}`,
  ),
  smuggled(
    'chunk-size',
    'A chunk gives a size that is none.',
    (stage) =>
      `POST ${PATHS.enroll} HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n0x2\r\n{}\r\n0\r\n\r\n${inside(stage)}`,
  ),
  smuggled(
    'folded',
    'A header goes on in the next line.',
    (stage) =>
      `POST ${PATHS.hello} HTTP/1.1\r\nhost: x\r\nauthorization: Alcove\r\n ${authorization(stage.attacker)}\r\n\r\n`,
  ),
  smuggled(
    'bare-line-feed',
    'Headers end in a bare line feed.',
    (stage) => `POST ${PATHS.hello} HTTP/1.1\nhost: x\nauthorization: ${authorization(stage.attacker)}\n\n`,
  ),
  smuggled(
    'null',
    'A header holds a null.',
    () => `GET ${PATHS.pull} HTTP/1.1\r\nhost: x\r\nauthorization: Alcove \0\r\n\r\n`,
  ),
  smuggled(
    'large-header',
    'A header of nine kilobytes.',
    () => `GET ${PATHS.pull} HTTP/1.1\r\nhost: x\r\na: ${'b'.repeat(9000)}\r\n\r\n`,
    [431],
  ),
  smuggled(
    'unauthorized-tail',
    'A request that is refused carries another one as its body.',
    (stage) => {
      const tail = inside(stage)
      return `POST ${PATHS.push} HTTP/1.1\r\nhost: x\r\nauthorization: Alcove x.y.z\r\ncontent-length: ${tail.length}\r\n\r\n${tail}`
    },
    [401],
  ),
  absent('admin', 'GET', '/admin', 'a page for administrators'),
  absent('facilities', 'GET', '/v1/facilities', 'a list of facilities'),
  absent('create', 'POST', '/v1/facility/create', 'a way to make facilities'),
  absent('metrics', 'GET', '/metrics', 'figures about the fleet'),
  absent('file', 'GET', '/../../etc/passwd', 'a file of the machine'),
  absent('registry', 'GET', '/v1/registry', 'the registry'),
  absent('trace', 'TRACE', PATHS.hello, 'an echo of a request, credentials and all'),
  absent('options', 'OPTIONS', PATHS.pull, 'what a page of another origin may do'),
  absent('slash', 'GET', `${PATHS.pull}/?after=0&limit=1`, 'a second spelling of a path, that rules might not know'),
  absent('case', 'GET', `${PATHS.pull.toUpperCase()}?after=0&limit=1`, 'a path in capitals'),
  absent('method', 'GET', PATHS.push, 'another method for the same path'),
  atGateway(
    'forgery',
    'A request names another server as its target, to be fetched on the caller’s behalf.',
    async (stage) => {
      const { port } = stage.cluster.admin
      const bytes = `GET http://127.0.0.1:${port}/ HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\nconnection: close\r\n\r\n`
      return { value: statuses(await exchange(stage, stage.attacker, bytes)) }
    },
    { value: [404] },
  ),
  atGateway(
    'older-tls',
    'A client offers TLS 1.2 only.',
    ({ gateway: { port } }) =>
      new Promise<Outcome>((done) => {
        const socket = connectTls({ host: '127.0.0.1', port, rejectUnauthorized: false, maxVersion: 'TLSv1.2' }, () => {
          done({ value: socket.getProtocol() })
          socket.destroy()
        })
        socket.on('error', (error: NodeJS.ErrnoException) => done({ code: error.code ?? '' }))
      }),
    { code: 'ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION' },
  ),
  atGateway(
    'no-tls',
    'A client speaks without TLS.',
    ({ gateway: { port }, attacker }) =>
      new Promise<Outcome>((done) => {
        let heard = ''
        const socket = connect({ host: '127.0.0.1', port }, () =>
          socket.write(`GET ${PATHS.pull} HTTP/1.1\r\nhost: x\r\n\r\n`),
        )
        socket.on('data', (chunk) => {
          heard += chunk.toString('latin1')
        })
        socket.on('error', () => {})
        socket.on('close', () => {
          attacker.witness.hear(heard)
          done({ value: heard.includes('HTTP/') })
        })
      }),
    { value: false },
  ),
  atGateway(
    'protocol-version',
    'A workstation offers versions of the protocol that are none, to be let in by an older rule.',
    async (stage) => {
      const { attacker } = stage
      const body = JSON.stringify({ versions: [999], device: attacker.station.device })
      return outcomeOf(
        await call(stage, attacker, { path: PATHS.hello, headers: { authorization: authorization(attacker) }, body }),
      )
    },
    { status: 426, code: 'version' },
  ),
  atGateway(
    'cached',
    'A cache on the way asks whether the page is still the same, to hand it to somebody else.',
    async (stage) => {
      const { attacker } = stage
      const headers = {
        authorization: authorization(attacker),
        'if-none-match': '*',
        'if-modified-since': new Date().toUTCString(),
        range: 'bytes=0-10',
      }
      const { status, headers: got } = await call(stage, attacker, {
        method: 'GET',
        path: `${PATHS.pull}?after=0&limit=1`,
        headers,
      })
      return { status, value: [got['cache-control'] ?? '', got.etag === undefined, got['last-modified'] === undefined] }
    },
    { status: 200, value: ['no-store', true, true] },
  ),
  atGateway(
    'compressed',
    'A client asks for a compressed answer, whose length would tell about what is in it.',
    async (stage) => {
      const { attacker } = stage
      const headers = { authorization: authorization(attacker), 'accept-encoding': 'gzip, br, zstd' }
      const { status, headers: got } = await call(stage, attacker, {
        method: 'GET',
        path: `${PATHS.pull}?after=0&limit=9`,
        headers,
      })
      return { status, value: got['content-encoding'] === undefined }
    },
    { status: 200, value: true },
  ),
  atGateway(
    'interleaved',
    'Three facilities call a thousand times at once: nobody is given a byte of another’s answer.',
    async (stage) => {
      const { attacker, victim, bystander } = stage
      const strangers = { attacker: 0, victim: 0, bystander: 0 }
      const one = async (part: keyof typeof strangers) => {
        const { station, canaries } = stage[part]
        for (;;) {
          const answer = await station.pull(0, 100)
          if (answer.status === 429 || answer.status === 503) {
            await new Promise((again) => setTimeout(again, 100))
            continue
          }
          mustBe(answer)
          const bodies = JSON.stringify(answer.body)
          if (!bodies.includes(canaries[0] as string)) strangers[part]++
          return
        }
      }
      const lines = [attacker, victim, bystander].flatMap(({ part }) =>
        Array.from({ length: 4 }, async () => {
          for (let i = 0; i < 84; i++) await one(part)
        }),
      )
      await Promise.all(lines)
      return { value: strangers }
    },
    { value: { attacker: 0, victim: 0, bystander: 0 } },
    { victimWrites: true },
  ),
]
