/**
 * FHIR R4 both ways. What comes in goes out again: a resource that a kind can hold becomes a record of it with the rest
 * in its `source`, and any other sane resource is kept whole.
 */
import type { Json } from '../fields.ts'
import type { AnyKind } from '../kind.ts'
import { KINDS, type KindName, type RecordOf } from '../kinds.ts'
import { allergyIntoleranceMapping } from './allergy-intolerance.ts'
import { compositionMapping } from './composition.ts'
import { conditionMapping } from './condition.ts'
import { diagnosticReportMapping } from './diagnostic-report.ts'
import { element, type Links, typeOf } from './elements.ts'
import { encounterMapping } from './encounter.ts'
import { immunizationMapping } from './immunization.ts'
import type { Mapping } from './mapping.ts'
import { medicationRequestMapping } from './medication-request.ts'
import { observationMapping } from './observation.ts'
import { patientMapping } from './patient.ts'
import { practitionerMapping } from './practitioner.ts'
import { procedureMapping } from './procedure.ts'
import { isObject, type JsonObject, Reader } from './reader.ts'
import { type Kept, keep, restore, type Source } from './source.ts'

const MAPPINGS = [
  patientMapping,
  practitionerMapping,
  encounterMapping,
  observationMapping,
  conditionMapping,
  allergyIntoleranceMapping,
  medicationRequestMapping,
  immunizationMapping,
  procedureMapping,
  diagnosticReportMapping,
  compositionMapping,
] as unknown as readonly Mapping[]

const byType = new Map(MAPPINGS.map((mapping) => [mapping.resourceType, mapping]))
const byKind = new Map<string, Mapping>(MAPPINGS.map((mapping) => [mapping.kind, mapping]))

/** Types of resources that a kind of record is for. */
export const MODELED_TYPES: ReadonlySet<string> = new Set(byType.keys())
/** Kinds that are exported; users are no part of anybody's records. */
export const EXPORTED_KINDS: readonly KindName[] = [...MAPPINGS.map((mapping) => mapping.kind), 'unmodeled']

export type Resource = JsonObject & { resourceType: string }
/** Where a resource came from, as far as the record's id does not say it. */
export type Origin = Pick<Source, 'id' | 'url' | 'came'>

export interface FromFhir {
  kind: KindName
  /** Valid for the kind, `source` included, `id` not. */
  fields: Record<string, Json>
}

/** The kind that is for resources of that type; undefined if there is none. */
export function kindFor(resourceType: string): Exclude<KindName, 'user' | 'unmodeled'> | undefined {
  return byType.get(resourceType)?.kind as Exclude<KindName, 'user' | 'unmodeled'> | undefined
}

/**
 * The record of a kind that a resource is; undefined if the kind cannot hold it (its subject is a group, its code is
 * missing): it is then to be kept as it is. Throws `NotFhir` for elements of a wrong type. The resource has passed
 * `checkSane`.
 */
export function fromFhir(resource: Resource, links: Links, origin: Origin = {}): FromFhir | undefined {
  const mapping = byType.get(resource.resourceType)
  if (!mapping) return undefined
  const kind: AnyKind = KINDS[mapping.kind]
  const parsed = kind.input.safeParse(mapping.read(new Reader(resource), links))
  if (!parsed.success || kind.check?.(parsed.data)) return undefined
  const fields = defined(parsed.data as Record<string, Json | undefined>)
  const kept = keep(resource, element(mapping.write(fields as never)) ?? {}, mapping)
  return { kind: mapping.kind, fields: { ...fields, source: sourceOf({ ...origin, kept }) } }
}

/** A resource that no kind can hold, kept as it came. */
export function asUnmodeled(resource: Resource, links: Links, origin: Origin = {}): FromFhir {
  const patient = patientOf(resource, links)
  return {
    kind: 'unmodeled',
    fields: {
      resourceType: resource.resourceType,
      ...(patient !== undefined && { patient }),
      resource,
      source: sourceOf(origin),
    },
  }
}

/** A record as a resource, and the URL it goes by in a bundle. Users have none. */
export function toFhir<N extends KindName>(name: N, record: RecordOf<N>): { fullUrl: string; resource: Resource } {
  const it = record as RecordOf<N> & { id: string; source?: Json }
  const { id = it.id, url = `urn:uuid:${it.id}`, kept = {} } = readSource(it.source)
  if (name === 'unmodeled') {
    const { resource } = record as RecordOf<'unmodeled'>
    return { fullUrl: url, resource: { id: it.id, ...(resource as Resource) } }
  }
  const mapping = byKind.get(name)
  if (!mapping) throw new RangeError(`a ${name} is not a FHIR resource`)
  const own = element(mapping.write(record as never)) ?? {}
  const resource = restore(own, kept, mapping)
  return { fullUrl: url, resource: { resourceType: mapping.resourceType, id, ...resource } }
}

/** A source that another program spoilt costs what was kept, never the export. */
function readSource(source: Json | undefined): Source {
  if (!isObject(source)) return {}
  const { id, url, kept } = source
  return {
    ...(typeof id === 'string' && { id }),
    ...(typeof url === 'string' && { url }),
    ...(isObject(kept) && Object.values(kept).every(isObject) && { kept: kept as unknown as Kept }),
  }
}

function sourceOf(parts: Source): Json {
  const kept = parts.kept && Object.keys(parts.kept).length > 0 ? parts.kept : undefined
  return (element({ ...parts, kept: kept as unknown as Json }) ?? {}) as Json
}

/** Whose resource it is, if it says so in one of the usual places. */
function patientOf(resource: Resource, links: Links): string | undefined {
  for (const name of ['subject', 'patient', 'beneficiary', 'for', 'individual']) {
    const it = Object.hasOwn(resource, name) ? resource[name] : undefined
    const reference = isObject(it) ? it.reference : undefined
    if (typeof reference !== 'string') continue
    const type = typeOf(reference)
    if (type === undefined || type === 'Patient') return links(reference)
  }
  return undefined
}

function defined(parsed: Record<string, Json | undefined>): Record<string, Json> {
  return Object.fromEntries(Object.entries(parsed).filter(([, value]) => value !== undefined)) as Record<string, Json>
}
