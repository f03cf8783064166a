/** Lifting one's own limits and staying: what only the watchdog can end. It looks with the limits that it has in service. */
import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type pg from 'pg'
import { endOffenders, SESSION_LIMITS } from '../../../watchdog/sessions.ts'
import { type Attack, ControlFailed } from '../attack.ts'
import { ask, refusedWith } from '../party.ts'
import type { Stage } from '../stage.ts'

const LIFTED = 'set statement_timeout = 0; set idle_in_transaction_session_timeout = 0'
const ENDLESS = 'select count(*) from generate_series(1, 1000000000000)'

export const watched: readonly Attack[] = [
  {
    id: 'resources.endless',
    group: 'resources',
    title:
      'A facility lifts its own limits, runs a statement without end, and holds a transaction open beside it: the watchdog ends both, and its neighbor is served all the while.',
    victimWrites: true,
    control: async ({ attacker }) => {
      const { rows } = await attacker.session(async (client) => {
        await client.query(`${LIFTED}; begin`)
        return ask(client, 'select count(*) from generate_series(1, 1000)')
      })
      if (rows !== 1) throw new ControlFailed('a short statement is refused too')
    },
    attempt: async (stage) => {
      const ended = Promise.all([endless(stage), idle(stage)])
      let open = true
      void ended.then(() => {
        open = false
      })
      await sleep(500)
      const status = await served(stage)
      const until = Date.now() + (SESSION_LIMITS.statement + SESSION_LIMITS.idleInTransaction + 30) * 1000
      while (open && Date.now() < until) {
        await stage.admin((client) => watch(client, stage.attacker.role))
        await sleep(500)
      }
      if (open)
        await stage.admin((client) =>
          client.query('select pg_terminate_backend(pid) from pg_stat_activity where usename = $1', [
            stage.attacker.role,
          ]),
        )
      return { status, value: open ? 'nobody ended them' : await ended }
    },
    // admin_shutdown: ended by somebody else. The second finds its connection gone.
    expect: { status: 200, value: ['57P01', '57P01'] },
  },
]

/** One look of the watchdog's; none while another facility is near a limit: it is not ours to end, and has a watchdog of its own. */
async function watch(client: pg.Client, role: string): Promise<void> {
  const { rowCount } = await client.query(
    `select from pg_stat_activity where usename ~ '^t_[0-9a-f]{32}$' and usename <> $1
       and least(xact_start, query_start) < clock_timestamp() - interval '10 seconds' and state <> 'idle'`,
    [role],
  )
  if (!rowCount) await endOffenders(client, SESSION_LIMITS)
}

function endless({ attacker }: Stage): Promise<string> {
  return attacker
    .session(
      async (client) => {
        await client.query(LIFTED)
        return (await ask(client, ENDLESS)).sqlstate ?? 'it came to an end'
      },
      { query_timeout: 0 },
    )
    .catch((error) => refusedWith(error).sqlstate ?? 'no SQLSTATE')
}

/** Holds a snapshot, on which everybody's VACUUM would wait, until the server ends the session. */
function idle({ attacker }: Stage): Promise<string> {
  return attacker.session(
    (client) =>
      new Promise<string>((done, fail) => {
        client.on('error', (error) => done((error as { code?: string }).code ?? 'no SQLSTATE'))
        client.once('end', () => done('it was cut off'))
        client
          .query(`${LIFTED}; begin isolation level repeatable read; select from ${attacker.schema}.head`)
          .catch(fail)
      }),
  )
}

async function served({ victim: { station } }: Stage): Promise<number> {
  station.change('observation', randomUUID(), { status: 'final' })
  return (await station.push(station.entries.length)).status
}
