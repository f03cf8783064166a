/** The same people, the same prefixes, one run: our encrypted one-box search and PouchDB's fastest way to find a prefix. */
import { performance } from 'node:perf_hooks'
import { benchClinic } from '../clinic.ts'
import { type Bench, type Figure, median, percentile } from '../figure.ts'
import type { Person } from '../people.ts'
import { pouchSearch } from '../pouchdb.ts'

const PATIENTS = 100_000
const EACH = 300
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
    const clinic = benchClinic(PATIENTS)
    const peer = await pouchSearch(clinic.people)
    try {
      const today = new Date().toISOString().slice(0, 10)
      const figures: Figure[] = []
      for (const [name, typed] of Object.entries(TYPED)) {
        const samples = { ours: [] as number[], view: [] as number[], byKey: [] as number[] }
        // The first third is not counted: all have warmed up by then.
        for (let i = -EACH / 3; i < EACH; i++) {
          const text = typed(clinic.people, i + EACH)
          const took = [
            await timed(() => clinic.search.find(text, LIMIT, today)),
            await timed(() => peer.find(text, LIMIT)),
            await timed(() => peer.findByKey(text, LIMIT)),
          ] as const
          if (i < 0) continue
          samples.ours.push(took[0])
          samples.view.push(took[1])
          samples.byKey.push(took[2])
        }
        const times = median(samples.view) / median(samples.ours)
        figures.push(
          { name: `${name}, Alcove, median`, value: median(samples.ours), unit: 'ms' },
          { name: `${name}, Alcove, p99`, value: percentile(samples.ours, 0.99), unit: 'ms' },
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
      await peer.close()
      clinic.close()
    }
  },
}

async function timed(act: () => unknown): Promise<number> {
  const start = performance.now()
  await act()
  return performance.now() - start
}
