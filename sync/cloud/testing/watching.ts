/** A watchdog that has little patience, and what it was seen to do. */
import type pg from 'pg'
import { expect } from 'vitest'
import type { Reason } from '../watchdog/sessions.ts'
import type { Measured } from '../watchdog/storage.ts'
import { Watchdog, type WatchdogOptions } from '../watchdog/watchdog.ts'
import { connected } from './postgres.ts'

export interface Watching {
  ended: [string | undefined, Reason][]
  measured: Measured[]
}

/** Something, with a watchdog beside it. A fault of its own fails the test. */
export async function watching<T>(
  options: Pick<WatchdogOptions, 'home' | 'limits' | 'measureMs' | 'pauses'>,
  work: (seen: Watching) => Promise<T>,
): Promise<T> {
  const seen: Watching = { ended: [], measured: [] }
  const faults: string[] = []
  const watchdog = new Watchdog({
    measureMs: 1e6,
    ...options,
    everyMs: 50,
    onEnded: (facility, reason) => seen.ended.push([facility, reason]),
    onMeasured: (measured) => seen.measured.push(measured),
    onFault: (what) => faults.push(what),
  })
  try {
    return await work(seen)
  } finally {
    await watchdog.close()
    expect(faults).toEqual([])
  }
}

/** A session of a facility's own, with every limit lifted that it can lift. */
export function unlimited<T>(login: pg.ClientConfig, work: (client: pg.Client) => Promise<T>): Promise<T> {
  return connected(login, async (client) => {
    for (const setting of ['statement_timeout', 'idle_in_transaction_session_timeout', 'transaction_timeout'])
      await client.query(`set ${setting} = 0`).catch(() => {})
    return work(client)
  })
}

export const ENDLESS = 'select count(*) from generate_series(1, 1000000000000)'
/** Takes some hundred megabytes of memory, as far as it is let. */
export const HOARD = `set work_mem = '2GB';
  select count(*) from (select g from generate_series(1, 30000000) as g order by md5(g::text) offset 1) as sorted`
