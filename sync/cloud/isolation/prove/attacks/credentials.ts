/** Being somebody else at the gateway: ids and secrets in every place, in every spelling. */
import { PATHS } from '../../../../protocol/messages.ts'
import type { Attack } from '../attack.ts'
import { ask } from '../party.ts'
import { atGateway, authorization, call, mustBe, outcomeOf, ownCall } from './calling.ts'

const UNKNOWN = { status: 401, code: 'unauthorized' }
const MISSHAPEN = { status: 400, code: 'bad-request' }
const NOWHERE = 'f_00000000000000000000000000000000'

/** Names the neighbor with one's own, valid secret, on each path. */
const onPath = (id: string, method: string, path: string, body: string | undefined, what: string): Attack =>
  atGateway(
    `other-facility-${id}`,
    `A workstation ${what} of its neighbor’s facility with its own, valid secret.`,
    async (stage) => {
      const { attacker, victim } = stage
      const headers = { authorization: authorization(attacker, { facility: victim.facility }) }
      return outcomeOf(await call(stage, attacker, { method, path, headers, ...(body ? { body } : {}) }))
    },
    UNKNOWN,
  )

/** An `authorization` that is nearly the neighbor's. */
const nearly = (id: string, what: string, header: (own: string, victims: string) => string | string[]): Attack =>
  atGateway(
    `credentials-${id}`,
    `A workstation sends ${what}.`,
    async (stage) => {
      const { attacker, victim } = stage
      const foreign = authorization(victim, { secret: attacker.station.secret })
      const headers = { authorization: header(authorization(attacker), foreign) }
      return outcomeOf(await call(stage, attacker, { method: 'GET', path: `${PATHS.pull}?after=0&limit=1`, headers }))
    },
    UNKNOWN,
  )

/** Its own, good credentials, and the neighbor named once more somewhere else. */
const beside = (
  id: string,
  where: string,
  ask: (facility: string, device: string) => { path?: string; body?: object; headers?: Record<string, string> },
  expect: Attack['expect'],
) =>
  atGateway(
    `named-in-${id}`,
    `A workstation with good credentials of its own names its neighbor ${where}.`,
    async (stage) => {
      const { attacker, victim } = stage
      const {
        path = PATHS.hello,
        body = { versions: [1], device: attacker.station.device },
        headers = {},
      } = ask(victim.facility, victim.station.device)
      const method = path.startsWith(PATHS.pull) ? 'GET' : 'POST'
      const all = { authorization: authorization(attacker), ...headers }
      const answer = await call(stage, attacker, {
        ...{ method, path, headers: all },
        ...(method === 'POST' ? { body: JSON.stringify(body) } : {}),
      })
      return outcomeOf(answer)
    },
    expect,
  )

