/** A durable write: what a store's `save` costs beside a bare one-row transaction on the same encrypted database. */
import { performance } from 'node:perf_hooks'
import { observation } from '../../domain/records/observation.ts'
import { patient } from '../../domain/records/patient.ts'
import { newId } from '../../engine/uuid.ts'
import { benchClinic } from '../clinic.ts'
import { type Bench, median } from '../figure.ts'
import { people } from '../people.ts'

const PATIENTS = 10_000
const ROUNDS = 9
const EACH = 200
const AT_LEAST = 0.5

export const write: Bench = {
  name: 'write',
  async run() {
    const clinic = benchClinic(PATIENTS)
    const { db, store } = clinic
    try {
      db.exec('create table bare (id text primary key not null, value text not null) strict')
      const strangers = people((ROUNDS + 1) * EACH, 2)
      const bare = () =>
        db.immediate(() =>
          db.run('insert into bare values (?, ?)', [
            newId(),
            'one row of some sixty bytes, as a small record may have',
          ]),
        )
      const observe = (i: number) =>
        store.save(observation, {
          patient: clinic.people[i % PATIENTS]?.id ?? '',
          status: 'final',
          category: 'vital-signs',
          code: { system: 'http://loinc.org', code: '8867-4', display: 'Heart rate' },
          value: { value: 60 + (i % 40), unit: '/min' },
          effective: '2026-01-12T10:42:00+05:30',
        })
      const register = () => {
        const { id: _, ...person } = strangers.next().value ?? { id: '', family: 'Nobody', sex: 'female' as const }
        store.save(patient, person)
      }
      const rates: Record<string, number[]> = { bare: [], observe: [], register: [] }
      // In turn, so that whatever else the disk does falls on all three alike. The first round is not counted.
      for (let round = 0; round <= ROUNDS; round++) {
        for (const [name, act] of Object.entries({ bare, observe, register })) {
          const start = performance.now()
          for (let i = 0; i < EACH; i++) act(round * EACH + i)
          if (round > 0) rates[name]?.push((EACH * 1000) / (performance.now() - start))
        }
      }
      const of = (name: string) => median(rates[name] ?? [])
      const ratio = (name: string) => of(name) / of('bare')
      return [
        { name: 'bare one-row transaction', value: of('bare'), unit: '/s' },
        { name: 'save of an observation (row, journal)', value: of('observe'), unit: '/s' },
        { name: 'save of a patient (row, journal, search index)', value: of('register'), unit: '/s' },
        {
          name: 'observation ÷ bare',
          value: ratio('observe'),
          unit: '',
          target: `at least ${AT_LEAST}`,
          ok: ratio('observe') >= AT_LEAST,
        },
        {
          name: 'patient ÷ bare',
          value: ratio('register'),
          unit: '',
          target: `at least ${AT_LEAST}`,
          ok: ratio('register') >= AT_LEAST,
        },
      ]
    } finally {
      clinic.close()
    }
  },
}
