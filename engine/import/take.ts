/** Takes one resource into the clinic's records, and tells whether that changed anything. */
import { hash } from 'node:crypto'
import type { Change } from '../../domain/entry.ts'
import type { Links } from '../../domain/fhir/elements.ts'
import { asUnmodeled, type FromFhir, fromFhir, kindFor, type Origin, type Resource } from '../../domain/fhir/fhir.ts'
import { isObject, NotFhir } from '../../domain/fhir/reader.ts'
import type { Json } from '../../domain/fields.ts'
import { same } from '../../domain/fold.ts'
import type { AnyKind } from '../../domain/kind.ts'
import { KINDS, type KindName } from '../../domain/kinds.ts'
import { Journal } from '../journal.ts'
import { quoted } from '../tables.ts'
import { BrokenFile } from './broken-file.ts'
import type { Identity } from './identity.ts'
import type { Into } from './into.ts'
import { type Arrived, brokenAt } from './read-file.ts'

type Fields = Record<string, Json>
export interface Taken {
  kind: KindName
  resourceType: string
  wrote: boolean
}

const REASON = 'import'

export function take(into: Into, arrived: Arrived, identity: Identity, links: Links): Taken {
  const { resource, fullUrl, where } = arrived
  const { resourceType } = resource
  const text = JSON.stringify(resource)
  const came = hash('sha256', `${fullUrl ?? ''} ${text}`, 'base64url').slice(0, 22)
  const standing = find(into, resource, identity.id)
  const id = standing?.id ?? identity.id
  const done = (kind: KindName, wrote: boolean): Taken => ({ kind, resourceType, wrote })
  // The same resource, digit by digit, has nothing new to say, unless a search that it refers by has another result now.
  if (standing?.came === came && !text.includes('?identifier=')) return done(standing.kind, false)

  const read = readAs(resource, standing?.kind, links, originOf(resource, fullUrl, id, came), where)
  const kind: AnyKind = KINDS[read.kind]
  if (!standing) {
    const free = read.kind === 'unmodeled' ? unmodeledId(into, resourceType, id) : id
    into.store.bring(kind, free, read.fields, { reason: REASON, isNew: true })
    return done(read.kind, true)
  }
  const change = changeOf(into, kind, id, read.fields)
  if (!change) return done(read.kind, false)
  const record = into.store.need(kind, id) as Fields
  if (read.kind === 'patient') refuseStranger(record, read.fields, where)
  else refuseOtherPatient(kind, record, change.fields, where)
  if (kind.sealed?.(record) && !isObject(record.source)) {
    throw new BrokenFile(where, 'It would change a note or a finding that was signed here. Nothing was changed.')
  }
  into.store.bring(kind, id, change.fields, { reason: REASON, base: change.base })
  return done(read.kind, true)
}

interface Standing {
  kind: KindName
  id: string
  came: string | null
}

/** The record that the resource already is: of its own kind, or kept whole because that could not hold it. */
function find({ db }: Into, { resourceType }: Resource, id: string): Standing | undefined {
  const name = kindFor(resourceType)
  const own = name && db.get<{ came: string | null }>(cameOf(name), [id])
  if (name && own) return { kind: name, id, came: own.came }
  const kept = db.get<Kept>(KEPT, [id])
  if (!kept) return undefined
  if (kept.resourceType === resourceType) return { kind: 'unmodeled', id, came: kept.came }
  const other = otherId(resourceType, id)
  const second = db.get<Kept>(KEPT, [other])
  return second && { kind: 'unmodeled', id: other, came: second.came }
}

interface Kept {
  resourceType: string
  came: string | null
}
const KEPT = `select resourceType, source ->> 'came' as came from unmodeled where id = ?`

function cameOf(kind: KindName): string {
  return `select source ->> 'came' as came from ${quoted(kind)} where id = ?`
}

function readAs(
  resource: Resource,
  standing: KindName | undefined,
  links: Links,
  origin: Origin,
  where: string,
): FromFhir {
  try {
    // What was kept whole stays so: the same resource must not be here twice.
    const read = standing === 'unmodeled' ? undefined : fromFhir(resource, links, origin)
    if (read) return read
  } catch (error) {
    throw error instanceof NotFhir ? brokenAt(where, error) : error
  }
  if (standing && standing !== 'unmodeled') {
    throw new BrokenFile(where, 'It is here already, and this form of it lacks something that a record must have.')
  }
  return asUnmodeled(resource, links, origin)
}

function originOf(resource: Resource, fullUrl: string | undefined, id: string, came: string): Origin {
  return {
    ...(typeof resource.id === 'string' && resource.id !== id && { id: resource.id }),
    ...(fullUrl !== undefined && fullUrl !== `urn:uuid:${id}` && { url: fullUrl }),
    came,
  }
}

/** Resources of different types may bear the same id; the kinds that are not modeled share one table. */
function unmodeledId({ db }: Into, resourceType: string, id: string): string {
  return db.get('select 1 from unmodeled where id = ?', [id]) ? otherId(resourceType, id) : id
}

function otherId(resourceType: string, id: string): string {
  const hex = hash('sha256', `${resourceType}/${id}`, 'hex')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`
}

/**
 * What the file changes in a record that is here: the fields that differ from what was imported last, so that what was
 * changed here since stays. A field that both have changed becomes a conflict: the change is made on top of the last
 * import, not of what stands.
 */
function changeOf(
  into: Into,
  kind: AnyKind,
  id: string,
  given: Fields,
): { fields: Fields; base?: string[] } | undefined {
  const standing = into.store.need(kind, id) as Fields
  const imports = Journal.changes(into.db, kind.name, id).filter((change) => Object.hasOwn(change.fields, 'source'))
  const last = imports.at(-1)
  const before = lastImported(imports)
  const fields: Fields = {}
  let both = false
  for (const { name } of kind.columns) {
    const value = given[name] ?? null
    const was = before[name] ?? null
    const now = standing[name] ?? null
    if (name === 'source' || same(value, was) || same(value, now)) continue
    fields[name] = value
    if (!same(now, was)) both = true
  }
  const sourceNew = last !== undefined && !same(withoutDigest(given.source), withoutDigest(before.source))
  if (Object.keys(fields).length === 0 && !sourceNew) return undefined
  fields.source = given.source ?? null
  // Made on top of the last import; a record that was made here was never imported, and its change knew nothing of it.
  return both ? { fields, base: last ? [last.hash] : [] } : { fields }
}

function lastImported(imports: readonly Change[]): Fields {
  const fields: Fields = {}
  for (const change of imports) Object.assign(fields, change.fields)
  return fields
}

function withoutDigest(source: Json | undefined): Json {
  if (!isObject(source)) return null
  const { came: _, ...rest } = source
  return rest
}

/**
 * A short id such as `1` may be another server's number for another person. Nobody's records are mixed with a
 * stranger's: who shares neither name nor birth date with the one who is here is not taken for them.
 */
function refuseStranger(here: Fields, given: Fields, where: string): void {
  const differ = (name: string) => !same(here[name] ?? null, given[name] ?? null)
  if (differ('family') && differ('given') && differ('birthDate')) {
    throw new BrokenFile(where, 'Its id is that of a patient here who has another name and another birth date.')
  }
}

/** The same for everything else: no file takes an allergy out of one patient's chart by naming another as its subject. */
function refuseOtherPatient(kind: AnyKind, here: Fields, changed: Fields, where: string): void {
  const field = kind.patient
  if (field === undefined || !Object.hasOwn(changed, field) || (here[field] ?? null) === null) return
  throw new BrokenFile(where, 'Its id is that of a record here which is another patient’s. Nothing was changed.')
}
