/** Which record a resource is: the same resource is the same record at every import, on every workstation. */
import { hash } from 'node:crypto'
import type { Resource } from '../../domain/fhir/fhir.ts'

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/
const URN = /^urn:uuid:([0-9a-f-]{36})$/i

export interface Identity {
  id: string
  /** Where the resource's server is, if its URL says so: what its relative references are relative to. */
  base: string
  /** Other references that mean it within its file. */
  aliases: string[]
}

/** A record's id: the resource's own if it is a UUID; otherwise made of what identifies it, always in the same way. */
export function identify(resource: Resource, fullUrl: string | undefined): Identity {
  const { resourceType } = resource
  const own = typeof resource.id === 'string' ? resource.id : undefined
  const urn = uuidIn(fullUrl)
  const relative = own === undefined ? undefined : `${resourceType}/${own}`
  if (own !== undefined && UUID.test(own.toLowerCase())) {
    const id = own.toLowerCase()
    return { id, base: '', aliases: urn && urn !== id ? [urn] : [] }
  }
  // A short id (`1`, `example`) is unique on its server only; the URL, where there is one, is unique everywhere.
  if (urn) return { id: urn, base: '', aliases: relative ? [relative] : [] }
  const base = relative && fullUrl?.endsWith(`/${relative}`) ? fullUrl.slice(0, -relative.length) : ''
  return { id: madeId(relative ? base + relative : (fullUrl ?? JSON.stringify(resource))), base, aliases: [] }
}

/**
 * What a reference means: a record's id, or a name that only the file's aliases can resolve. `base` is that of the
 * resource that refers.
 */
export function target(reference: string, base: string): { id: string } | { search: string } | undefined {
  const urn = uuidIn(reference)
  if (urn) return { id: urn }
  if (reference.startsWith('#')) return undefined
  if (/^[A-Z][A-Za-z]+\?/.test(reference)) return { search: reference }
  const bare = reference.replace(/\/_history\/[^/]*$/, '')
  const last = bare.slice(bare.lastIndexOf('/') + 1).toLowerCase()
  if (UUID.test(last)) return { id: last }
  return { id: madeId(/^[a-z]+:/.test(bare) ? bare : base + bare) }
}

function uuidIn(url: string | undefined): string | undefined {
  const id = URN.exec(url ?? '')?.[1]?.toLowerCase()
  return id && UUID.test(id) ? id : undefined
}

/** A UUID version 8 (RFC 9562) of the SHA-256 of a name. */
function madeId(name: string): string {
  const hex = hash('sha256', name, 'hex')
  const variant = ((Number.parseInt(hex.slice(16, 17), 16) & 3) | 8).toString(16)
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`
}
