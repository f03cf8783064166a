/**
 * What is left over: what a facility can still learn or do on a shared server. Said openly, and where it can be shown on
 * this server, shown. None of it reads a row.
 */
import { planOf } from './attacks/plans.ts'
import type { Party } from './party.ts'
import type { Stage } from './stage.ts'

export interface LeftOver {
  readonly id: string
  readonly title: string
  readonly says: string
  /** What was seen of it on this server. */
  readonly seen?: string
}

interface Risk {
  id: string
  title: string
  says: string
  look?: (stage: Stage) => Promise<string>
}

const RISKS: readonly Risk[] = [
  {
    id: 'names-by-number',
    title: 'Names and their number can be found out',
    says: 'PostgreSQL turns internal numbers into names for anybody. A facility that tries them all learns how many facilities a server has, and their opaque names. That is why names are 128 random bits and say nothing.',
    look: async ({ attacker, victim }) => {
      const { rows } = await attacker.session((client) =>
        client.query<{ name: string }>(
          'select n::oid::regnamespace::text as name from generate_series(16384, 120000) as n',
        ),
      )
      const names = rows.filter(({ name }) => /^t_[0-9a-f]{32}$/.test(name)).length
      const { sqlstate } = await attacker.ask(`select '${victim.schema}.record'::regclass`)
      return `By trying numbers a facility counted ${names} schemas. Asked for its neighbor’s table by its exact name, it was answered ${sqlstate ?? 'that it exists'}.`
    },
  },
  {
    id: 'members-count',
    title: 'Somebody who was made a member of a facility’s role by mistake can count',
    says: 'With one barrier gone (the connection), no row comes out, but the measured plan of a query shows the facility’s tag and how many rows were kept back. The scan reports such a membership as critical, and a gateway that is started with an administrator’s login does not serve with one.',
    look: (stage) =>
      stage.rolledBack(async (client) => {
        const { victim, attacker } = stage
        await client.query(`grant ${victim.role} to ${attacker.role}`)
        await client.query(`set local session authorization ${attacker.role}`)
        await client.query(`set local role ${victim.role}`)
        const plan = await planOf(client, victim, '')
        return `Measured here: ${/Rows Removed by Filter: \d+/.exec(plan)?.[0] ?? 'nothing was counted'}.`
      }),
  },
  {
    id: 'explain-before-17',
    title: 'Before PostgreSQL 17, with the grants given away, rows can be counted',
    says: 'On PostgreSQL 15 and 16, a neighbor that was granted everything by mistake gets no row, but the measured plan of a query with a simple condition says how many rows were filtered out. PostgreSQL 17 and newer do not even scan. The scan reports such grants as critical.',
    look: async (stage) => {
      const plan = await stage.rolledBack(async (client) => {
        const { victim, attacker } = stage
        await client.query(
          `grant usage on schema ${victim.schema} to ${attacker.role}; grant select on ${victim.schema}.record to ${attacker.role}`,
        )
        await client.query(`set local session authorization ${attacker.role}`)
        return planOf(client, victim, "where kind = 'patient'")
      })
      return `Measured here: ${/Rows Removed by Filter: \d+/.exec(plan)?.[0] ?? 'the plan did not scan'}.`
    },
  },
  {
    id: 'merge-emptiness',
    title: 'With the grants given away, a table can be seen to be empty or not',
    says: 'PostgreSQL matches a MERGE without a condition before it asks the policy. A neighbor that was granted everything by mistake is refused if the table has rows, and told "none" if it has not. No row comes out and none is changed.',
  },
  {
    id: 'own-state',
    title: 'A facility’s role can change what is its own',
    says: 'It can give itself another password, other settings for its sessions, and give up its rights. Nobody else is affected; the scan reports it, and “facility repair” puts it back.',
  },
  {
    id: 'notify',
    title: 'Two facilities that both want to can signal to each other',
    says: 'NOTIFY and LISTEN have no permission check in PostgreSQL. Alcove uses neither, so there is nothing to overhear.',
    look: async ({ attacker, bystander }) =>
      attacker.session(async (client) => {
        let heard = 0
        client.on('notification', () => heard++)
        await client.query('listen proof_of_concept')
        await bystander.ask('notify proof_of_concept')
        await client.query('select')
        return heard > 0
          ? 'Seen here: one facility’s signal reached another that listened for it.'
          : 'It did not work here.'
      }),
  },
  {
    id: 'show',
    title: 'The server’s ordinary settings can be read',
    says: 'SHOW has no permission check for most settings: a facility can read the server’s version and limits. None of them is about a facility.',
  },
  {
    id: 'analyze-everything',
    title: 'ANALYZE of the whole database names tables it skips',
    says: 'Its warnings name tables ("record", "journal") without their schemas: it can be counted how many there are.',
  },
  {
    id: 'transaction-counter',
    title: 'How much is written on the server as a whole',
    says: 'Each change gets a number that counts for all facilities together, and a facility can read the number of its own rows’ changes. Between two changes of its own it learns how many others made, not who, where or what.',
    look: async ({ attacker, victim }) => {
      const first = await ownNumber(attacker)
      for (let i = 0; i < 3; i++) await ownNumber(victim)
      const counted = (await ownNumber(attacker)) - first - 1
      return `Measured here: its neighbor made 3 changes; between two of its own, a facility counted ${counted} of others.`
    },
  },
  {
    id: 'session-memory',
    title: 'PostgreSQL has no bound on a session’s memory',
    says: 'Any role may set its own work_mem, and one value may have a gigabyte. The operating system has to bound it (docs/for-it.md, “Limits”); the PostgreSQL that comes with Alcove is started with such a bound on Linux. The watchdog ends a facility’s largest session beyond one gigabyte, where it runs on the server’s own machine.',
    look: async ({ attacker }) =>
      attacker.session(async (client) => {
        await client.query("set work_mem = '1TB'")
        const { rows } = await client.query<{ work_mem: string }>('show work_mem')
        return `Seen here: a facility set its own work_mem to ${rows[0]?.work_mem}. What the system bounds was not tried, for the sake of everybody else.`
      }),
  },
  {
    id: 'shared-hardware',
    title: 'Shared processor, memory and disk',
    says: 'A busy neighbor can be noticed by its effect on timing. Limits and the watchdog bound it.',
  },
  {
    id: 'administrator',
    title: 'The administrator of the PostgreSQL server',
    says: 'Row-level security does not bind a superuser. Whoever administers the server, or holds its disks and backups, can read what is on it, as with any database.',
  },
  {
    id: 'running-gateway',
    title: 'A gateway that is taken over while it runs',
    says: 'It sees the records of the facilities that call meanwhile, and for the length of a call the secret that opens them. It can’t open facilities that do not call. At rest it holds no key to any.',
  },
]

/** The number of a change that a facility makes to what is its own, leaving it as it was. */
async function ownNumber({ session, schema }: Party): Promise<number> {
  return session(async (client) => {
    await client.query(`update ${schema}.head set access_hash = access_hash`)
    const { rows } = await client.query<{ number: string }>(`select xmin::text as number from ${schema}.head`)
    return Number(rows[0]?.number)
  })
}

/** The list, with what was seen of each. */
export async function leftOver(stage: Stage): Promise<LeftOver[]> {
  const all: LeftOver[] = []
  for (const { id, title, says, look } of RISKS) {
    const seen = await look?.(stage).catch(
      (error: { code?: string }) => `It could not be looked at here (${error.code ?? 'no code'}).`,
    )
    all.push({ id, title, says, ...(seen === undefined ? {} : { seen }) })
  }
  return all
}
