/** The same people, the same prefixes, one run: our encrypted one-box search and PouchDB's fastest way to find a prefix. */
import { performance } from 'node:perf_hooks'
import { type BenchClinic, benchClinic } from '../clinic.ts'
import { type Bench, type Figure, median, percentile } from '../figure.ts'
import type { Person } from '../people.ts'
import { pouchPeer } from '../pouchdb.ts'

const PATIENTS = 100_000
const EACH = 400
const BLOCK = 100
const LIMIT = 20
const AT_LEAST = 20

const person = (people: readonly Person[], i: number): Person => people[(i * 7919) % people.length] as Person
const TYPED: Record<string, (people: readonly Person[], i: number) => string> = {
  'one-word prefix': (people, i) => person(people, i).given.slice(0, 2 + (i % 4)),
  // The first word whole, which is the only two-word prefix that a range over keys can answer.
  'two-word prefix': (people, i) => `${person(people, i).given} ${person(people, i).family.slice(0, 2 + (i % 3))}`,
}

export const searchAgainstPouchdb: Bench = {
  name: 'search against PouchDB',
  async run() {
    const peer = await pouchPeer(PATIENTS)
    const clinic = benchClinic(PATIENTS)
    try {
      const today = new Date().toISOString().slice(0, 10)
      const figures: Figure[] = []
      for (const [name, typed] of Object.entries(TYPED)) {
        const samples = { ours: [] as number[], rows: [] as number[], view: [] as number[], byKey: [] as number[] }
        // In turn by blocks, so that whatever else the machine does falls on all alike. The first block is not counted:
        // all have warmed up by then.
        for (let block = -1; block < EACH / BLOCK; block++) {
          const texts = Array.from({ length: BLOCK }, (_, i) => typed(clinic.people, (block + 1) * BLOCK + i))
          const ours = texts.map((text) => timed(() => clinic.search.find(text, LIMIT, today)))
          const rows = texts.map((text) => timed(() => shown(clinic, text, today)))
          const theirs = await peer.time({ texts, limit: LIMIT })
          if (block < 0) continue
          samples.ours.push(...ours)
          samples.rows.push(...rows)
          samples.view.push(...theirs.view)
          samples.byKey.push(...theirs.byKey)
        }
        const times = median(samples.view) / median(samples.ours)
        figures.push(
          { name: `${name}, Alcove, median`, value: median(samples.ours), unit: 'ms' },
          { name: `${name}, Alcove, p99`, value: percentile(samples.ours, 0.99), unit: 'ms' },
          { name: `${name}, Alcove, with what a row shows, median`, value: median(samples.rows), unit: 'ms' },
          { name: `${name}, PouchDB's index, median`, value: median(samples.view), unit: 'ms' },
          { name: `${name}, PouchDB's index, p99`, value: percentile(samples.view, 0.99), unit: 'ms' },
          { name: `${name}, PouchDB by hand-made keys, median`, value: median(samples.byKey), unit: 'ms' },
          {
            name: `${name}, times as fast as PouchDB's index`,
            value: times,
            unit: '×',
            target: `at least ${AT_LEAST}`,
            ok: times >= AT_LEAST,
          },
        )
      }
      return figures
    } finally {
      await peer.stop()
      clinic.close()
    }
  },
}

/** The search, and of everybody found what a line of the list shows: that is read from the records. */
function shown({ db, search }: BenchClinic, text: string, today: string): unknown[] {
  return search.find(text, LIMIT, today).map(({ patient }) => db.get(SHOWN, [patient]))
}
const SHOWN = 'select id, given, family, sex, birthDate, mrn from patient where id = ?'

function timed(act: () => unknown): number {
  const start = performance.now()
  act()
  return performance.now() - start
}
