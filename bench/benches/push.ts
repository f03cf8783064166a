/**
 * A push: the worker's, through TLS, signature, hash chain, journal, fold and access log, beside plain inserts of 1,000
 * rows a statement into the same PostgreSQL with the same durability. The workstation has a thread of its own, as it is
 * a machine of its own; what it does between two batches is in the figure.
 */
import { once } from 'node:events'
import { performance } from 'node:perf_hooks'
import { Worker } from 'node:worker_threads'
import pg from 'pg'
import { testCloud } from '../../sync/cloud/testing/postgres.ts'
import { type Bench, median } from '../figure.ts'

const ENTRIES = 20_000
const ROWS = 1_000
const ROUNDS = 3
const AT_LEAST = 1 / 3

export const push: Bench = {
  name: 'push',
  async run() {
    const cloud = await testCloud()
    try {
      const { enrollmentCode } = await cloud.facility('Sample Clinic')
      const station = new Worker(new URL('../push-station.ts', import.meta.url))
      const tell = async (told: string | number): Promise<Told> => {
        station.postMessage(told)
        const [answer] = await once(station, 'message')
        return answer as Told
      }
      await tell(enrollmentCode)
      const rates: { push: number[]; plain: number[] } = { push: [], plain: [] }
      // The first round is not counted: caches fill, files grow, code is compiled.
      for (let round = 0; round <= ROUNDS; round++) {
        const { ms, bodies } = await tell(ENTRIES)
        const pushed = (ENTRIES * 1000) / ms
        const start = performance.now()
        await plainInserts(cloud.admin, bodies, round === 0)
        const plain = (ENTRIES * 1000) / (performance.now() - start)
        if (round === 0) continue
        rates.push.push(pushed)
        rates.plain.push(plain)
      }
      await station.terminate()
      const ratio = median(rates.push) / median(rates.plain)
      return [
        { name: 'plain inserts, 1,000 rows a statement', value: median(rates.plain), unit: 'rows/s' },
        { name: 'push through the gateway', value: median(rates.push), unit: 'entries/s' },
        { name: 'push ÷ plain', value: ratio, unit: '', target: 'at least a third', ok: ratio >= AT_LEAST },
      ]
    } finally {
      await cloud.remove()
    }
  },
}

interface Told {
  ms: number
  bodies: string[]
}

/** The same texts, once each, into one table with a key: what PostgreSQL does when nothing is asked of it but to keep rows. */
async function plainInserts(login: pg.ClientConfig, bodies: readonly string[], make: boolean): Promise<void> {
  const client = new pg.Client(login)
  await client.connect()
  try {
    if (make)
      await client.query(
        'create table public.plain (id bigint generated always as identity primary key, body text not null)',
      )
    for (let at = 0; at < bodies.length; at += ROWS) {
      await client.query('insert into public.plain (body) select unnest($1::text[])', [bodies.slice(at, at + ROWS)])
    }
  } finally {
    await client.end()
  }
}
