import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Database } from '../../engine/database.ts'
import { importFile } from '../../engine/import/import-file.ts'
import { Journal } from '../../engine/journal.ts'
import { migrate } from '../../engine/migrations/migrate.ts'
import { writeSample } from '../../engine/sample/sample.ts'
import { createSearch } from '../../engine/search.ts'
import { Store } from '../../engine/store.ts'
import type { Bench, Figure } from '../figure.ts'

const TODAY = '2026-11-21'
const MIB = 1024 * 1024
const FASTEST = 5000
/** How much more memory a file may take that is four times as large: the collector's slack, not the file. */
const SLACK = 1.5

/** FHIR into an encrypted clinic: rows, journal and search index, in one durable transaction. */
export const fhirImport: Bench = {
  name: 'fhir-import',
  async run(): Promise<Figure[]> {
    const dir = mkdtempSync(join(tmpdir(), 'alcove-bench-'))
    try {
      const small = await imported(dir, 250)
      const large = await imported(dir, 1000)
      return [
        {
          name: `import of ${large.resources} resources (${Math.round(large.bytes / MIB)} MB)`,
          value: large.rate,
          unit: 'resources/s',
          target: `at least ${FASTEST}`,
          ok: large.rate >= FASTEST,
        },
        { name: 'the same file again', value: large.again, unit: 'resources/s' },
        {
          name: 'peak memory, a four times larger file to a small one',
          value: large.peak / small.peak,
          unit: '×',
          target: `under ${SLACK}`,
          ok: large.peak / small.peak < SLACK,
        },
      ]
    } finally {
      rmSync(dir, { recursive: true })
    }
  },
}

async function imported(dir: string, patients: number) {
  const file = join(dir, `${patients}.json`)
  const { resources } = await writeSample(file, { patients, today: TODAY })
  const db = Database.open(join(dir, `${patients}.db`), randomBytes(32))
  try {
    migrate(db)
    const journal = new Journal(db, 'be00000000000001')
    const store = new Store({ db, journal, search: createSearch(db), author: 'bench' })
    let peak = 0
    const watch = () => {
      peak = Math.max(peak, process.memoryUsage().rss)
    }
    const rate = () => {
      const began = performance.now()
      const { failed } = importFile({ db, store }, file, watch)
      if (failed.length > 0) throw new Error('the sample did not import')
      return (resources / (performance.now() - began)) * 1000
    }
    return { rate: rate(), again: rate(), resources, peak, bytes: statSync(file).size }
  } finally {
    db.close()
  }
}
