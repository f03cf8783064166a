/** What one might infer from the text of an error, from a notice or from the server's log. */
import type pg from 'pg'
import { type Attack, ControlFailed, NotHere, type Outcome } from '../attack.ts'
import { ask, type Party } from '../party.ts'
import type { Stage } from '../stage.ts'
import { withGrants } from './granted.ts'
import { statement } from './sql.ts'

export const errors: readonly Attack[] = [
  {
    id: 'metadata.error-text-table',
    group: 'metadata',
    title: 'A facility compares the errors for a table that its neighbor has and for one that it has not.',
    control: async (stage) => {
      const [there, missing] = await errorsFor(stage.victim, stage.victim)
      if (there === missing) throw new ControlFailed('its owner can’t tell them apart either')
    },
    attempt: async (stage) => {
      const [there, missing] = await errorsFor(stage.attacker, stage.victim)
      return { value: there === missing ? 'the same' : 'told apart' }
    },
    expect: { value: 'the same' },
  },
  leak(
    'metadata.error-text-cast',
    'A facility casts its neighbor’s values to numbers, so that the error would quote them.',
    (s) => `select id from ${s}.record where (fields->>'family')::integer > 0`,
    '22P02',
  ),
  leak(
    'metadata.error-text-division',
    'A facility divides by nothing wherever its neighbor’s value is what it guesses.',
    (s) => `select id from ${s}.record where 1 / (case when kind = 'patient' then 0 else 1 end) = 1`,
    '22012',
  ),
  leak(
    'metadata.leaky-regexp',
    'A facility has a pattern that fails tried on its neighbor’s values, below the policy.',
    (s) => `select id from ${s}.record where (fields->>'family') ~ ('(' || substr(fields->>'family', 1, 0))`,
    '2201B',
  ),
  leak(
    'metadata.leaky-order',
    'A facility sorts by an expression that fails on its neighbor’s values.',
    (s) => `select id from ${s}.record order by (fields->>'family')::date`,
    '22007',
  ),
  statement('metadata', {
    id: 'analyze-verbose',
    title: 'A facility has its neighbor’s table analyzed and reads the notices, which count its rows.',
    says: ({ schema }) => `analyze verbose ${schema}.record`,
    control: 'administrator',
  }),
  {
    id: 'metadata.analyze-everything',
    group: 'metadata',
    title:
      'A facility has the whole database analyzed and reads the notices: no schema, role or count of a neighbor’s is in them.',
    control: async ({ admin, victim }) =>
      admin(async (client) => void (await client.query(`analyze verbose ${victim.schema}.head`))),
    attempt: async (stage) => {
      const { attacker, victim } = stage
      await attacker.ask('analyze verbose')
      return { value: attacker.witness.found([victim.schema, victim.role, victim.facility, 'rows in sample']) }
    },
    expect: { value: [] },
  },
  {
    id: 'metadata.patient-data-in-log',
    group: 'metadata',
    title: 'A neighbor’s statements fail in ways that quote their values: the server’s own log holds none of them.',
    victimWrites: true,
    control: async ({ victim, serverLog }) => {
      if ((await serverLog()) === undefined) throw new NotHere('This server’s log can’t be read from here.')
      const twice = `select '${victim.canaries[0]}'::integer`
      const { sqlstate } = await victim.ask(twice)
      if (sqlstate !== '22P02' || victim.witness.found(victim.canaries).length === 0)
        throw new ControlFailed('the error does not quote the value')
    },
    attempt: async ({ victim, serverLog }) => {
      const [word = ''] = victim.canaries
      await victim.ask(`insert into ${victim.schema}.blob (hash, content) values ('${victim.known.blob}', '${word}')`)
      await victim.ask(`insert into ${victim.schema}.device (id, public_key) values ($1, $2)`, [
        victim.known.device,
        word,
      ])
      await victim.ask('select $1::text::integer', [word])
      await victim.ask(`select ${word}`)
      const log = (await serverLog()) ?? ''
      return { value: victim.canaries.filter((canary) => log.includes(canary)).length }
    },
    expect: { value: 0 },
  },
]

/** An expression that fails on a value and quotes it: its owner sees that; for a neighbor it is never reckoned. */
function leak(id: string, title: string, text: (schema: string) => string, sqlstate: string): Attack {
  const tried = async (stage: Stage, party: Party): Promise<Outcome> =>
    withGrants(stage, party, (client) => ask(client, text(stage.victim.schema)))
  return {
    id,
    group: 'metadata',
    title,
    control: async (stage) => {
      const outcome = await tried(stage, stage.victim)
      if (outcome.sqlstate !== sqlstate) throw new ControlFailed(`its owner got ${JSON.stringify(outcome)}`)
    },
    attempt: (stage) => tried(stage, stage.attacker),
    expect: { rows: 0 },
  }
}

/** The texts of the errors for a table that is there (with a column that is not), and for one that is not. */
function errorsFor(asker: Party, { schema }: Party): Promise<string[]> {
  return asker.session(async (client) => {
    const said: string[] = []
    for (const table of ['record', 'recorx']) {
      try {
        await client.query(`select nothing_of_the_kind from ${schema}.${table}`)
        said.push('accepted')
      } catch (error) {
        const { code, message, detail, hint } = error as pg.DatabaseError
        said.push(JSON.stringify([code, message.replace('recorx', 'record'), detail, hint]))
      }
    }
    return said
  })
}
