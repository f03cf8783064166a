/** What the FHIR mapping of a kind consists of. */
import type { Json } from '../fields.ts'
import type { KindName, RecordOf } from '../kinds.ts'
import type { Links } from './elements.ts'
import type { Reader } from './reader.ts'
import type { Shape } from './source.ts'

/** A record's fields as read from a resource: not yet validated, anything may be missing. */
export type Read<N extends KindName> = {
  [F in keyof Omit<RecordOf<N>, 'id' | 'source'>]?: RecordOf<N>[F] | undefined
}

export interface Mapping<N extends KindName = KindName> extends Shape {
  kind: N
  resourceType: string
  read(it: Reader, links: Links): Read<N>
  /** The elements of the resource, without `resourceType` and `id`. Keys always in the same order. */
  write(record: RecordOf<N>): Record<string, Json | undefined>
}
