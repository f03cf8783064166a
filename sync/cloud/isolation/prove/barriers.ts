/**
 * Each of the three barriers is taken away on purpose, for each table, inside a transaction that is taken back: the others
 * must hold by themselves, exactly. And all of them at once, as the control: then the neighbor does read, so that an
 * experiment that came out wrong would be seen.
 */
import { isDeepStrictEqual } from 'node:util'
import type pg from 'pg'
import type { Json } from '../../../../domain/fields.ts'
import { ask } from './party.ts'
import type { Stage } from './stage.ts'

type Barrier = 'connection' | 'grants' | 'row-level security'

export interface BarrierVerdict {
  readonly id: string
  /** The one that was taken away. */
  readonly removed: Barrier
  readonly table: string
  readonly title: string
  readonly expected: Json
  readonly outcome: Json
  readonly faults: readonly string[]
}

interface Removal {
  id: string
  removed: Barrier
  title: string
  /** Takes the barrier away, as the administrator. */
  remove: (client: pg.Client, stage: Stage, table: string) => Promise<unknown>
  /** Shows that it is gone, as far as that can be shown with the others in place. */
  gone?: (client: pg.Client, stage: Stage, table: string) => Promise<unknown>
  /** Who then tries. */
  as: (client: pg.Client, stage: Stage) => Promise<unknown>
  /** What comes of reading, adding, changing, deleting and emptying. */
  expected: Partial<Record<(typeof TRIES)[number][0], string>>
  /** From which server version on this can be tried. */
  from?: number
}

/** What is tried on a table, in a form that needs no knowledge of its columns. */
const TRIES = [
  ['read', (table: string) => `select * from ${table}`],
  ['plan', (table: string) => `explain select * from ${table}`],
  ['add', (table: string) => `insert into ${table} default values`],
  ['change', (table: string) => `update ${table} set tag = tag`],
  ['delete', (table: string) => `delete from ${table}`],
  ['empty', (table: string) => `truncate ${table}`],
] as const

const DENIED = '42501'
const NOTHING = {
  read: '0 rows',
  plan: 'One-Time Filter: false',
  add: DENIED,
  change: '0 rows',
  delete: '0 rows',
  empty: DENIED,
}

/** Reading only: a member's plan shows the policy it is bound by, and how many rows that one kept back (`left-over.ts`). */
const MEMBER = { read: '0 rows', add: DENIED, change: DENIED, delete: DENIED, empty: DENIED }

const asAttacker: Removal['as'] = (client, { attacker }) =>
  client.query(`set local session authorization ${attacker.role}`)

const REMOVALS: readonly Removal[] = [
  {
    id: 'grants-given-away',
    removed: 'grants',
    title: 'Every right on the table is given to the neighbor: row-level security alone returns nothing.',
    remove: (client, { attacker, victim }, table) => give(client, victim.schema, table, attacker.role),
    as: asAttacker,
    expected: NOTHING,
  },
  {
    id: 'grants-given-to-everybody',
    removed: 'grants',
    title: 'Every right on the table is given to everybody: row-level security alone returns nothing.',
    remove: (client, { victim }, table) => give(client, victim.schema, table, 'public'),
    as: asAttacker,
    expected: NOTHING,
  },
  {
    id: 'rls-removed',
    removed: 'row-level security',
    title: 'The table’s policy is dropped and row-level security switched off: the grants alone refuse.',
    remove: (client, { victim }, table) => open(client, victim.schema, table),
    gone: async (client, { victim }, table) => {
      await client.query('set local role fleet_owner')
      const { rowCount } = await client.query(`select * from ${victim.schema}.${table}`)
      await client.query('reset role')
      if (!rowCount) throw new Error('the owner of the table, who is no longer bound by a policy, reads nothing')
    },
    as: asAttacker,
    expected: { read: DENIED, plan: DENIED, add: DENIED, change: DENIED, delete: DENIED, empty: DENIED },
  },
  {
    id: 'policy-widened',
    removed: 'row-level security',
    title: 'The table’s policy is widened to everybody and every row: the grants alone refuse.',
    remove: (client, { victim }, table) =>
      client.query(`alter policy own on ${victim.schema}.${table} to public using (true) with check (true)`),
    as: asAttacker,
    expected: { read: DENIED, plan: DENIED, add: DENIED, change: DENIED, delete: DENIED, empty: DENIED },
  },
  {
    id: 'made-a-member',
    removed: 'connection',
    title: 'The neighbor is made a member of the facility’s role and puts it on: who logged in still counts.',
    remove: (client, { attacker, victim }) => client.query(`grant ${victim.role} to ${attacker.role}`),
    as: async (client, stage) => {
      await asAttacker(client, stage)
      await client.query(`set local role ${stage.victim.role}`)
    },
    expected: MEMBER,
  },
  {
    id: 'made-an-heir',
    removed: 'connection',
    title: 'The neighbor is made a member and inherits the facility’s rights at once: who logged in still counts.',
    remove: (client, { attacker, victim }) =>
      client.query(`grant ${victim.role} to ${attacker.role} with inherit true`),
    as: asAttacker,
    expected: MEMBER,
    from: 160000,
  },
  {
    id: 'owner-logs-in',
    removed: 'connection',
    title: 'The neighbor gets in as the owner of every table: row-level security is forced on the owner too.',
    remove: async () => {},
    as: (client) => client.query('set local session authorization fleet_owner'),
    expected: NOTHING,
  },
]

