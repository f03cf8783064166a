/**
 * The peer that search is held against: PouchDB 9 over LevelDB, with its best index: a persisted view of both orders of
 * the two words of a name. It answers as ours does, with who matches and not with their records, so its rows carry no
 * value. (`pouchdb-find` scans or sorts in memory here, and is slower. Not encrypted, no ranking, no phonetic key, no
 * slips.)
 *
 * `findByKey` is not an index of PouchDB's but the fastest thing that can be built by hand with it: each patient stored
 * once more for each way in which the name may be typed, and a range over the primary key. It is told for comparison.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Person } from './people.ts'

interface Rows {
  rows: { id: string; value?: unknown; doc?: unknown }[]
}

interface Pouch {
  put(doc: object): Promise<unknown>
  bulkDocs(docs: object[]): Promise<unknown>
  allDocs(options: object): Promise<Rows>
  query(view: string, options: object): Promise<Rows>
  close(): Promise<void>
}

const PouchDB = createRequire(import.meta.url)('pouchdb') as new (name: string, options?: object) => Pouch

export interface PouchSearch {
  /** People of whom a name, or the two names in either order, begin with the text. */
  find(text: string, limit: number): Promise<number>
  findByKey(text: string, limit: number): Promise<number>
  close(): Promise<void>
}

/** PouchDB keeps a view's function as text. */
const MAP = `function (doc) {
  var given = doc.given.toLowerCase(), family = doc.family.toLowerCase()
  emit(given + ' ' + family)
  emit(family + ' ' + given)
}`

/** Loads all people and builds the index; takes a minute or two for 100,000. */
export async function pouchSearch(people: readonly Person[]): Promise<PouchSearch> {
  const dir = mkdtempSync(join(tmpdir(), 'alcove-bench-pouch-'))
  const db = new PouchDB(join(dir, 'patients'), { revs_limit: 1 })
  const keyed = new PouchDB(join(dir, 'keyed'), { revs_limit: 1 })
  await db.put({ _id: '_design/name', views: { prefix: { map: MAP } } })
  for (let at = 0; at < people.length; at += 5000) {
    const some = people.slice(at, at + 5000)
    await db.bulkDocs(some.map((person) => ({ _id: person.id, ...person })))
    await keyed.bulkDocs(
      some.flatMap((person) => {
        const [given, family] = [person.given.toLowerCase(), person.family.toLowerCase()]
        return [`${given} ${family}`, `${family} ${given}`].map((name) => ({
          _id: `${name}\u0001${person.id}`,
          person,
        }))
      }),
    )
  }
  const between = (text: string) => ({ startkey: text.toLowerCase(), endkey: `${text.toLowerCase()}\uffff` })
  // The first query builds the view.
  await db.query('name/prefix', { ...between('a'), limit: 1 })
  return {
    find: async (text, limit) => (await db.query('name/prefix', { ...between(text), limit })).rows.length,
    findByKey: async (text, limit) =>
      (await keyed.allDocs({ ...between(text), limit, include_docs: true })).rows.length,
    async close() {
      await db.close()
      await keyed.close()
      rmSync(dir, { recursive: true, force: true })
    },
  }
}
