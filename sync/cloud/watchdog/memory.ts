/**
 * Which facilities' sessions hold too much memory, and their end. PostgreSQL has no limit for that which a role could not lift
 * for itself (`work_mem` is anybody's to set), and shows no session's memory to another. The operating system does: where the
 * watchdog runs on the server's own machine, Linux tells it.
 */
import { readFile } from 'node:fs/promises'
import type pg from 'pg'
import type { Ended } from './sessions.ts'

interface Session {
  pid: number
  /** The session that a parallel worker works for; its own, for one that somebody has opened. */
  leader: number
  role: string
}

/** Ends the largest session of each facility that holds more than so many bytes in all its sessions together. */
export async function endHoarders(client: pg.Client, most: number): Promise<Ended[]> {
  const { rows } = await client.query<Session>({ name: 'sessions', text: SESSIONS })
  const held = await Promise.all(rows.map(async (session) => ({ ...session, bytes: await bytesOf(session) })))
  const ended: Ended[] = []
  for (const [role, sessions] of byRole(held)) {
    const total = [...sessions.values()].reduce((sum, bytes) => sum + bytes, 0)
    const [largest] = [...sessions].sort(([, one], [, other]) => other - one)
    if (total <= most || !largest) continue
    const { rows } = await client.query({ name: 'end-one', text: END, values: [largest[0], role] })
    if (rows[0]?.ended) ended.push({ pid: largest[0], role, reason: 'memory' })
  }
  return ended
}

/** Bytes of each session, with its parallel workers, by the role. */
function byRole(held: readonly (Session & { bytes: number })[]): Map<string, Map<number, number>> {
  const roles = new Map<string, Map<number, number>>()
  for (const { role, leader, bytes } of held) {
    const sessions = roles.get(role) ?? new Map<number, number>()
    roles.set(role, sessions.set(leader, (sessions.get(leader) ?? 0) + bytes))
  }
  return roles
}

/**
 * What it holds for itself alone, in memory or swapped out; 0 where that cannot be known. The number of a session on another
 * machine may be some other process's here: this one has to call itself what PostgreSQL calls that session.
 */
async function bytesOf({ pid, leader, role }: Session): Promise<number> {
  try {
    const status = await readFile(`/proc/${pid}/status`, 'utf8')
    const bytes = (of: string) => Number(new RegExp(`^${of}:\\s+(\\d+) kB$`, 'm').exec(status)?.[1] ?? 0) * 1024
    const called = await readFile(`/proc/${pid}/cmdline`, 'utf8')
    const ours = called.startsWith('postgres: ') && called.includes(pid === leader ? role : `PID ${leader}`)
    return ours ? bytes('RssAnon') + bytes('VmSwap') : 0
  } catch {
    return 0
  }
}

const SESSIONS = `
  select pid, coalesce(leader_pid, pid) as leader, usename::text as role from pg_catalog.pg_stat_activity
  where backend_type in ('client backend', 'parallel worker') and usename ~ '^t_[0-9a-f]{32}$'`

const END = `
  select pg_catalog.pg_terminate_backend(pid, 0) as ended from pg_catalog.pg_stat_activity
  where pid = $1 and usename = $2 and backend_type = 'client backend'`
