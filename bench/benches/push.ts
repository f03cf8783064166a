/**
 * A push: entries through TLS, signature, hash chain, journal, fold and access log, beside plain inserts of 1,000 rows a
 * statement into the same PostgreSQL with the same durability.
 */
import { randomUUID } from 'node:crypto'
import { performance } from 'node:perf_hooks'
import pg from 'pg'
import { testCloud } from '../../sync/cloud/testing/postgres.ts'
import { Workstation } from '../../sync/cloud/testing/workstation.ts'
import { type Bench, median } from '../figure.ts'

const ENTRIES = 20_000
const BATCH = 2_000
const ROWS = 1_000
const ROUNDS = 3
const AT_LEAST = 1 / 3

export const push: Bench = {
  name: 'push',
  async run() {
    const cloud = await testCloud()
    try {
      const { enrollmentCode } = await cloud.facility('Sample Clinic')
      const station = await Workstation.enrolled(enrollmentCode)
      const rates: { push: number[]; plain: number[] } = { push: [], plain: [] }
      // The first round is not counted: caches fill, files grow, code is compiled.
      for (let round = 0; round <= ROUNDS; round++) {
        const before = station.entries.length
        for (let i = 0; i < ENTRIES; i++) station.change('observation', randomUUID(), observationOf(i))
        let start = performance.now()
        for (let from = before + 1; from <= before + ENTRIES; from += BATCH) {
          const { status } = await station.push(from, from + BATCH - 1)
          if (status !== 200) throw new Error(`a push was answered with ${status}`)
        }
        const pushed = (ENTRIES * 1000) / (performance.now() - start)
        const bodies = station.entries.slice(before).map((entry) => entry.body)
        start = performance.now()
        await plainInserts(cloud.admin, bodies, round === 0)
        const plain = (ENTRIES * 1000) / (performance.now() - start)
        if (round === 0) continue
        rates.push.push(pushed)
        rates.plain.push(plain)
      }
      station.close()
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

function observationOf(i: number) {
  return {
    patient: randomUUID(),
    status: 'final',
    category: 'vital-signs',
    code: { system: 'http://loinc.org', code: '8867-4', display: 'Heart rate' },
    value: { value: 60 + (i % 40), unit: '/min' },
    effective: '2026-01-12T10:42:00+05:30',
  }
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
