/**
 * Bringing one facility along: each step it lacks in a transaction of its own, under the lock of its head table, so that
 * every push is wholly before it or wholly after. Made, granted, filled, noted in the facility's access log and in the registry
 * together, or not at all. What decides which step comes next is the version that the facility itself has, read under the
 * lock: not the registry, and not what a runner believes.
 */
import pg from 'pg'
import { operatorAct } from '../../../domain/access-log.ts'
import { accessRow, type Head } from '../gateway/access-log.ts'
import { headStatements, isServed, statementsFor } from '../gateway/statements.ts'
import { fill, type Step } from '../schema/steps.ts'
import type { Leased } from './leases.ts'

/** Connections as administrator: to the registry's server, and to the one that has the facility. One, if they are the same. */
export interface Lines {
  home: pg.ClientBase
  server: pg.ClientBase
}

/** Something about the facility that is in the way, and is no fault of a step's. */
export class InTheWay extends Error {
  override readonly name = 'InTheWay'
  readonly code: 'moving' | 'damaged'
  constructor(code: 'moving' | 'damaged') {
    super(`the facility is ${code}`)
    this.code = code
  }
}

const NAME = /^t_[0-9a-f]{32}$/

/** Pushes wait behind us while we wait for a lock. */
const LOCK = "set local lock_timeout = '2s'; set local statement_timeout = '60s'; set local search_path = ''"
/** With fewer entries than this a backfill is done before anybody notices. */
const MANY = 20_000

/** Brings a facility to a version; false if it was there already. `at` is told of each step that is begun. */
export async function bring(
  { home, server }: Lines,
  facility: Leased,
  { target, steps, canary, at }: { target: number; steps: readonly Step[]; canary: boolean; at: (step: Step) => void },
): Promise<boolean> {
  let brought = false
  // They become part of statements: a registry that was tampered with does not get to write those.
  if (!NAME.test(facility.role) || !NAME.test(facility.schema)) throw new InTheWay('damaged')
  try {
    for (let ahead: Record<string, string> | undefined; ; ) {
      const found = await begin({ home, server }, facility)
      const step = steps[found.version]
      if (found.version >= target || !step) {
        // Done by another runner, or by this one before it could tell the registry.
        await done({ home, server }, facility, found.version, target)
        return brought
      }
      at(step)
      if (step.ahead && !ahead && found.seq > MANY) {
        await undo({ home, server })
        ahead = await goAhead(server, facility, step.ahead)
        continue
      }
      await server.query(stepText(facility, step, found, ahead))
      if (canary) await tryOut(server, facility)
      await done({ home, server }, facility, found.version + 1, target)
      brought = true
      if (found.version + 1 >= target) return brought
      ahead = undefined
    }
  } catch (error) {
    await undo({ home, server })
    throw error
  }
}

interface Found extends Head {
  tag: string
}

/** Begins a transaction, takes the facility's locks, and reads what it is at. */
async function begin({ home, server }: Lines, { facility, schema, server: on }: Leased): Promise<Found> {
  // Whoever moves, suspends or removes it comes before or after us.
  const registered = `begin; ${LOCK};
    select state, server from registry.facility where id = ${pg.escapeLiteral(facility)} for no key update`
  const found = `lock table ${schema}.head in access exclusive mode;
    select tag, seq::float8 as seq, access_seq::float8 as access_seq, access_hash,
      to_char(clock_timestamp() at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as now,
      (select (value #>> '{}')::integer from ${schema}.meta where key = 'version') as version
    from ${schema}.head`
  // One round trip, where one connection does both. What the registry says is looked at before anything is done.
  const answers =
    home === server
      ? await many(home, `${registered}; set local synchronous_commit = off; ${found}`)
      : [...(await many(home, registered)), ...(await many(server, `begin; ${LOCK}; ${found}`))]
  const [row, head] = answers.flatMap(({ rows }) => rows) as [{ state: string; server: string }, Found]
  if (row.state === 'moving' || row.server !== on) throw new InTheWay('moving')
  if (!head || !Number.isInteger(head.version)) throw new InTheWay('damaged')
  return head
}

