/**
 * Reads an imported resource, of which nothing may be taken for granted: each element is asked for by the type that FHIR
 * gives it, and one of another type is refused with its place.
 */
import type { Json } from '../fields.ts'

export type JsonObject = { [key: string]: Json }

/** What is read is not FHIR: where (`name[0].family`) and why, as a sentence. Quotes no value: it may be a person's. */
export class NotFhir extends Error {
  readonly where: string
  readonly reason: string
  constructor(where: string, reason: string) {
    super(`${where}: ${reason}`)
    this.where = where
    this.reason = reason
  }
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

const DATE = /^\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?$/
const DATE_TIME =
  /^\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01])(T([01]\d|2[0-3]):[0-5]\d(:([0-5]\d|60)(\.\d+)?)?(Z|[+-]([01]\d|2[0-3]):[0-5]\d)?)?)?)?$/
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const CONTROLS = /[\u0000-\u001f\u007f]+/g

export class Reader {
  readonly value: JsonObject
  readonly path: string

  constructor(value: JsonObject, path = '') {
    this.value = value
    this.path = path
  }

  /** The element as it is; JSON's null is the same as its absence. */
  raw(name: string): Json | undefined {
    return Object.hasOwn(this.value, name) ? (this.value[name] ?? undefined) : undefined
  }

  /** Text, line breaks included; undefined when it is empty. */
  text(name: string): string | undefined {
    const value = this.raw(name)
    if (value === undefined) return undefined
    if (typeof value !== 'string') throw this.wrong(name, 'has to be text')
    return value === '' ? undefined : value
  }

  /** Text as one trimmed line. */
  line(name: string): string | undefined {
    return asLine(this.text(name))
  }

  /** One of the codes that are known here; another one is left to the source that is kept. */
  code<const V extends string>(name: string, known: readonly V[]): V | undefined {
    return oneOf(this.text(name), known)
  }

  boolean(name: string): boolean | undefined {
    const value = this.raw(name)
    if (value === undefined || typeof value === 'boolean') return value
    throw this.wrong(name, 'has to be true or false')
  }

  number(name: string): number | undefined {
    const value = this.raw(name)
    if (value === undefined || typeof value === 'number') return value
    throw this.wrong(name, 'has to be a number')
  }

  date(name: string): string | undefined {
    const value = this.text(name)
    if (value === undefined || DATE.test(value)) return value
    throw this.wrong(name, 'is not a date as FHIR writes it (1970-01-12)')
  }

  dateTime(name: string): string | undefined {
    const value = this.text(name)
    if (value === undefined || DATE_TIME.test(value)) return value
    throw this.wrong(name, 'is not a time as FHIR writes it (2026-01-12T10:42:00+05:30)')
  }

  object(name: string): Reader | undefined {
    const value = this.raw(name)
    if (value === undefined) return undefined
    if (!isObject(value)) throw this.wrong(name, 'has to be an object')
    return new Reader(value, this.at(name))
  }

  list(name: string): Reader[] {
    return this.items(name).map((item, index) => {
      if (!isObject(item)) throw this.wrong(`${name}[${index}]`, 'has to be an object')
      return new Reader(item, this.at(`${name}[${index}]`))
    })
  }

  texts(name: string): string[] {
    return this.items(name).flatMap((item, index) => {
      // In a list of plain values, null stands for one that has only extensions.
      if (item === null) return []
      if (typeof item !== 'string') throw this.wrong(`${name}[${index}]`, 'has to be text')
      return item === '' ? [] : [item]
    })
  }

  first(name: string): Reader | undefined {
    return this.list(name)[0]
  }

  wrong(name: string, reason: string): NotFhir {
    return new NotFhir(this.at(name), reason)
  }

  private items(name: string): Json[] {
    const value = this.raw(name)
    if (value === undefined) return []
    if (!Array.isArray(value)) throw this.wrong(name, 'has to be a list')
    return value
  }

  private at(name: string): string {
    return this.path ? `${this.path}.${name}` : name
  }
}

/** Text as one trimmed line; undefined when nothing is left of it. */
export function asLine(text: string | undefined): string | undefined {
  return text?.replace(CONTROLS, ' ').trim() || undefined
}

export function oneOf<const V extends string>(value: string | undefined, known: readonly V[]): V | undefined {
  return known.find((code) => code === value)
}
