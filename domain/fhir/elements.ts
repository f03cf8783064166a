/** FHIR's data types, both ways: what the kinds' mappings are made of. */
import type { Concept, Json, Quantity } from '../fields.ts'
import type { Identifier } from '../records/patient.ts'
import { asLine, isObject, type JsonObject, oneOf, type Reader } from './reader.ts'

/** Finds the record that a reference means; undefined if it cannot be known. */
export type Links = (reference: string) => string | undefined

type Parts = Record<string, Json | undefined>
type Present<T> = { [K in keyof T as undefined extends T[K] ? never : K]: T[K] } & {
  [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined>
}

/** The object without what is undefined. */
export function present<T extends object>(parts: T): Present<T> {
  return Object.fromEntries(Object.entries(parts).filter(([, value]) => value !== undefined)) as Present<T>
}

/** An element of those parts that are there; FHIR knows no empty objects or lists, so undefined if there are none. */
export function element(parts: Parts): JsonObject | undefined {
  const made: JsonObject = {}
  let any = false
  for (const name in parts) {
    const value = parts[name]
    if (value === undefined || (Array.isArray(value) && value.length === 0)) continue
    made[name] = value
    any = true
  }
  return any ? made : undefined
}

/** A list of what is there; undefined if nothing is. */
export function listOf(...items: (Json | undefined)[]): Json[] | undefined {
  const there = items.filter((item) => item !== undefined)
  return there.length > 0 ? there : undefined
}

// ——— concepts

export function readConcept(it: Reader | undefined): Concept | undefined {
  if (!it) return undefined
  const codings = it.list('coding')
  const coding =
    codings.find((one) => one.boolean('userSelected') && one.text('code')) ??
    codings.find((one) => one.text('code')) ??
    codings[0]
  const code = coding?.text('code')
  // The text is what a person chose or typed; a coding's display is what a terminology calls it.
  const display = it.text('text') ?? coding?.text('display') ?? code
  return display === undefined ? undefined : present({ system: coding?.text('system'), code, display })
}

export function writeConcept(concept: Concept | undefined): JsonObject | undefined {
  if (!concept) return undefined
  const { system, code, display } = concept
  const coding = system || code ? element({ system, code, display: display || undefined }) : undefined
  return element({ coding: listOf(coding), text: display || undefined })
}

/** The code of a CodeableConcept, if it is one of those known here. */
export function readCode<const V extends string>(it: Reader | undefined, known: readonly V[]): V | undefined {
  for (const coding of it?.list('coding') ?? []) {
    const code = oneOf(coding.text('code'), known)
    if (code) return code
  }
  return undefined
}

export function writeCode(system: string, code: string | undefined): JsonObject | undefined {
  return code === undefined ? undefined : { coding: [{ system, code }] }
}

// ——— amounts

const UCUM = 'http://unitsofmeasure.org'

/** `unitless`: what to call the unit of an amount that has none. */
export function readQuantity(it: Reader | undefined, unitless = '1'): Quantity | undefined {
  const value = it?.number('value')
  if (!it || value === undefined) return undefined
  const unit = it.text('system') === UCUM ? (it.text('code') ?? it.text('unit')) : (it.text('unit') ?? it.text('code'))
  return present({
    value,
    unit: unit ?? unitless,
    comparator: it.code('comparator', ['<', '<=', '>=', '>', 'ad']) ?? readNewer(it),
  })
}

/** A measured amount; its unit is a UCUM code. */
export function writeQuantity(quantity: Quantity | undefined): JsonObject | undefined {
  if (!quantity) return undefined
  const { value, unit, comparator } = quantity
  return element({ value, comparator: comparatorOf(comparator), unit, system: UCUM, code: unit, ...newer(comparator) })
}

/** An amount of tablets, bottles, puffs: its unit is a word, and no code is claimed for it. */
export function writeAmount(quantity: Quantity | undefined): JsonObject | undefined {
  if (!quantity) return undefined
  const { value, unit, comparator } = quantity
  return element({ value, comparator: comparatorOf(comparator), unit, ...newer(comparator) })
}

// R4 has no `ad` ("sufficient to achieve"); R5's cross-version extension carries it.
const COMPARATOR = 'http://hl7.org/fhir/5.0/StructureDefinition/extension-Quantity.comparator'
function comparatorOf(comparator: Quantity['comparator']): string | undefined {
  return comparator === 'ad' ? undefined : comparator
}
function readNewer(it: Reader): 'ad' | undefined {
  const extensions = it.object('_comparator')?.list('extension')
  return extensions?.find((one) => one.text('url') === COMPARATOR)?.code('valueCode', ['ad'])
}
function newer(comparator: Quantity['comparator']): Parts {
  return comparator === 'ad' ? { _comparator: { extension: [{ url: COMPARATOR, valueCode: 'ad' }] } } : {}
}

// ——— references

/** A reference to one of those types. One that does not say its type (`urn:uuid:…`) is trusted. */
export function readRef(it: Reader | undefined, links: Links, ...types: string[]): string | undefined {
  const reference = it?.text('reference')
  if (!it || reference === undefined) return undefined
  const type = typeOf(reference) ?? it.text('type')
  return type === undefined || types.includes(type) ? links(reference) : undefined
}

/** The type that a reference names: `Patient/1`, `https://…/Patient/1/_history/2`, `Patient?identifier=…`. */
export function typeOf(reference: string): string | undefined {
  return /(?:^|\/)([A-Z][A-Za-z]+)(?:\?|\/[A-Za-z0-9\-.]{1,128}(?:\/_history\/[A-Za-z0-9\-.]+)?$)/.exec(reference)?.[1]
}

export function writeRef(id: string | undefined): JsonObject | undefined {
  return id === undefined ? undefined : { reference: `urn:uuid:${id}` }
}

// ——— people

export function readIdentifiers(it: Reader): { all: Identifier[]; codes: (string | undefined)[] } {
  const all: Identifier[] = []
  const codes: (string | undefined)[] = []
  for (const one of it.list('identifier')) {
    const value = one.line('value')
    if (value === undefined) continue
    const type = one.object('type')
    const code = type?.first('coding')?.text('code')
    all.push(present({ system: one.text('system'), value, type: type?.text('text') ?? code }))
    codes.push(code)
  }
  return { all, codes }
}

export function writeIdentifier({ system, value, type }: Identifier): JsonObject {
  return element({ type: type === undefined ? undefined : { text: type }, system, value }) ?? {}
}

/** Which of a person's names is in use: the official one, the usual one, or the first that is not a former one. */
export function currentName(names: readonly JsonObject[]): JsonObject | undefined {
  const named = names.filter(isObject)
  return (
    named.find((name) => name.use === 'official') ??
    named.find((name) => name.use === 'usual') ??
    named.find((name) => name.use !== 'old' && name.use !== 'maiden') ??
    named[0]
  )
}

export function readName(it: Reader): { family?: string; given?: string; prefix?: string } {
  const names = it.list('name')
  const chosen = currentName(names.map((name) => name.value))
  const name = names.find((one) => one.value === chosen)
  if (!name) return {}
  const family = name.line('family')
  const given = asLine(name.texts('given').join(' ')) ?? (family ? undefined : name.line('text'))
  return present({ family, given, prefix: asLine(name.texts('prefix').join(' ')) })
}

export function writeName(parts: {
  family?: string | undefined
  given?: string | undefined
  prefix?: string | undefined
}): JsonObject | undefined {
  const { family, given, prefix } = parts
  const name = element({ family, given: listOf(given), prefix: listOf(prefix) })
  return name && { use: 'official', ...name }
}

/** The values of a person's telecom entries of that sort, in order. */
export function readContacts(it: Reader, ...systems: string[]): string[] {
  return it.list('telecom').flatMap((one) => {
    const value = one.line('value')
    return value && systems.includes(one.text('system') ?? '') ? [value] : []
  })
}

// ——— notes and what R4 has no element for

export function readNotes(it: Reader): string | undefined {
  const texts = it.list('note').flatMap((note) => note.text('text') ?? [])
  return texts.length > 0 ? texts.join('\n\n') : undefined
}

export function writeNote(note: string | undefined): Json[] | undefined {
  return note ? [{ text: note }] : undefined
}

/** Prefix of the names of our own extensions and code systems. */
export const OURS = 'urn:alcove:'

export function readExtension(it: Reader, name: string): Reader | undefined {
  return it.list('extension').find((one) => one.text('url') === OURS + name)
}

/** An extension of ours, if there is a value: `extension('token', 'valueInteger', 7)`. */
export function extension(name: string, type: string, value: Json | undefined): JsonObject | undefined {
  return value === undefined ? undefined : { url: OURS + name, [type]: value }
}

export function textExtension(name: string, text: string | undefined): JsonObject | undefined {
  return text ? { url: OURS + name, valueString: text } : undefined
}

// ——— time

const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/

/** A time to the seconds that FHIR demands of one. */
export function writeTime(time: string | undefined): string | undefined {
  return time?.replace(/T(\d\d:\d\d)(?=[Z+-])/, 'T$1:00')
}

/** FHIR's `issued` is an instant; a time that is known only to the day goes into an extension. */
export function writeIssued(issued: string | undefined): { issued?: string; extension?: JsonObject } {
  const time = writeTime(issued)
  if (time === undefined) return {}
  return INSTANT.test(time) ? { issued: time } : { extension: { url: `${OURS}issued`, valueDateTime: time } }
}

export function readIssued(it: Reader): string | undefined {
  return it.dateTime('issued') ?? readExtension(it, 'issued')?.dateTime('valueDateTime')
}

/** `onsetDateTime`, or the beginning of `onsetPeriod`. Ages, ranges and words are left to the source. */
export function readOnset(it: Reader, name: string): string | undefined {
  return (
    it.dateTime(`${name}DateTime`) ?? it.dateTime(`${name}Instant`) ?? it.object(`${name}Period`)?.dateTime('start')
  )
}
