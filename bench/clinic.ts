/** A large clinic's encrypted database in a folder of its own, for the benches to measure on. */
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { encounter } from '../domain/records/encounter.ts'
import { patient } from '../domain/records/patient.ts'
import { Database } from '../engine/database.ts'
import { Journal } from '../engine/journal.ts'
import { migrate } from '../engine/migrations/migrate.ts'
import { createSearch } from '../engine/search.ts'
import type { SearchIndex } from '../engine/search-index.ts'
import { Store } from '../engine/store.ts'
import { type Person, people } from './people.ts'

export interface BenchClinic {
  db: Database
  search: SearchIndex
  store: Store
  journal: Journal
  people: Person[]
  file: string
  key: Uint8Array
  close(): void
}

/** `patients` people, of whom the last hundred come today. */
export function benchClinic(patients: number): BenchClinic {
  const dir = mkdtempSync(join(tmpdir(), 'alcove-bench-'))
  const key = randomBytes(32)
  const file = join(dir, 'clinic.db')
  const db = Database.open(file, key)
  migrate(db)
  const journal = new Journal(db, 'be00000000000001')
  const search = createSearch(db)
  const store = new Store({ db, journal, search, author: 'bench' })
  const known = [...people(patients)]
  for (let at = 0; at < known.length; at += 5000) {
    db.immediate(() => {
      for (const person of known.slice(at, at + 5000)) store.save(patient, person)
    })
  }
  db.immediate(() => {
    for (const [at, person] of known.slice(-100).entries()) {
      const start = new Date().toISOString()
      store.save(encounter, { patient: person.id, class: 'AMB', status: 'arrived', start, token: at + 1 })
    }
  })
  const close = () => {
    db.close()
    rmSync(dir, { recursive: true, force: true })
  }
  return { db, search, store, journal, people: known, file, key, close }
}