export const credentials: readonly Attack[] = [
  onPath('hello', 'POST', PATHS.hello, '{}', 'asks after the state'),
  onPath('pull', 'GET', `${PATHS.pull}?after=0&limit=100`, undefined, 'pulls the entries'),
  onPath('push', 'POST', PATHS.push, 'x', 'pushes into the journal'),
  onPath('access', 'GET', `${PATHS.access}?after=0&limit=100`, undefined, 'reads the access log'),
  nearly('device-of-neighbor', 'its neighbor’s facility and workstation with its own secret', (_, victims) => victims),
  nearly('twice', 'two authorizations, its own first', (own, victims) => [own, victims]),
  nearly('twice-joined', 'two authorizations in one line, its own first', (own, victims) => `${own}, ${victims}`),
  nearly('lower-case', 'its neighbor’s name in another case of letters', (_, victims) => victims.replace('f_', 'F_')),
  nearly('scheme', 'another scheme of authorization', (own) => own.replace('Alcove', 'Bearer')),
  nearly('scheme-case', 'the scheme in small letters', (own) => own.replace('Alcove', 'alcove')),
  nearly('escaped', 'its neighbor’s name with an escaped letter', (_, victims) => victims.replace('f_', '%66_')),
  nearly('look-alike', 'its neighbor’s name with a letter of another alphabet', (_, victims) =>
    Buffer.from(victims.replace('f_', 'ƒ_')).toString('latin1'),
  ),
  nearly('path', 'a name that climbs out of its own', (own, victims) =>
    own.replace('Alcove ', `Alcove ../${victims.slice(7, 20)}/`),
  ),
  nearly('quote', 'a name with a quote and SQL after it', (own) => own.replace('.', "'or'1'='1.")),
  nearly('long', 'a name of seven thousand letters', (own) => own.replace('f_', 'f'.repeat(7000))),
  nearly('proto', 'the name "__proto__"', (own) => own.replace(/f_\w+/, '__proto__')),
  nearly('constructor', 'the name "constructor"', (own) => own.replace(/f_\w+/, 'constructor')),
  nearly('padded', 'its own with one more letter in the secret', (own) => `${own}A`),
  nearly('nothing', 'an empty authorization', () => ''),
  atGateway(
    'credentials-in-url',
    'A workstation gives its credentials in the address, where servers on the way would log them.',
    async (stage) => {
      const path = `${PATHS.pull}?after=0&limit=1&authorization=${encodeURIComponent(authorization(stage.attacker))}`
      return outcomeOf(await call(stage, stage.attacker, { method: 'GET', path }))
    },
    UNKNOWN,
  ),
  atGateway(
    'credentials-in-cookie',
    'A workstation gives its credentials in a cookie, which a page in a browser would send along.',
    async (stage) => {
      const headers = { cookie: `authorization=${authorization(stage.attacker)}` }
      return outcomeOf(
        await call(stage, stage.attacker, { method: 'GET', path: `${PATHS.pull}?after=0&limit=1`, headers }),
      )
    },
    UNKNOWN,
  ),
  beside('body-device', 'as the device in the body', (_, device) => ({ body: { versions: [1], device } }), MISSHAPEN),
  beside(
    'body-facility',
    'as the facility in the body',
    (facility, device) => ({ body: { versions: [1], device, facility } }),
    MISSHAPEN,
  ),
  beside(
    'query',
    'in the query',
    (facility) => ({ path: `${PATHS.pull}?after=0&limit=1&facility=${facility}` }),
    MISSHAPEN,
  ),
  beside(
    'query-twice',
    'in a query with every parameter twice',
    () => ({ path: `${PATHS.pull}?after=0&after=0&limit=1` }),
    MISSHAPEN,
  ),
  beside(
    'header',
    'in headers that proxies set',
    (facility) => ({
      headers: {
        'x-facility': facility,
        'x-forwarded-user': facility,
        'x-original-url': `/${facility}`,
        forwarded: `for=${facility}`,
      },
    }),
    { status: 200 },
  ),
  beside('schema-query', 'by SQL in a number', () => ({ path: `${PATHS.pull}?after=0;select%201&limit=1` }), MISSHAPEN),
  beside('negative', 'with a cursor below nothing', () => ({ path: `${PATHS.pull}?after=-1&limit=1` }), MISSHAPEN),
  beside('huge', 'with a page beyond every limit', () => ({ path: `${PATHS.pull}?after=0&limit=99999999` }), MISSHAPEN),
  atGateway(
    'duplicate-keys',
    'A body names the device twice, its own and then its neighbor’s.',
    async (stage) => {
      const { attacker, victim } = stage
      const body = `{"versions":[1],"device":"${attacker.station.device}","device":"${victim.station.device}"}`
      return outcomeOf(
        await call(stage, attacker, { path: PATHS.hello, headers: { authorization: authorization(attacker) }, body }),
      )
    },
    MISSHAPEN,
  ),
  atGateway(
    'prototype-pollution',
    'A body brings "__proto__" and "constructor", to change what every object inherits.',
    async (stage) => {
      const { attacker } = stage
      const { device } = attacker.station
      const headers = { authorization: authorization(attacker) }
      const body = `{"versions":[1],"device":"${device}","__proto__":{"facility":"x"},"constructor":{"prototype":{"facility":"x"}}}`
      const answer = await call(stage, attacker, { path: PATHS.hello, headers, body })
      return { ...outcomeOf(answer), value: 'facility' in {} }
    },
    { ...MISSHAPEN, value: false },
  ),
  atGateway(
    'unknown-or-foreign',
    'A facility compares the answers for a neighbor that exists and for one that does not, byte by byte.',
    async (stage) => {
      const { attacker, victim } = stage
      const answers = []
      for (const facility of [victim.facility, NOWHERE]) {
        const headers = { authorization: authorization(attacker, { facility }) }
        const { status, headers: got, body } = await call(stage, attacker, { path: PATHS.hello, headers, body: '{}' })
        answers.push(JSON.stringify([status, { ...got, date: '' }, body]))
      }
      return { value: answers[0] === answers[1] }
    },
    { value: true },
  ),
  atGateway(
    'unknown-or-foreign-time',
    'A facility compares how long the answers take for a neighbor that exists and for one that does not.',
    async (stage) => {
      // A machine that is busy adds to any answer and takes from none, so that it is the quickest ones that are compared; and
      // a difference that is there is there every time.
      let alike = false
      for (let round = 0; round < 3 && !alike; round++) alike = await sameTime(stage)
      return { value: alike }
    },
    { value: true },
  ),
  atGateway(
    'revoked-device',
    'A workstation that was removed from its facility calls with its old secret.',
    async (stage) => {
      const gone = await stage.another('revoked')
      mustBe(await gone.station.hello())
      await stage.admin((client) =>
        client.query('update registry.device set revoked_at = now(), wrap = null where facility = $1', [gone.facility]),
      )
      return outcomeOf(await gone.station.hello())
    },
    { status: 403, code: 'revoked' },
  ),
  atGateway(
    'blob-by-hash',
    'A facility that knows the hash of its neighbor’s attachment asks for it.',
    async (stage) => {
      const { attacker, victim } = stage
      const headers = { authorization: authorization(attacker) }
      return outcomeOf(await call(stage, attacker, { method: 'GET', path: `/v1/blob/${victim.known.blob}`, headers }))
    },
    { status: 404, code: 'bad-request' },
    {
      control: async (stage) => {
        const { victim } = stage
        await ownCall(stage)
        const sql = `select content from ${victim.schema}.blob where hash = $1`
        const { rows } = await victim.session((client) => ask(client, sql, [victim.known.blob]))
        if (rows !== 1) throw new Error('the attachment is not there')
      },
    },
  ),
]

/** Whether the quickest of both kinds of refusal are within a fifth of each other, or half a millisecond. */
async function sameTime(stage: Parameters<Attack['attempt']>[0]): Promise<boolean> {
  const { attacker, victim } = stage
  const times: Record<string, number[]> = { [victim.facility]: [], [NOWHERE]: [] }
  for (let i = 0; i < 40; i++)
    for (const facility of i % 2 ? [victim.facility, NOWHERE] : [NOWHERE, victim.facility]) {
      const headers = { authorization: authorization(attacker, { facility }) }
      const start = performance.now()
      await call(stage, attacker, { path: PATHS.hello, headers, body: '{}' })
      times[facility]?.push(performance.now() - start)
    }
  const [foreign = 0, unknown = 0] = Object.values(times).map((all) => Math.min(...all))
  return Math.abs(foreign - unknown) < Math.max(0.5, Math.max(foreign, unknown) / 5)
}
