/**
 * What is known of a facility for whoever looks into an incident: its access log, with its chain followed from the first
 * row, and what the registry has of its workstations and codes. Never a record's content.
 */
import type pg from 'pg'
import {
  type AccessRow,
  type ChainBreak,
  endsShort,
  followChain,
  isByOperator,
  type Visit,
} from '../../../domain/access-log.ts'
import { asFacility } from '../as-facility.ts'
import { asAdmin, type Cluster } from '../cluster.ts'
import { sha256 } from '../gateway/access-log.ts'
import { noteOperatorAct } from '../operator-act.ts'
import { type Facility, findFacility, inState } from '../provision/find.ts'
import { serverLogin } from '../servers/server.ts'

export interface Period {
  since: Date
  until: Date
}

/** Visits that are alike in everything but when. */
export interface Tally {
  by: 'workstation' | 'operator'
  /** The workstation that came; of an act of the operator's the one that it was about, or ''. */
  device: string
  act: string
  address: string
  outcome: string
  visits: number
  rows: number
  first: string
  last: string
}

export interface Evidence {
  facility: { id: string; name: string; state: string; schema: string; server: string; version: number }
  period: { since: string; until: string }
  /** Over the whole log, whatever the period. */
  chain: { ok: boolean; rows: number; breaks: ChainBreak[] }
  tallies: Tally[]
  visits: AccessRow[]
  devices: { id: string; enrolledAt: string; revokedAt: string | null }[]
  /** One-time codes: when made, and whether and by whom they were used. Not the codes, which nobody has. */
  enrollments: { createdAt: string; expiresAt: string; usedAt: string | null; usedBy: string | null }[]
  changedAt: string
}

const PAGE = 5000

/** Gathers what there is, and writes into the facility's log that its log was read. */
export async function gather(cluster: Cluster, typed: string, period: Period): Promise<Evidence> {
  return asAdmin(cluster.admin, async (registry) => {
    const facility = await findFacility(registry, typed)
    inState(facility, 'active', 'suspended', 'frozen', 'moving')
    const log = await asAdmin(await serverLogin(cluster, facility.server), (server) =>
      readLog(server, facility, period),
    )
    const { id, name, state, schema, server, version } = facility
    return {
      facility: { id, name, state, schema, server, version },
      period: { since: period.since.toISOString(), until: period.until.toISOString() },
      ...log,
      tallies: tallied(log.visits),
      ...(await fromRegistry(registry, id)),
    }
  })
}

async function readLog(
  server: pg.Client,
  facility: Facility,
  { since, until }: Period,
): Promise<Pick<Evidence, 'chain' | 'visits'>> {
  await server.query('begin')
  try {
    const read = await asFacility(server, facility.role, () => follow(server, facility.schema, since, until))
    await noteOperatorAct(server, facility, { act: 'inspect', rows: read.visits.length })
    await server.query('commit')
    return read
  } catch (error) {
    await server.query('rollback').catch(() => {})
    throw error
  }
}

/** Follows the chain page by page, and keeps what falls into the period. */
async function follow(server: pg.Client, schema: string, since: Date, until: Date) {
  // Locked, so that no row is added between this and the last page, and taken for one that the head does not know.
  const { rows: heads } = await server.query<{ seq: number; hash: string }>(
    `select access_seq::float8 as seq, access_hash as hash from ${schema}.head for update`,
  )
  const head = heads[0] ?? { seq: 0, hash: '' }
  const breaks: ChainBreak[] = []
  const visits: AccessRow[] = []
  let place = { seq: 0, hash: '' }
  let count = 0
  for (;;) {
    const page = await server.query<Omit<AccessRow, 'at'> & { at: Date }>(
      `select seq::float8 as seq, at, device, act, rows, address, outcome, prev, hash
       from ${schema}.access_log where seq > $1 order by seq limit $2`,
      [place.seq, PAGE],
    )
    const rows = page.rows.map((row) => ({ ...row, at: row.at.toISOString() }))
    const followed = followChain(place, rows, sha256)
    breaks.push(...followed.breaks)
    place = followed.place
    count += rows.length
    visits.push(...rows.filter(({ at }) => at >= since.toISOString() && at < until.toISOString()))
    if (rows.length < PAGE) break
  }
  const short = endsShort(place, head) ?? (place.seq < head.seq ? { seq: head.seq, what: 'lost' as const } : undefined)
  if (short) breaks.push(short)
  return { chain: { ok: breaks.length === 0, rows: count, breaks }, visits }
}

/** The same things counted together: who did what from where, how often, and when first and last. */
function tallied(visits: readonly AccessRow[]): Tally[] {
  const tallies = new Map<string, Tally>()
  for (const { device, act, address, outcome, rows, at } of visits) {
    const key = JSON.stringify([device, act, address, outcome])
    const tally = tallies.get(key)
    if (tally) {
      tally.visits += 1
      tally.rows += rows
      tally.last = at
    } else
      tallies.set(key, {
        by: isByOperator({ act }) ? 'operator' : 'workstation',
        device,
        act,
        address,
        outcome,
        visits: 1,
        rows,
        first: at,
        last: at,
      })
  }
  return [...tallies.values()].sort((a, b) => (a.first < b.first ? -1 : 1))
}

/**
 * Who did it, and what: an act of the operator's names the workstation that it was about, who must not be taken for the one
 * that did it.
 */
export function actorOf({ device, act }: Pick<Visit, 'device' | 'act'>): { who: string; did: string } {
  if (!isByOperator({ act })) return { who: device, did: act }
  return { who: 'operator', did: device === '' ? act : `${act} of ${device}` }
}

async function fromRegistry(
  registry: pg.Client,
  facility: string,
): Promise<Pick<Evidence, 'devices' | 'enrollments' | 'changedAt'>> {
  const devices = await registry.query<Evidence['devices'][number]>(DEVICES, [facility])
  const enrollments = await registry.query<Evidence['enrollments'][number]>(ENROLLMENTS, [facility])
  const changed = await registry.query<{ at: string }>(CHANGED, [facility])
  return { devices: devices.rows, enrollments: enrollments.rows, changedAt: changed.rows[0]?.at ?? '' }
}

/** A moment as JSON has it, in UTC. */
const moment = (column: string) => `to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`
const DEVICES = `
  select id, ${moment('enrolled_at')} as "enrolledAt", ${moment('revoked_at')} as "revokedAt"
  from registry.device where facility = $1 order by enrolled_at, id`
const ENROLLMENTS = `
  select ${moment('created_at')} as "createdAt", ${moment('expires_at')} as "expiresAt", ${moment('used_at')} as "usedAt",
    used_by as "usedBy"
  from registry.enrollment where facility = $1 order by created_at, id`
const CHANGED = `select ${moment('changed_at')} as at from registry.facility where id = $1`
