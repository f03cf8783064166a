/**
 * The references of one file. Nearly all say the record's id by themselves, forward ones too. Those that don't (another
 * name of a resource, or a search: `Practitioner?identifier=…`) may mean something that comes later in the file; the
 * file is then read again with what the first reading has learned.
 */
import type { Links } from '../../domain/fhir/elements.ts'
import type { Resource } from '../../domain/fhir/fhir.ts'
import { isObject } from '../../domain/fhir/reader.ts'
import type { Database } from '../database.ts'
import { type Identity, target } from './identity.ts'

export class FileLinks {
  readonly #db: Database
  /** Another name of a record → its id. */
  readonly #aliases: Map<string, string>
  /** Searches that an earlier reading could not resolve: resources that they may mean are looked out for. */
  readonly #wanted: ReadonlySet<string>
  readonly #missed = new Set<string>()
  readonly #clinic = new Map<string, Map<string, string>>()
  #learnedLate = false

  constructor(db: Database, before?: FileLinks) {
    this.#db = db
    this.#aliases = before ? before.#aliases : new Map()
    this.#wanted = before ? new Set([...before.#wanted, ...before.#missed]) : new Set()
  }

  /** Remembers by which other names a resource of the file may be meant. */
  note(resource: Resource, { id, aliases }: Identity): void {
    for (const alias of aliases) this.#learn(alias, id)
    if (this.#wanted.size === 0 || !Array.isArray(resource.identifier)) return
    for (const identifier of resource.identifier) {
      if (!isObject(identifier)) continue
      const search = searchOf(resource.resourceType, identifier.system, identifier.value)
      if (this.#wanted.has(search)) this.#learn(search, id)
    }
  }

  /** How a resource's references resolve. */
  from({ base }: Identity): Links {
    return (reference) => {
      const meant = target(reference, base)
      if (!meant) return undefined
      if ('search' in meant) return this.#search(meant.search)
      return this.#aliases.get(meant.id) ?? this.#relative(reference) ?? meant.id
    }
  }

  /** Whether another reading would resolve more. */
  get again(): boolean {
    return this.#learnedLate || [...this.#missed].some((search) => !this.#wanted.has(search))
  }

  #learn(alias: string, id: string): void {
    if (this.#aliases.get(alias) === id) return
    this.#aliases.set(alias, id)
    this.#learnedLate = true
  }

  #relative(reference: string): string | undefined {
    return this.#aliases.size > 0 ? this.#aliases.get(reference) : undefined
  }

  #search(reference: string): string | undefined {
    const search = decoded(reference)
    const found = this.#aliases.get(search) ?? this.#inClinic(search)
    if (found === undefined) this.#missed.add(search)
    return found
  }

  #inClinic(search: string): string | undefined {
    const type = search.slice(0, search.indexOf('?'))
    let known = this.#clinic.get(type)
    if (!known) {
      known = new Map()
      this.#clinic.set(type, known)
      const table = { Practitioner: 'practitioner', Patient: 'patient' }[type]
      if (table) for (const { id, search: key } of this.#db.all<Found>(identifiersOf(table), [type])) known.set(key, id)
    }
    return known.get(search)
  }
}

interface Found {
  id: string
  search: string
}

function searchOf(type: string, system: unknown, value: unknown): string {
  return `${type}?identifier=${typeof system === 'string' ? system : ''}|${String(value)}`
}

function decoded(reference: string): string {
  try {
    return decodeURIComponent(reference)
  } catch {
    return reference
  }
}

function identifiersOf(table: string): string {
  return `
    select it.id, ? || '?identifier=' || coalesce(one.value ->> 'system', '') || '|' || (one.value ->> 'value') as search
    from ${table} it, json_each(it.identifiers) one`
}