/**
 * Run by the provisioner as it would be for a new facility, then as the facility itself. The text of a step has no place for
 * parameters; what is put in was made by us, or read from the facility's own head.
 */
function stepText(facility: Leased, step: Step, found: Found, ahead: Record<string, string> | undefined): string {
  const { role, schema } = facility
  const names = { facility: facility.facility, role, schema, tag: found.tag }
  const visit = { device: '', act: operatorAct('migrate'), rows: 0, address: 'console', outcome: 'ok' }
  const row = accessRow(found, visit)
  return [
    'set local session authorization alcove_provisioner',
    fill(step.sql, names),
    `set local session authorization ${role}`,
    step.backfill ? fill(step.backfill, { ...names, ...step.ahead?.from, ...ahead }) : '',
    headStatements(schema).addAccess.text.replace(/\$(\d+)/g, (_, place) => literal(row[Number(place) - 1])),
    'set local session authorization default',
    `update ${schema}.meta set value = '${found.version + 1}' where key = 'version'`,
  ].join(';\n')
}

/**
 * Whether the facility can still be pushed to: the gateway's own statements, as the facility, before anything is committed. A
 * step that forgot a grant goes through, and would then stop every workstation of the fleet.
 */
async function tryOut(server: pg.ClientBase, { role, schema }: Leased): Promise<void> {
  await server.query(`savepoint trial; set local session authorization ${role}`)
  const { lockHead } = headStatements(schema)
  const head = (await server.query<Head>(lockHead.text)).rows[0] as Head
  if (isServed(head.version)) {
    const visit = { device: '', act: 'push', rows: 0, address: '', outcome: 'ok' }
    const position = [head.seq, 0, '', '[]', ...(head.stored === null ? [] : [0])]
    const { text } = statementsFor(schema, head.version).endPush
    await server.query(text, [...accessRow(head, visit), ...position])
  }
  await server.query('rollback to trial')
}

function literal(value: string | number | undefined): string {
  return typeof value === 'number' ? String(value) : pg.escapeLiteral(value ?? '')
}

/**
 * Commits. Elsewhere than on the registry's own server the facility comes first: what is cut off in between is at its new
 * version without the registry knowing, which the next run sees and puts right. The gateway goes by what the facility says.
 */
async function done({ home, server }: Lines, { facility }: Leased, version: number, target: number): Promise<void> {
  if (home !== server) await server.query('commit')
  // Not waiting for the disk (`synchronous_commit = off` in `begin`) is safe where one transaction holds both: after a
  // power cut the facility is at the version that the registry says, the old or the new. Pushes wait for theirs, and ours is before.
  const id = pg.escapeLiteral(facility)
  const ended = `update registry.migration set state = 'done', error = null, lease = null, lease_until = null,
    finished_at = now() where facility = ${id} and target = ${target};`
  await home.query(
    `update registry.facility set version = ${version}, changed_at = now() where id = ${id} and version <> ${version};
     ${version >= target ? ended : ''} commit`,
  )
}

async function undo({ home, server }: Lines): Promise<void> {
  for (const client of new Set([server, home])) await client.query('rollback').catch(() => {})
}

/** Runs what a step wants to know beforehand, a bounded part at a time, each in a transaction of its own. */
async function goAhead(
  server: pg.ClientBase,
  { role, schema }: Leased,
  { from, sql }: NonNullable<Step['ahead']>,
): Promise<Record<string, string>> {
  for (let values = from; ; ) {
    const answers = await many(
      server,
      `begin; ${LOCK}; set local session authorization ${role}; ${fill(sql, { role, schema, ...values })}; commit`,
    )
    const { went, ...found } = answers.flatMap(({ rows }) => rows)[0] as Record<string, string>
    if (Number(went) === 0) return values
    values = found
  }
}

/** Several statements at once: an answer each. */
async function many(client: pg.ClientBase, text: string): Promise<pg.QueryResult[]> {
  return (await client.query(text)) as unknown as pg.QueryResult[]
}