/** How many there will be. */
export function barrierCount(stage: Stage): number {
  return tablesOf(stage).length * removalsOn(stage).length
}

/** Every table, and a view that stands for the others. */
const tablesOf = ({ tables }: Stage) => [...tables, 'patient']
const removalsOn = ({ server }: Stage) => REMOVALS.filter(({ from = 0 }) => server.number >= from)

/** Takes each barrier away from each table, one at a time. */
export async function testBarriers(
  stage: Stage,
  onDone: (verdict: BarrierVerdict) => void = () => {},
): Promise<BarrierVerdict[]> {
  const verdicts: BarrierVerdict[] = []
  for (const table of tablesOf(stage)) {
    const seen = await withoutAny(stage, table)
    for (const removal of removalsOn(stage)) {
      const verdict = await testOne(stage, removal, table, seen)
      verdicts.push(verdict)
      onDone(verdict)
    }
  }
  return verdicts
}

/** The control: with grants given away and row-level security gone, the neighbor reads what only the facility may see. */
function withoutAny(stage: Stage, table: string): Promise<boolean> {
  const { attacker, victim } = stage
  attacker.witness.forget()
  return stage.rolledBack(async (client) => {
    for (const one of underlying(table)) {
      await give(client, victim.schema, one, attacker.role)
      await open(client, victim.schema, one)
    }
    await give(client, victim.schema, table, attacker.role)
    await asAttacker(client, stage)
    attacker.witness.listenTo(client)
    await client.query(`select * from ${victim.schema}.${table}`)
    return attacker.witness.found(victim.canaries).length > 0
  })
}

async function testOne(stage: Stage, removal: Removal, table: string, seen: boolean): Promise<BarrierVerdict> {
  const { id, removed, title } = removal
  const { attacker, victim } = stage
  const isView = !stage.tables.includes(table)
  // A view can't be emptied, and what it refuses to change depends on its columns: reading is what it is for.
  const tries = TRIES.filter(([name]) => removal.expected[name] && (!isView || name === 'read'))
  const expected = Object.fromEntries(tries.map(([name]) => [name, removal.expected[name] ?? '']))
  attacker.witness.forget()
  const faults = seen ? [] : ['Without any barrier the neighbor did not read either: this shows nothing.']
  let outcome: Record<string, string> = {}
  try {
    outcome = await stage.rolledBack(async (client) => {
      for (const one of underlying(table)) await removal.remove(client, stage, one)
      if (isView && removal.removed === 'grants') await removal.remove(client, stage, table)
      if (!isView) await removal.gone?.(client, stage, table)
      await removal.as(client, stage)
      attacker.witness.listenTo(client)
      const found: Record<string, string> = {}
      for (const [name, text] of tries) found[name] = await tried(client, text(`${victim.schema}.${table}`))
      return found
    })
  } catch (error) {
    faults.push(`The experiment did not run: ${(error as Error).message}`)
  }
  if (!isDeepStrictEqual(outcome, expected)) faults.push('What came back is not what must come back.')
  if (attacker.witness.found(victim.canaries).length > 0)
    faults.push('The neighbor received a string that only the facility may see.')
  return { id: `${id}.${table}`, removed, table, title, expected, outcome, faults }
}

async function tried(client: pg.Client, text: string): Promise<string> {
  await client.query('savepoint before')
  try {
    if (!text.startsWith('explain')) {
      const { rows, sqlstate, value } = await ask(client, text)
      return sqlstate ?? (value === undefined ? `${rows} rows` : String(value))
    }
    const { rows } = await client.query<Record<string, string>>(text)
    const plan = rows.map((row) => Object.values(row)[0]).join('\n')
    return /One-Time Filter: false/.test(plan) ? 'One-Time Filter: false' : plan
  } catch (error) {
    return (error as { code?: string }).code ?? 'failed'
  } finally {
    await client.query('rollback to before')
  }
}

/** Every right on a table or view, and the way to it. */
async function give(client: pg.Client, schema: string, table: string, to: string): Promise<void> {
  await client.query(`grant usage on schema ${schema} to ${to}; grant all on ${schema}.${table} to ${to}`)
}

async function open(client: pg.Client, schema: string, table: string): Promise<void> {
  await client.query(
    `drop policy own on ${schema}.${table}; alter table ${schema}.${table} disable row level security, no force row level security`,
  )
}

/** The tables that a view reads; a table reads itself. */
function underlying(table: string): string[] {
  return table === 'patient' ? ['record'] : [table]
}
