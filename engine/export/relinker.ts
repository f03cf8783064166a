/**
 * A resource that was imported under a URL of its own goes out under it, because what was imported with it refers to
 * that. What was written here refers to it by the record's id, and has to be led to the URL.
 */
import { isObject, type JsonObject } from '../../domain/fhir/reader.ts'
import type { Json } from '../../domain/fields.ts'
import type { Database } from '../database.ts'
import { quoted } from '../tables.ts'

/** The kinds that others refer to. */
const REFERRED = ['patient', 'practitioner', 'encounter', 'observation', 'composition']
const URN = 'urn:uuid:'

export class Relinker {
  readonly #db: Database
  readonly #kinds: string[]

  constructor(db: Database) {
    this.#db = db
    // In most clinics there are none, and nothing has to be looked up.
    this.#kinds = REFERRED.filter((kind) => db.get(`select 1 from ${quoted(kind)} where source ->> 'url' is not null`))
  }

  relink<T extends JsonObject>(resource: T): T {
    return this.#kinds.length === 0 ? resource : (this.#relinked(resource) as T)
  }

  #relinked(value: Json): Json {
    if (Array.isArray(value)) return value.map((item) => this.#relinked(item))
    if (!isObject(value)) return value
    const entries = Object.entries(value).map(([name, inner]): [string, Json] => {
      const refers = name === 'reference' && typeof inner === 'string' && inner.startsWith(URN)
      return [name, refers ? this.#urlOf(inner) : this.#relinked(inner)]
    })
    return Object.fromEntries(entries)
  }

  #urlOf(reference: string): string {
    for (const kind of this.#kinds) {
      const sql = `select source ->> 'url' as url from ${quoted(kind)} where id = ?`
      const found = this.#db.get<{ url: string | null }>(sql, [reference.slice(URN.length)])
      if (found?.url) return found.url
    }
    return reference
  }
}
