/** PouchDB in a process of its own, so that neither side's heap and garbage are the other's. Started by `pouchdb.ts`. */
import { performance } from 'node:perf_hooks'
import { people } from './people.ts'
import { pouchSearch } from './pouchdb-search.ts'

/** What to measure: each text once, in order. */
export interface Order {
  texts: string[]
  limit: number
}
export interface Measured {
  /** ms a text, by PouchDB's index, and by hand-made keys. */
  view: number[]
  byKey: number[]
}

const search = await pouchSearch([...people(Number(process.argv[2]))])
process.on('message', async ({ texts, limit }: Order) => {
  const timed = async (find: (text: string, limit: number) => Promise<number>) => {
    const samples: number[] = []
    for (const text of texts) {
      const start = performance.now()
      await find(text, limit)
      samples.push(performance.now() - start)
    }
    return samples
  }
  process.send?.({ view: await timed(search.find), byKey: await timed(search.findByKey) } satisfies Measured)
})
process.on('disconnect', () => void search.close().then(() => process.exit()))
process.send?.('ready')
