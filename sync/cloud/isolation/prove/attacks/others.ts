/** Other people's sessions, and what passes between them. */
import { connect } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import type pg from 'pg'
import { type Attack, ControlFailed, type Outcome } from '../attack.ts'
import { ask, type Party } from '../party.ts'
import type { Stage } from '../stage.ts'
import { DENIED } from './sql.ts'

/** Takes some tenths of a second, and needs no function that was taken away. */
const LONG = 'select count(*) from pg_catalog.generate_series(1, 2500000) as n where n % 7 = 3'

export const others: readonly Attack[] = [
  onSession('terminate', 'A facility ends its neighbor’s session.', 'pg_terminate_backend'),
  onSession('cancel', 'A facility cancels its neighbor’s statement.', 'pg_cancel_backend'),
  {
    id: 'sql.cancel-with-guessed-key',
    group: 'sql',
    title: 'A facility cancels its neighbor’s statement by PostgreSQL’s cancel request, with guessed keys and its own.',
    control: async (stage) => {
      const outcome = await whileBusy(stage.victim, ({ pid, key }) => cancel(stage, pid, key))
      if (outcome.sqlstate !== '57014')
        throw new ControlFailed(`the right key does not cancel: ${JSON.stringify(outcome)}`)
    },
    attempt: (stage) =>
      whileBusy(stage.victim, ({ pid }) =>
        stage.attacker.session(async (client) => {
          const own = keyOf(client).key
          const guesses = [
            own,
            Buffer.alloc(4),
            Buffer.alloc(own.length),
            Buffer.alloc(own.length, 255),
            Buffer.from('00000001', 'hex'),
          ]
          for (const guess of guesses) await cancel(stage, pid, guess)
          for (let at = 0; at < 40; at++) await cancel(stage, pid, Buffer.from(own.map((byte) => byte ^ (at * 7 + 1))))
        }),
      ),
    expect: { rows: 1 },
  },
  {
    id: 'sql.set-role-cached-plan',
    group: 'sql',
    title:
      'A statement that was planned as the neighbor is run again as the facility, in one session: the plan is made anew.',
    control: (stage) => replanned(stage, stage.victim).then((rows) => expectRows(rows, 3)),
    attempt: async (stage) => ({ rows: await replanned(stage, stage.attacker) }),
    expect: { rows: 0 },
  },
  {
    id: 'sql.cached-plan-subquery',
    group: 'sql',
    title: 'The same with the neighbor’s table inside a subquery and a common table expression, as in CVE-2024-10976.',
    control: (stage) => replanned(stage, stage.victim, nested).then((rows) => expectRows(rows, 3)),
    attempt: async (stage) => ({ rows: await replanned(stage, stage.attacker, nested) }),
    expect: { rows: 0 },
  },
  {
    id: 'sql.listen',
    group: 'sql',
    title:
      'A facility listens on every channel one would think of while its neighbor works: nothing is ever announced.',
    victimWrites: true,
    control: ({ attacker }) =>
      hearing(attacker, ['proof'], (client) => client.query("notify proof, 'x'")).then((heard) => expectRows(heard, 1)),
    attempt: async ({ attacker, victim }) => {
      const channels = ['alcove', 'journal', 'record', 'sync', 'pg_notify', victim.schema, victim.facility, victim.role]
      const heard = await hearing(attacker, channels, async () => {
        victim.station.change('patient', victim.known.patient, { phone: '1' })
        const { status } = await victim.station.push(victim.station.entries.length)
        if (status !== 200) throw new ControlFailed(`the neighbor could not work: ${status}`)
      })
      return { value: heard === 0 ? 'nothing was announced' : `${heard} signals` }
    },
    expect: { value: 'nothing was announced' },
  },
]

function onSession(id: string, title: string, call: 'pg_terminate_backend' | 'pg_cancel_backend'): Attack {
  return {
    id: `sql.${id}`,
    group: 'sql',
    title,
    control: (stage) =>
      stage.bystander.session(async (client) => {
        const { rows } = await stage.admin((admin) =>
          admin.query<{ ok: boolean }>(`select ${call}($1) as ok`, [keyOf(client).pid]),
        )
        if (!rows[0]?.ok) throw new ControlFailed('not even the administrator could')
      }),
    attempt: ({ attacker, victim }) =>
      victim.session(async (client) => {
        const outcome = await attacker.ask(`select pg_catalog.${call}(${keyOf(client).pid})`)
        await client.query('select') // it is still there
        return outcome
      }),
    expect: DENIED,
  }
}

/** A session's number and the secret to cancel it, as the server gave them to it. */
function keyOf(client: pg.Client): { pid: number; key: Buffer } {
  const { processID, secretKey } = client as unknown as { processID: number; secretKey: number }
  const key = Buffer.alloc(4)
  key.writeInt32BE(secretKey)
  return { pid: processID, key }
}

/** Sends a cancel request, on a connection of its own as the protocol has it. */
function cancel({ cluster }: Stage, pid: number, key: Buffer): Promise<void> {
  const message = Buffer.alloc(12 + key.length)
  message.writeInt32BE(message.length, 0)
  message.writeInt32BE(80877102, 4)
  message.writeInt32BE(pid, 8)
  key.copy(message, 12)
  return new Promise((done) => {
    const socket = connect({ host: cluster.admin.host ?? '127.0.0.1', port: cluster.admin.port ?? 5432 }, () =>
      socket.write(message),
    )
    socket.once('close', () => done())
    socket.once('error', () => done())
    socket.resume()
  })
}

/** Does something while a party's statement runs; what became of the statement. */
function whileBusy(party: Party, work: (session: { pid: number; key: Buffer }) => Promise<unknown>): Promise<Outcome> {
  return party.session(async (client) => {
    const answer = ask(client, LONG)
    await sleep(30)
    await work(keyOf(client))
    return answer
  })
}

const plain = (schema: string) => `select * from ${schema}.record`
const nested = (schema: string) =>
  `with r as (select * from (select * from ${schema}.record offset 0) as s) select * from r`

/** Rows that a statement gives to `party`, after it was planned and run as the victim. Grants are given away: RLS is alone. */
function replanned(stage: Stage, party: Party, text = plain): Promise<number> {
  const { victim } = stage
  return stage.rolledBack(async (client) => {
    await client.query(`grant usage on schema ${victim.schema} to ${party.role}`)
    await client.query(`grant select on ${victim.schema}.record to ${party.role}`)
    await client.query(`set local session authorization ${victim.role}`)
    await client.query(`prepare planned as ${text(victim.schema)}`)
    for (let run = 0; run < 7; run++) await client.query('execute planned') // past the sixth a generic plan may be kept
    await client.query(`set local session authorization ${party.role}`)
    party.witness.listenTo(client)
    return (await client.query('execute planned')).rowCount ?? 0
  })
}

async function hearing(
  party: Party,
  channels: string[],
  work: (client: pg.Client) => Promise<unknown>,
): Promise<number> {
  return party.session(async (client) => {
    let heard = 0
    client.on('notification', () => heard++)
    for (const channel of channels) await client.query(`listen ${channel}`)
    await work(client)
    await client.query('select') // what was announced before comes before this answer
    return heard
  })
}

function expectRows(found: number, wanted: number): void {
  if (found !== wanted) throw new ControlFailed(`${found} instead of ${wanted}`)
}
