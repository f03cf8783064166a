/**
 * A push: the worker's, through TLS, signature, hash chain, journal, fold and access log, beside plain inserts of 1,000
 * rows a statement into the same PostgreSQL with the same durability. Plain is: the entries as they are sent, under the
 * key that makes them unique. The texts alone, under a number that PostgreSQL counts, are told for comparison. The workstation has a thread of its own, as it is
 * a machine of its own; what it does between two batches is in the figure.
 */
import { once } from 'node:events'
import { performance } from 'node:perf_hooks'
import { Worker } from 'node:worker_threads'
import pg from 'pg'
import type { OutboxEntry } from '../../domain/outbox.ts'
import { testCloud } from '../../sync/cloud/testing/postgres.ts'
import { type Bench, median } from '../figure.ts'

const ENTRIES = 50_000
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
      const rates: { push: number[]; plain: number[]; texts: number[] } = { push: [], plain: [], texts: [] }
      // The first round is not counted: caches fill, files grow, code is compiled.
      for (let round = 0; round <= ROUNDS; round++) {
        const { ms, device, entries } = await tell(ENTRIES)
        const plain = await inserted(cloud.admin, PLAIN, round === 0, entries, (some) => [
          some.map(() => device),
          some.map((entry) => entry.dseq),
          some.map((entry) => entry.hash),
          some.map((entry) => entry.body),
        ])
        const texts = await inserted(cloud.admin, TEXTS, round === 0, entries, (some) => [
          some.map((entry) => entry.body),
        ])
        if (round === 0) continue
        rates.push.push((ENTRIES * 1000) / ms)
        rates.plain.push(plain)
        rates.texts.push(texts)
      }
      await station.terminate()
      const ratio = median(rates.push) / median(rates.plain)
      return [
        { name: 'plain inserts, 1,000 rows a statement', value: median(rates.plain), unit: 'rows/s' },
        { name: 'plain inserts of the texts alone', value: median(rates.texts), unit: 'rows/s' },
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
  device: string
  entries: OutboxEntry[]
}

interface Plain {
  make: string
  insert: string
}

const PLAIN: Plain = {
  make: `create table public.entry (
    device text not null, dseq bigint not null, hash text not null, body text not null, primary key (device, dseq))`,
  insert: 'insert into public.entry select * from unnest($1::text[], $2::bigint[], $3::text[], $4::text[])',
}
const TEXTS: Plain = {
  make: 'create table public.plain (id bigint generated always as identity primary key, body text not null)',
  insert: 'insert into public.plain (body) select unnest($1::text[])',
}

/** Inserts everything once, and says how many rows a second that was. */
async function inserted(
  login: pg.ClientConfig,
  { make, insert }: Plain,
  first: boolean,
  entries: readonly OutboxEntry[],
  columns: (some: readonly OutboxEntry[]) => unknown[],
): Promise<number> {
  const client = new pg.Client(login)
  await client.connect()
  try {
    if (first) await client.query(make)
    const start = performance.now()
    for (let at = 0; at < entries.length; at += ROWS) await client.query(insert, columns(entries.slice(at, at + ROWS)))
    return (entries.length * 1000) / (performance.now() - start)
  } finally {
    await client.end()
  }
}
