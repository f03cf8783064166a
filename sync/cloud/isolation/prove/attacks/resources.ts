/** Using up what all share: the flood is stopped at a limit of its own, and the neighbor is served meanwhile. */
import { randomBytes, randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { connect } from 'node:tls'
import type pg from 'pg'
import { PATHS } from '../../../../protocol/messages.ts'
import type { Attack, Outcome } from '../attack.ts'
import { refusedWith } from '../party.ts'
import type { Stage } from '../stage.ts'
import { anotherAddress, authorization, call, mustBe, ownCall } from './calling.ts'

/** Does something harmful and, while it lasts, has the victim write: what the flood was told, and what the victim was. */
const flood = (
  id: string,
  title: string,
  harm: (stage: Stage, meanwhile: () => Promise<void>) => Promise<Outcome>,
  expect: Outcome,
): Attack => ({
  id: `resources.${id}`,
  group: 'resources',
  title: `${title} Its neighbor is served all the while.`,
  victimWrites: true,
  control: async (stage) => {
    await ownCall(stage)
    mustBe(await victimWrites(stage))
  },
  attempt: async (stage) => {
    let status = 0
    const outcome = await harm(stage, async () => {
      status = (await victimWrites(stage)).status
    })
    return { ...outcome, status }
  },
  expect: { ...expect, status: 200 },
})

const victimWrites = ({ victim: { station } }: Stage) => {
  station.change('observation', randomUUID(), { status: 'final' })
  return station.push(station.entries.length)
}

/** One statement of the attacker's in a session without the limits that a role may lift for itself. */
const unlimited = async ({ attacker }: Stage, statement: string): Promise<Outcome> =>
  attacker
    .session(async (client) => {
      await client.query('set statement_timeout = 0')
      return { rows: (await client.query(statement)).rowCount ?? 0 }
    })
    .catch(refusedWith)

/** Opens sessions until one is refused. */
async function sessions(
  { attacker }: Stage,
  most: number,
): Promise<{ open: number; sqlstate: string; end: () => void }> {
  const holding: Promise<unknown>[] = []
  let release = () => {}
  const held = new Promise<void>((done) => {
    release = done
  })
  for (let open = 0; open < most; open++) {
    const refused = await new Promise<string>((done) => {
      holding.push(
        attacker
          .session((client: pg.Client) => {
            done('')
            return Promise.race([held, client.query('select 1').then(() => held)])
          })
          .catch((error) => done(refusedWith(error).sqlstate ?? 'no SQLSTATE')),
      )
    })
    if (refused) return { open, sqlstate: refused, end: release }
  }
  return { open: most, sqlstate: 'accepted', end: release }
}

export const resources: readonly Attack[] = [
  flood(
    'connections',
    'A facility opens connections to the server until it is refused.',
    async (stage, meanwhile) => {
      const { sqlstate, end } = await sessions(stage, 60)
      await meanwhile()
      end()
      await sleep(100)
      return { sqlstate }
    },
    { sqlstate: '53300' },
  ),
  flood(
    'bad-logins',
    'A facility storms the server with logins that are wrong.',
    async ({ attacker }, meanwhile) => {
      const answers = new Set<string | undefined>()
      const storm = Promise.all(
        Array.from({ length: 8 }, async () => {
          for (let i = 0; i < 25; i++)
            answers.add((await attacker.logIn({ password: randomBytes(8).toString('hex') })).sqlstate)
        }),
      )
      await meanwhile()
      await storm
      return { value: [...answers].map(String).filter((state) => state !== '53300') }
    },
    { value: ['28P01'] },
  ),
  flood(
    'memory',
    'A facility asks for a text of two thousand million letters.',
    async (stage, meanwhile) => {
      const asked = unlimited(stage, "select length(repeat('x', 2000000000))")
      await meanwhile()
      return asked
    },
    { sqlstate: '54000' },
  ),
  flood(
    'spilling',
    'A facility sorts more than it has memory for, to fill the disk with temporary files.',
    async ({ attacker }, meanwhile) => {
      const spilling = attacker
        .session(async (client) => {
          await client.query("set statement_timeout = 0; set work_mem = '64kB'")
          return {
            rows:
              (
                await client.query(
                  'select count(*) from (select g, repeat(g::text, 40) as t from generate_series(1, 30000000) g order by t) s',
                )
              ).rowCount ?? 0,
          }
        })
        .catch(refusedWith)
      await meanwhile()
      const outcome: Outcome = await spilling
      // By the role's own limit (53400), or by a watchdog that is running and sees it before that (57P01).
      return { value: ['53400', '57P01'].includes(outcome.sqlstate ?? '') ? 'stopped at a limit' : 'not stopped' }
    },
    { value: 'stopped at a limit' },
  ),
  flood(
    'locks',
    'A facility locks all that it may lock, and holds on.',
    ({ attacker }, meanwhile) =>
      attacker.session(async (client) => {
        await client.query('begin')
        await client.query(`select * from ${attacker.schema}.head for update`)
        await client.query(`lock table ${attacker.schema}.record in row exclusive mode`)
        await meanwhile()
        await client.query('rollback')
        return { value: 'held' }
      }),
    { value: 'held' },
  ),
  flood(
    'strong-lock',
    'A facility asks for the strongest lock on a table of its own, which would stop maintenance.',
    async (stage, meanwhile) => {
      await meanwhile()
      return stage.attacker.askAfter(['begin'], `lock table ${stage.attacker.schema}.journal in access exclusive mode`)
    },
    { sqlstate: '42501' },
  ),
  flood(
    'snapshot',
    'A facility keeps a snapshot open, from which the server may not clean up.',
    ({ attacker }, meanwhile) =>
      attacker.session(async (client) => {
        await client.query('begin isolation level repeatable read')
        await client.query(`select count(*) from ${attacker.schema}.journal`)
        await meanwhile()
        return { value: 'held' }
      }),
    { value: 'held' },
  ),
  flood(
    'prepared-transaction',
    'A facility prepares a transaction and leaves it, to hold locks for ever.',
    async (stage, meanwhile) => {
      await meanwhile()
      return stage.attacker.askAfter(['begin'], "prepare transaction 'left'")
    },
    { sqlstate: '55000' },
  ),
  flood(
    'tiny-batches',
    'A workstation calls as fast as it can, with nothing to say.',
    async (stage, meanwhile) => {
      const party = await stage.another('tiny')
      const told = new Set<string>()
      let sent = 0
      const lines = Array.from({ length: 8 }, async () => {
        // On a machine that is busy it takes more of them to be too fast.
        while (sent < 480 || (told.size === 0 && sent < 5000)) {
          sent++
          const { status, headers } = await party.station.hello()
          if (status !== 200) told.add(`${status}, comes back when it is told: ${Number(headers['retry-after']) > 0}`)
        }
      })
      await meanwhile()
      await Promise.all(lines)
      const expected = [...told].every((one) => /^(429|503), comes back when it is told: true$/.test(one))
      return { value: [told.size > 0, expected] }
    },
    { value: [true, true] },
  ),
  flood(
    'unknown-callers',
    'Somebody calls without credentials, again and again.',
    async (stage, meanwhile) => {
      const from = anotherAddress()
      const statuses = new Set<number>()
      const lines = Array.from({ length: 8 }, async () => {
        for (let i = 0; i < 25; i++) {
          const headers = { authorization: authorization(stage.attacker, { facility: 'f_0' }) }
          statuses.add((await call(stage, stage.attacker, { path: PATHS.hello, headers, body: '{}', from })).status)
        }
      })
      await meanwhile()
      await Promise.all(lines)
      return { value: [...statuses].sort() }
    },
    { value: [401, 429] },
  ),
  flood(
    'slow-loris',
    'Two hundred connections send a letter a second.',
    async (stage, meanwhile) => {
      const { port } = stage.gateway
      const sockets = Array.from({ length: 200 }, () => {
        const socket = connect({ host: '127.0.0.1', port, rejectUnauthorized: false }, () =>
          socket.write('POST /v1/push HTTP/1.1\r\nhost: x\r\n'),
        )
        socket.on('error', () => {})
        return socket
      })
      const drip = setInterval(() => {
        for (const socket of sockets) if (!socket.destroyed) socket.write('x')
      }, 1000)
      await sleep(1500)
      await meanwhile()
      // The gateway gives headers fifteen seconds: all of them still hold their connections.
      clearInterval(drip)
      for (const socket of sockets) socket.destroy()
      return { value: 'tried' }
    },
    { value: 'tried' },
  ),
  flood(
    'large-body',
    'A workstation says that it will send a thousand megabytes.',
    async (stage, meanwhile) => {
      await meanwhile()
      const headers = { authorization: authorization(stage.attacker), 'content-length': String(1000 << 20) }
      return { code: String((await call(stage, stage.attacker, { path: PATHS.push, headers, body: '' })).status) }
    },
    { code: '413' },
  ),
  flood(
    'conflicts',
    'Two workstations of a facility contradict each other a thousand times about one patient.',
    async (stage, meanwhile) => {
      const { station, schema } = stage.attacker
      const id = randomUUID()
      const from = station.entries.length + 1
      for (let i = 0; i < 1000; i++)
        station.change('patient', id, { family: `Conflict ${i}`, sex: i % 2 ? 'male' : 'female' })
      const pushing = station.push(from)
      await meanwhile()
      mustBe(await pushing)
      const sql = `select count(*)::int as n from ${schema}.record where id = $1`
      return { value: (await stage.attacker.session((client) => client.query(sql, [id]))).rows[0].n }
    },
    { value: 1 },
  ),
  flood(
    'log',
    'A facility asks so often that its own access log would grow without end.',
    async (stage, meanwhile) => {
      const party = await stage.another('asking')
      const count = () =>
        party.session((client) => client.query(`select count(*)::int as n from ${party.schema}.access_log`))
      const before = (await count()).rows[0].n
      for (let i = 0; i < 100; i++) await party.station.hello()
      await meanwhile()
      // A greeting is noted once an hour.
      return { value: (await count()).rows[0].n - before <= 1 }
    },
    { value: true },
  ),
]
