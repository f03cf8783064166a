/**
 * Whether a parsed JSON value can be a FHIR resource at all, whatever its kind: the names, the depth and the texts.
 * What passes can be stored, sent and shown without anybody having to be afraid of it.
 */
import type { Json } from '../fields.ts'
import { isObject, type JsonObject, NotFhir } from './reader.ts'

const DEEPEST = 64
/** As FHIR names elements; what JavaScript itself gives a meaning on an object is never one. */
const ELEMENT = /^_?[a-zA-Z][a-zA-Z0-9]*$/
const NOT_ELEMENTS = new Set(['constructor', 'prototype', 'hasOwnProperty', 'toString', 'valueOf'])
const RESOURCE_TYPE = /^[A-Z][A-Za-z]{1,63}$/
const ID = /^[A-Za-z0-9\-._]{1,128}$/

/** Throws `NotFhir` unless it is one. Answers how many members it has in all, for a caller who counted them in the text. */
export function checkSane(value: Json): { resource: JsonObject & { resourceType: string }; members: number } {
  if (!isObject(value)) throw new NotFhir('', 'has to be an object')
  const type = Object.hasOwn(value, 'resourceType') ? value.resourceType : undefined
  if (typeof type !== 'string') throw new NotFhir('resourceType', 'is missing: this is not a FHIR resource')
  if (!RESOURCE_TYPE.test(type)) throw new NotFhir('resourceType', 'is not the name of a kind of resource')
  if (Object.hasOwn(value, 'id') && !(typeof value.id === 'string' && ID.test(value.id))) {
    throw new NotFhir('id', 'is not an id as FHIR writes it')
  }
  const walk = new Walk()
  walk.object(value)
  return { resource: value as JsonObject & { resourceType: string }, members: walk.members }
}

class Walk {
  members = 0
  readonly #path: (string | number)[] = []

  object(object: JsonObject): void {
    if (this.#path.length > DEEPEST) throw this.#wrong('is nested too deep')
    for (const name of Object.keys(object)) {
      this.members++
      this.#path.push(name)
      if (!ELEMENT.test(name) || NOT_ELEMENTS.has(name)) throw this.#wrong('is not the name of a FHIR element')
      this.#value(object[name] as Json)
      this.#path.pop()
    }
  }

  #value(value: Json): void {
    if (typeof value === 'string') {
      if (!value.isWellFormed()) throw this.#wrong('holds half of a character')
      if (value.includes('\u0000')) throw this.#wrong('holds a NUL character')
    } else if (typeof value === 'number') {
      // 1e999 reads as infinity, which is no value and cannot be written again.
      if (!Number.isFinite(value)) throw this.#wrong('is too large a number')
    } else if (Array.isArray(value)) {
      if (this.#path.length > DEEPEST) throw this.#wrong('is nested too deep')
      for (const [index, item] of value.entries()) {
        this.#path.push(index)
        this.#value(item)
        this.#path.pop()
      }
    } else if (value !== null && typeof value === 'object') this.object(value)
  }

  #wrong(reason: string): NotFhir {
    const shown = this.#path.length > 12 ? [...this.#path.slice(0, 12), '…'] : this.#path
    return new NotFhir(shown.reduce<string>(join, ''), reason)
  }
}

function join(path: string, part: string | number): string {
  if (typeof part === 'number') return `${path}[${part}]`
  // A name out of the file is shown only as far as it is a name.
  const name = /^[\w…]{1,64}$/.test(part) ? part : '?'
  return path ? `${path}.${name}` : name
}
