/** What one might infer from plans, estimates and what the planner was told. */
import type pg from 'pg'
import { type Attack, ControlFailed, NotHere } from '../attack.ts'
import type { Party } from '../party.ts'
import type { Server, Stage } from '../stage.ts'
import { withGrants } from './granted.ts'

export const plans: readonly Attack[] = [
  {
    id: 'metadata.explain',
    group: 'metadata',
    title: 'A facility has the plan of a query on its neighbor explained, for the estimates in it.',
    control: ({ victim }) =>
      victim.session(async (client) => void (await client.query(`explain select * from ${victim.schema}.record`))),
    attempt: ({ attacker, victim }) => attacker.ask(`explain select * from ${victim.schema}.record`),
    expect: { sqlstate: '42501' },
  },
  explained(
    'metadata.explain-analyze',
    'A facility that was granted everything has the query run and measured: the plan does not even scan.',
    '',
  ),
  explained(
    'metadata.explain-analyze-condition',
    'The same with a condition that PostgreSQL may check before the policy, to count what was filtered out.',
    "where kind = 'patient'",
    ({ number }) => {
      if (number < 170000) throw new NotHere('PostgreSQL before 17 counts what it filtered out: see what is left over.')
    },
  ),
  {
    id: 'metadata.planner-estimates',
    group: 'metadata',
    title:
      'A facility that was granted everything reads the planner’s estimate: it is the same for common and for rare values.',
    control: async (stage) => {
      const [many, few] = await estimates(stage, stage.victim)
      if (many === few) throw new ControlFailed('its owner’s estimates do not differ')
    },
    attempt: async (stage) => {
      const [many, few] = await estimates(stage, stage.attacker)
      return { value: many === few ? 'the same' : 'told apart' }
    },
    expect: { value: 'the same' },
  },
  {
    id: 'metadata.pg-stat-statements',
    group: 'metadata',
    title:
      'A facility reads the record of everybody’s statements: it is not installed, and neither is any other extension.',
    control: async ({ admin }) => {
      const { rows } = await admin((client) => client.query<{ extname: string }>('select extname from pg_extension'))
      if (rows.some(({ extname }) => extname !== 'plpgsql')) throw new ControlFailed('an extension is installed')
    },
    attempt: ({ attacker }) => attacker.ask('select * from public.pg_stat_statements'),
    expect: { sqlstate: '42501' },
  },
]

/** The plan of a query on the victim, run and measured: for a neighbor it must end before it begins. */
function explained(id: string, title: string, where: string, possible: (server: Server) => void = () => {}): Attack {
  return {
    id,
    group: 'metadata',
    title,
    control: async (stage) => {
      possible(stage.server)
      const plan = await withGrants(stage, stage.victim, (client) => planOf(client, stage.victim, where))
      if (!/Scan/.test(plan)) throw new ControlFailed('its owner’s plan does not scan')
    },
    attempt: async (stage) => {
      const plan = await withGrants(stage, stage.attacker, (client) => planOf(client, stage.victim, where))
      return { value: { constant: /One-Time Filter: false/.test(plan), scans: /Scan|Removed/.test(plan) } }
    },
    expect: { value: { constant: true, scans: false } },
  }
}

export async function planOf(client: pg.Client, { schema }: Party, where: string, table = 'record'): Promise<string> {
  const { rows } = await client.query(`explain (analyze, verbose) select * from ${schema}.${table} ${where}`)
  return rows.map((row) => Object.values(row as object)[0]).join('\n')
}

/** How many rows the planner expects for a value that is common, and for one that is not there. */
async function estimates(stage: Stage, party: Party): Promise<[number, number]> {
  const { schema } = stage.victim
  return stage.rolledBack(async (client) => {
    // Enough rows for the planner to have an opinion.
    await client.query(
      `insert into ${schema}.record (kind, id, fields, heads, conflicts, created, updated, seq)
       select case when n % 10 = 0 then 'rare' else 'common' end, n::text, '{}', '{}', '[]', '', '', 0 from generate_series(1, 500) as n`,
    )
    await client.query(`analyze ${schema}.record`)
    await client.query(
      `grant usage on schema ${schema} to ${party.role}; grant select on ${schema}.record to ${party.role}`,
    )
    await client.query(`set local session authorization ${party.role}`)
    party.witness.listenTo(client)
    const of = async (kind: string) => {
      const { rows } = await client.query(`explain (format json) select * from ${schema}.record where kind = '${kind}'`)
      return (rows[0] as { 'QUERY PLAN': [{ Plan: { 'Plan Rows': number } }] })['QUERY PLAN'][0].Plan['Plan Rows']
    }
    return [await of('common'), await of('rare')]
  })
}
