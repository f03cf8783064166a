/**
 * A facility that begins again whenever its sessions are ended keeps everybody busy all the same. After a few times it may
 * not log in for a minute, then for longer.
 */
import type pg from 'pg'
import { sqlState } from '../errors.ts'

export interface PauseRules {
  /** Sessions that were ended within a minute. */
  after: number
  /** Milliseconds; twice as long each time that it begins again within an hour. */
  first: number
  most: number
}

export const PAUSES: PauseRules = { after: 5, first: 60_000, most: 15 * 60_000 }

const MINUTE_MS = 60_000
const HOUR_MS = 60 * 60_000

export class Pauses {
  readonly #rules: PauseRules
  readonly #offences = new Map<string, { times: number[]; pauses: number; until: number }>()
  constructor(rules: PauseRules) {
    this.#rules = rules
  }

  /** Notes a session that was ended; whether its role is to be paused now. */
  note(role: string, now = Date.now()): boolean {
    const before = this.#offences.get(role) ?? { times: [], pauses: 0, until: 0 }
    const times = [...before.times.filter((at) => at > now - MINUTE_MS), now]
    const pause = times.length >= this.#rules.after && before.until <= now
    const length = Math.min(this.#rules.most, this.#rules.first * 2 ** before.pauses)
    this.#offences.set(
      role,
      pause ? { times: [], pauses: before.pauses + 1, until: now + length } : { ...before, times },
    )
    return pause
  }

  isPaused(role: string, now = Date.now()): boolean {
    return (this.#offences.get(role)?.until ?? 0) > now
  }

  /** Forgets those who have behaved for an hour. */
  forget(now = Date.now()): void {
    for (const [role, { times, until }] of this.#offences)
      if (Math.max(until, ...times) < now - HOUR_MS) this.#offences.delete(role)
  }
}

/** Keeps a role from logging in, and ends what it has open. */
export async function pause(client: pg.Client, role: string): Promise<void> {
  await unlessGone(client.query({ name: 'pause', text: 'select watch.pause_logins($1, true)', values: [role] }))
  await client.query({
    name: 'end-all',
    text: 'select pg_catalog.pg_terminate_backend(pid, 0) from pg_catalog.pg_stat_activity where usename = $1',
    values: [role],
  })
}

/** Lets in again whoever is not to be kept out any more, also those whom a watchdog before this one kept out. */
export async function release(client: pg.Client, isPaused: (role: string) => boolean): Promise<void> {
  const { rows } = await client.query<{ role: string }>({ name: 'paused', text: PAUSED })
  for (const { role } of rows)
    if (!isPaused(role))
      await unlessGone(client.query({ name: 'release', text: 'select watch.pause_logins($1, false)', values: [role] }))
}

/** A facility may be removed while it is looked at, as those of a proof are: there is nobody left to keep out. */
async function unlessGone(asked: Promise<unknown>): Promise<void> {
  await asked.catch((error: unknown) => {
    // undefined_object
    if (sqlState(error) !== '42704') throw error
  })
}

const PAUSED = `
  select rolname::text as role from pg_catalog.pg_roles where rolconnlimit = 0 and rolname ~ '^t_[0-9a-f]{32}$'`
