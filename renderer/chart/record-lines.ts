/** A record as lines of words: for its details, its history, and the two sides of a conflict. */
import type { Json } from '../../domain/fields.ts'
import { kindNamed } from '../../domain/kinds.ts'
import { writtenNumber, writtenQuantity } from './amount.ts'

/** How the screen says dates, references and fixed codes: in the language that is being spoken. */
export interface Say {
  date: (value: string) => string
  /** The word for one of a fixed set of codes; undefined when there is none. */
  code: (value: string) => string | undefined
  yes: string
  no: string
}

export interface Line {
  field: string
  text: string
}

/** What is not said of a record: pointers, and what an import kept for its own use. */
const SILENT = new Set(['id', 'source', 'patient', 'encounter', 'resource', 'results', 'replaces', 'amends', 'intent'])

/** The fields of a record, in the order in which its kind defines them, that say something to a person. */
export function recordLines(kind: string, record: Record<string, Json>, say: Say): Line[] {
  const order = kindNamed(kind)?.columns.map((column) => column.name) ?? Object.keys(record)
  return order.flatMap((field) => {
    if (SILENT.has(field) || isReference(kind, field)) return []
    const text = valueText(record[field], say)
    return text ? [{ field, text }] : []
  })
}

/** One value in words; the empty string for what has none. */
export function valueText(value: Json | undefined, say: Say): string {
  if (value === null || value === undefined) return ''
  if (typeof value === 'boolean') return value ? say.yes : say.no
  if (typeof value === 'number') return writtenNumber(value)
  if (typeof value === 'string') return DATE.test(value) ? say.date(value) : (say.code(value) ?? value)
  if (Array.isArray(value))
    return value
      .map((item) => valueText(item, say))
      .filter(Boolean)
      .join('; ')
  return structureText(value, say)
}

/** Not a bare year: that is also a number. */
const DATE = /^\d{4}-\d\d(-\d\d(T|$)|$)/

function structureText(value: { [key: string]: Json }, say: Say): string {
  const { display, value: amount, unit, comparator, code, system: _, ...rest } = value
  if (typeof amount === 'number' && typeof unit === 'string') {
    return writtenQuantity({ value: amount, unit, ...(comparator ? { comparator: comparator as '<' } : {}) })
  }
  if (typeof display === 'string') return typeof code === 'string' && ICD.test(code) ? `${display} (${code})` : display
  // A dose says itself in its pattern; how many times a day follows from it.
  if (typeof rest.pattern === 'string') rest.timesPerDay = null
  const parts = [code, amount, ...Object.values(rest)].map((part) => valueText(part, say)).filter(Boolean)
  return parts.join(' ')
}

/** ICD-10 codes mean something to a clinician; LOINC and SNOMED numbers do not. */
const ICD = /^[A-TV-Z]\d\d/

function isReference(kind: string, field: string): boolean {
  return kindNamed(kind)?.columns.find((column) => column.name === field)?.meta.ref !== undefined
}

/** A field's name as words, for a field that has no word of its own: `doseNumber` → `Dose number`. */
export function spelledOut(field: string): string {
  const words = field.replaceAll(/([A-Z])/g, (letter) => ` ${letter.toLowerCase()}`)
  return words.charAt(0).toUpperCase() + words.slice(1)
}
