/** What one might infer from keys that collide, rows that are counted and numbers that are given out. */
import type pg from 'pg'
import { type Attack, ControlFailed } from '../attack.ts'
import { ask, type Party } from '../party.ts'
import { rolledBack } from '../stage.ts'
import { answers, withGrants } from './granted.ts'

export const keys: readonly Attack[] = [
  {
    id: 'metadata.unique-key',
    group: 'metadata',
    title: 'A facility stores an attachment under the hash of its neighbor’s: no key is shared, so nothing collides.',
    control: async ({ victim }) => {
      const outcome = await victim.session((client) =>
        rolledBack(client, () => store(client, victim, victim.known.blob)),
      )
      if (outcome.sqlstate !== '23505') throw new ControlFailed('not even its owner’s own key collides')
    },
    attempt: ({ attacker, victim }) =>
      attacker.session((client) => rolledBack(client, () => store(client, attacker, victim.known.blob))),
    expect: { rows: 1 },
  },
  {
    id: 'metadata.unique-key-record',
    group: 'metadata',
    title: 'A facility makes a record under the id of its neighbor’s patient: it gets its own.',
    control: async ({ victim }) => {
      const outcome = await victim.session((client) =>
        rolledBack(client, () => make(client, victim, victim.known.patient)),
      )
      if (outcome.sqlstate !== '23505') throw new ControlFailed('not even its owner’s own key collides')
    },
    attempt: ({ attacker, victim }) =>
      attacker.session((client) => rolledBack(client, () => make(client, attacker, victim.known.patient))),
    expect: { rows: 1 },
  },
  {
    id: 'metadata.on-conflict',
    group: 'metadata',
    title: 'A facility that was granted everything adds "unless it is there": it is answered the same, there or not.',
    control: async (stage) => {
      const found = await stage.victim.session((client) =>
        rolledBack(client, () => answers(client, upserts(stage.victim))),
      )
      if (found[0] === found[1]) throw new ControlFailed(`its owner can’t tell them apart either: ${found}`)
    },
    attempt: async (stage) => ({
      value: await withGrants(stage, stage.attacker, (client) => answers(client, upserts(stage.victim))),
    }),
    expect: { value: ['42501', '42501'] },
  },
  {
    id: 'metadata.plain-insert',
    group: 'metadata',
    title:
      'A facility that was granted everything adds a row under a key that its neighbor has: the policy refuses before the key does.',
    control: async (stage) => {
      const found = await stage.victim.session((client) =>
        rolledBack(client, () => answers(client, inserts(stage.victim))),
      )
      if (found[0] === found[1]) throw new ControlFailed(`its owner can’t tell them apart either: ${found}`)
    },
    attempt: async (stage) => ({
      value: await withGrants(stage, stage.attacker, (client) => answers(client, inserts(stage.victim))),
    }),
    expect: { value: ['42501', '42501'] },
  },
  {
    id: 'metadata.affected-rows',
    group: 'metadata',
    title: 'A facility that was granted everything changes and deletes "where": no row is ever counted.',
    control: async (stage) => {
      const [first] = await withGrants(stage, stage.victim, (client) => answers(client, changes(stage.victim)))
      if (first !== '3 rows') throw new ControlFailed(`its owner changes ${first}`)
    },
    attempt: async (stage) => ({
      value: await withGrants(stage, stage.attacker, (client) => answers(client, changes(stage.victim))),
    }),
    expect: { value: ['0 rows', '0 rows', '0 rows', '0 rows', '0 rows'] },
  },
  {
    id: 'metadata.merge-without-condition',
    group: 'metadata',
    title:
      'A facility that was granted everything merges with no condition at all, which PostgreSQL matches before it asks the policy: it is refused.',
    control: async (stage) => {
      const { schema } = stage.victim
      const { rows } = await withGrants(stage, stage.victim, (client) => ask(client, mergeAll(schema)))
      if (rows !== 3) throw new ControlFailed(`its owner merges ${rows} rows`)
    },
    attempt: (stage) => withGrants(stage, stage.attacker, (client) => ask(client, mergeAll(stage.victim.schema))),
    expect: { sqlstate: '42501' },
  },
  {
    id: 'metadata.sequential-numbers',
    group: 'metadata',
    title: 'A facility watches the numbers that its own entries get while its neighbor works: they follow each other.',
    victimWrites: true,
    control: async ({ attacker }) => void (await pushed(attacker)),
    attempt: async ({ attacker, victim }) => {
      const before = await pushed(attacker)
      await pushed(victim)
      await pushed(victim)
      return { value: (await pushed(attacker)) - before }
    },
    expect: { value: 1 },
  },
]

const store = (client: pg.Client, { schema }: Party, hash: string) =>
  ask(client, `insert into ${schema}.blob (hash, content) values ($1, '')`, [hash])

const make = (client: pg.Client, { schema }: Party, id: string) =>
  ask(
    client,
    `insert into ${schema}.record (kind, id, fields, heads, conflicts, created, updated, seq) values ('patient', $1, '{}', '{}', '[]', '', '', 0)`,
    [id],
  )

const upserts = ({ schema, known }: Party) =>
  [known.blob, 'not there'].map(
    (hash) => `insert into ${schema}.blob (hash, content) values ('${hash}', '') on conflict (hash) do nothing`,
  )

const inserts = ({ schema, known }: Party) =>
  [known.blob, 'not there'].map((hash) => `insert into ${schema}.blob (hash, content) values ('${hash}', '')`)

const changes = ({ schema, known }: Party) => [
  `update ${schema}.record set seq = 0`,
  `update ${schema}.record set seq = 0 where id = '${known.patient}'`,
  `delete from ${schema}.record`,
  `delete from ${schema}.blob where hash = '${known.blob}'`,
  `merge into ${schema}.record as r using (select 'patient' as kind) as s on s.kind = r.kind when matched then delete`,
]

/** Pushes one more entry of a party's; the number it got. */
async function pushed(party: Party): Promise<number> {
  const { station } = party
  station.change('patient', crypto.randomUUID(), { family: party.canaries[0] ?? '', active: true })
  const { status } = await station.push(station.entries.length)
  if (status !== 200) throw new ControlFailed(`a push was answered ${status}`)
  const { rows } = await party.session((client) =>
    client.query<{ seq: number }>(`select seq::int as seq from ${party.schema}.head`),
  )
  return rows[0]?.seq ?? 0
}

const mergeAll = (schema: string) =>
  `merge into ${schema}.record as r using (select 1) as s on true when matched then delete`
