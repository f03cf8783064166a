/**
 * Stopping all exchange with a facility while something is looked into. It has to work whatever else is going on: what
 * cannot wait (nobody logs in any more, who is in is out) is done first and waits for nobody's lock; that it was done is
 * written down afterwards. Each step may be repeated, so that a freeze that was cut short is finished by freezing again.
 */
import type pg from 'pg'
import { operatorAct } from '../../../domain/access-log.ts'
import { asFacility } from '../as-facility.ts'
import { asAdmin, type Cluster } from '../cluster.ts'
import { CloudError, isCollision, sqlState } from '../errors.ts'
import { noteOperatorAct } from '../operator-act.ts'
import { type Facility, type FacilityState, findFacility, inState } from '../provision/find.ts'
import { onFacility, quoted } from '../provision/operate.ts'
import { serverLogin } from '../servers/server.ts'

export interface Frozen {
  facility: string
  name: string
  state: FacilityState
  /** How many sessions were open and have been ended. */
  sessions: number
}

const LOCK_MS = 5000

/** Freezes a facility. One that is suspended is closed already and stays what it is, so that thawing does not open it. */
export async function freeze(cluster: Cluster, typed: string): Promise<Frozen> {
  return asAdmin(cluster.admin, async (registry) => {
    const facility = await findFacility(registry, typed)
    inState(facility, 'active', 'suspended', 'moving', 'frozen')
    const { id, name, role } = facility
    return asAdmin(await serverLogin(cluster, facility.server), async (server) => {
      await close(server, role)
      let sessions = await endSessions(server, role)
      if (facility.state === 'suspended') return { facility: id, name, state: facility.state, sessions }
      await setFrozen(registry, id, () => close(server, role))
      // It moved meanwhile, and was closed where it is no more. Marked as frozen it moves no further into the open.
      if ((await findFacility(registry, id)).server !== facility.server) return freeze(cluster, id)
      // Who was just logging in when the role was closed is in by now.
      sessions += await endSessions(server, role)
      await noteOnce(server, facility)
      return { facility: id, name, state: 'frozen', sessions }
    })
  })
}

/** Freezes every facility but those: first the gateway is told of all of them at once, then each is closed. */
export async function freezeAll(cluster: Cluster, except: readonly string[]): Promise<Frozen[]> {
  const closing = await asAdmin(cluster.admin, async (registry) => {
    const spared: string[] = []
    for (const typed of except) spared.push((await findFacility(registry, typed)).id)
    const { rows } = await registry.query<{ id: string }>(FREEZE_ALL, [spared])
    return rows.map(({ id }) => id)
  })
  const frozen: Frozen[] = []
  const failed: unknown[] = []
  // One after the other to the end: what one of them is in the way of must not keep the rest open.
  for (const id of closing)
    try {
      frozen.push(await freeze(cluster, id))
    } catch (error) {
      failed.push(error)
    }
  if (failed.length > 0) throw notAll(failed, closing.length)
  return frozen
}

function notAll(failed: readonly unknown[], all: number): CloudError {
  const [first] = failed
  const why = first instanceof CloudError ? first.message : 'PostgreSQL refused.'
  return new CloudError(
    'not-all-frozen',
    `The gateway serves none of the ${all} any more, but of ${failed.length} the logins could not be closed. Mend this and freeze again: ${why}`,
    first,
  )
}

/** Lets a frozen facility go on where it was. */
export async function thaw(cluster: Cluster, typed: string): Promise<Pick<Frozen, 'facility' | 'name' | 'state'>> {
  return onFacility(cluster, typed, async ({ registry, server, facility }) => {
    const { id, name, role, state } = facility
    if (state !== 'frozen')
      throw new CloudError(`facility-${state}`, `That facility is not frozen, but ${state}. Nothing was changed.`)
    await server.query(`alter role ${quoted(role)} login`)
    await noteOperatorAct(server, facility, { act: 'thaw' })
    await registry.query(`update registry.facility set state = 'active', changed_at = now() where id = $1`, [id])
    return { facility: id, name, state: 'active' }
  })
}

/** Again if another command changed the role at the same moment: that one has ended by then. */
async function close(server: pg.Client, role: string, tries = 20): Promise<void> {
  try {
    await server.query(`alter role ${quoted(role)} nologin`)
  } catch (error) {
    if (!isCollision(error) || tries === 0) throw error
    await close(server, role, tries - 1)
  }
}

/**
 * Marks it as frozen. Whoever was at work on it when the role was closed may have opened it again; that one has ended by the
 * time its row is ours, and nobody else opens it before we are done.
 */
async function setFrozen(registry: pg.Client, id: string, closeAgain: () => Promise<void>): Promise<void> {
  try {
    await registry.query(`begin; set local lock_timeout = ${LOCK_MS}`)
    const { state } = await findFacility(registry, id, { lock: true })
    await registry.query(FREEZE, [id])
    if (state !== 'removed') await closeAgain()
    await registry.query('commit')
  } catch (error) {
    await registry.query('rollback').catch(() => {})
    if (sqlState(error) !== '55P03') throw error
    throw new CloudError(
      'facility-busy',
      'Nobody can log in to that facility any more, and its sessions are ended. But another command is at work on it, so ' +
        'that it could not be marked as frozen: end that command, then freeze again.',
      error,
    )
  }
}

async function endSessions(server: pg.Client, role: string): Promise<number> {
  const { rows } = await server.query(END_SESSIONS, [role])
  return rows.length
}

/** The act, in the facility's own log; not a second time when a freeze is repeated. */
async function noteOnce(server: pg.Client, facility: Facility, tries = 3): Promise<void> {
  await server.query(`begin; set local lock_timeout = ${LOCK_MS}`)
  try {
    const last = await asFacility(server, facility.role, () =>
      server.query<{ act: string }>(lastOf(facility.schema), [[operatorAct('freeze'), operatorAct('thaw')]]),
    )
    if (last.rows[0]?.act !== operatorAct('freeze')) await noteOperatorAct(server, facility, { act: 'freeze' })
    await server.query('commit')
  } catch (error) {
    await server.query('rollback').catch(() => {})
    if (sqlState(error) !== '40P01' || tries === 0) throw error
    await noteOnce(server, facility, tries - 1)
  }
}

const lastOf = (schema: string) => `select act from ${schema}.access_log where act = any($1) order by seq desc limit 1`
/** Ended in the select list, which is reckoned for the rows that were found: as a condition it could be asked of everybody's. */
const END_SESSIONS = 'select pid, pg_terminate_backend(pid, 5000) as ended from pg_stat_activity where usename = $1'
const FREEZE = `
  update registry.facility set state = 'frozen', changed_at = now() where id = $1 and state in ('active', 'moving')`
const FREEZE_ALL = `
  with frozen as (
    update registry.facility set state = 'frozen', changed_at = now()
    where state in ('active', 'moving') and id <> all($1) returning id)
  select id from frozen union
  select id from registry.facility where state in ('frozen', 'suspended') and id <> all($1) order by id`
