/**
 * How nothing is lost between import and export. A record's fields hold the part of a resource that Alcove knows; its
 * `source` holds the rest: every top-level element that writing the fields would not give back exactly, together with
 * a digest of what writing them did give. On export the original is given back as long as that still holds, and our
 * own where somebody has changed the field since.
 */
import type { Json } from '../fields.ts'
import { same } from '../fold.ts'
import { OURS } from './elements.ts'
import { isObject, type JsonObject } from './reader.ts'

/** An element with all names that it goes by: `birthDate` with `_birthDate`; `valueQuantity` for `value[x]`. */
type Groups = Map<string, JsonObject>

interface KeptElement {
  /** As it came; absent when it had none, but writing the fields gives one. */
  as?: JsonObject
  /** Digest of what writing the fields gave; absent when they gave nothing. */
  seen?: string
}
export type Kept = Record<string, KeptElement>

export interface Source {
  /** The resource's own id, where the record has another one. */
  id?: string
  /** The `fullUrl` that it came under, where it was not made of the record's id. */
  url?: string
  /** Digest of the whole resource as it came: how a second import knows that nothing is new. */
  came?: string
  kept?: Kept
}

/** Which parts of a list a kind's fields do not speak of; they stay when the rest of the list is changed here. */
export type Unspoken = Readonly<Record<string, (items: JsonObject[]) => JsonObject[]>>

/** What a kind's mapping says of its elements besides how to read and write them. */
export interface Shape {
  /** Elements whose name says their type: `value` for `valueQuantity`, `valueString`, … */
  choices: readonly string[]
  unspoken?: Unspoken
}

/** What has to be kept of a resource, when its fields write as `own`. */
export function keep(original: JsonObject, own: JsonObject, shape: Shape): Kept {
  const kept: Kept = {}
  const came = groups(original, shape.choices)
  const written = groups(own, shape.choices)
  for (const [name, as] of came) {
    const made = written.get(name)
    // A narrative retells the whole resource, so it holds only as long as none of it has changed.
    if (name === 'text') kept[name] = { as, seen: digest(own) }
    else if (!made) kept[name] = { as }
    else if (!same(as, made)) kept[name] = { as, seen: digest(made) }
  }
  for (const [name, made] of written) if (!came.has(name)) kept[name] = { seen: digest(made) }
  return kept
}

/** The elements of a record: as they came where nothing has changed, otherwise as its fields say. */
export function restore(own: JsonObject, kept: Kept, shape: Shape): JsonObject {
  const written = groups(own, shape.choices)
  const result: JsonObject = {}
  for (const name of new Set([...written.keys(), ...Object.keys(kept)])) {
    const made = written.get(name)
    const before = Object.hasOwn(kept, name) ? kept[name] : undefined
    if (!before) Object.assign(result, made)
    else if (name === 'text') Object.assign(result, before.seen === digest(own) ? before.as : undefined)
    else if (before.seen === (made && digest(made))) Object.assign(result, before.as)
    else Object.assign(result, withUnspoken(name, made, before.as, shape.unspoken))
  }
  return result
}

function withUnspoken(name: string, made: JsonObject | undefined, came: JsonObject | undefined, unspoken?: Unspoken) {
  const speaks = name === 'extension' ? foreign : unspoken?.[name]
  const items = came?.[name]
  if (!speaks || !Array.isArray(items)) return made
  const list = [...((made?.[name] as Json[] | undefined) ?? []), ...speaks(items.filter(isObject))]
  return list.length > 0 ? { ...made, [name]: list } : made
}

function foreign(extensions: JsonObject[]): JsonObject[] {
  return extensions.filter((one) => !(typeof one.url === 'string' && one.url.startsWith(OURS)))
}

function groups(elements: JsonObject, choices: readonly string[]): Groups {
  const made: Groups = new Map()
  for (const name of Object.keys(elements)) {
    if (name === 'resourceType' || name === 'id') continue
    const bare = name.startsWith('_') ? name.slice(1) : name
    const group = choices.find((choice) => bare.startsWith(choice) && /^[A-Z]/.test(bare.slice(choice.length))) ?? bare
    const known = made.get(group)
    if (known) known[name] = elements[name] as Json
    else made.set(group, { [name]: elements[name] as Json })
  }
  return made
}

/**
 * A short digest (cyrb53, 53 bits) of what a mapping wrote. Nobody can gain by forging one: it only tells whether a
 * field was changed here since the import.
 */
export function digest(written: Json): string {
  const text = JSON.stringify(written)
  let high = 0xdeadbeef
  let low = 0x41c6ce57
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at)
    high = Math.imul(high ^ unit, 2654435761)
    low = Math.imul(low ^ unit, 1597334677)
  }
  high = Math.imul(high ^ (high >>> 16), 2246822507) ^ Math.imul(low ^ (low >>> 13), 3266489909)
  low = Math.imul(low ^ (low >>> 16), 2246822507) ^ Math.imul(high ^ (high >>> 13), 3266489909)
  return (4294967296 * (2097151 & low) + (high >>> 0)).toString(36)
}
