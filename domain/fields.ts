/**
 * What a field of a record can be, and what is known about it besides its shape.
 *
 * A field is a zod schema that carries a `FieldMeta`. The schema validates; the metadata says how the field is stored,
 * found, shown and reconciled. Everything else (tables, CSV columns, forms) is derived, so nothing is stated twice.
 */
import { z } from 'zod'

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json }

/** How a field is stored in a SQLite STRICT table: a scalar, or JSON text. */
export type Column = 'text' | 'integer' | 'real' | 'boolean' | 'json'

export interface FieldMeta {
  column: Column
  /** Part of the one-box search, and how it is read there. */
  search?: 'name' | 'phone' | 'identifier' | 'date'
  /** Names or could name a person: never in logs, left out of anything anonymous. */
  identifying?: boolean
  /** The record this field points to. */
  ref?: string
  /** The code system the field's codes come from. */
  system?: string
  /** UCUM unit, for a number that has one. */
  unit?: string
  /** Overrides the kind's conflict policy for this field. */
  conflict?: ConflictPolicy
  /** Values from the safest reading to the least safe; the first one present is shown while a conflict is open. */
  safer?: readonly Json[]
}

/** See `docs/architecture.md`, "Conflicts". */
export type ConflictPolicy = 'append' | 'review' | 'latest'

const metas = new WeakMap<z.ZodType, FieldMeta>()

/** Attaches metadata to a schema; merges with what is already there. */
export function described<S extends z.ZodType>(schema: S, meta: Partial<FieldMeta>): S {
  const copy = schema.clone() as S
  metas.set(copy, { column: 'text', ...metaOf(schema), ...meta })
  return copy
}

/** The metadata of a field, looked up through `.optional()`, `.default()` and `.nullable()`. */
export function metaOf(schema: z.ZodType): FieldMeta | undefined {
  const own = metas.get(schema)
  if (own) return own
  const inner = (schema as { def?: { innerType?: z.ZodType } }).def?.innerType
  return inner ? metaOf(inner) : undefined
}

/** True when a record may lack the field, or the schema fills it in. */
export function isOptional(schema: z.ZodType): boolean {
  return schema.safeParse(undefined).success
}

/** The longest text a field takes. A 50 MB name is an attack or an accident; either way it is refused at the door. */
export const TEXT_LIMIT = 20_000
const LINE_LIMIT = 500

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/

/** A record's id: a lower-case UUID (version 7 when Alcove makes it; imports keep theirs). */
export const id = () => z.string().regex(UUID, 'an id is a lower-case UUID')

/** A reference to another record, by id. */
export const ref = (kind: string) => described(id(), { column: 'text', ref: kind })

/** One line of text: trimmed, no control characters. */
export const line = (meta: Partial<FieldMeta> = {}) =>
  described(
    z
      .string()
      .max(LINE_LIMIT)
      // biome-ignore lint/suspicious/noControlCharactersInRegex: refusing them is the point
      .regex(/^[^\u0000-\u001f\u007f]*$/, 'one line, without control characters')
      .trim()
      .min(1),
    meta,
  )

/** Text of several lines. */
export const text = (meta: Partial<FieldMeta> = {}) => described(z.string().max(TEXT_LIMIT), meta)

/** A FHIR `date`: a year, a month or a day, as exactly as it is known. */
export const date = (meta: Partial<FieldMeta> = {}) =>
  described(z.string().refine(isPartialDate, 'a date is written 1970, 1970-01 or 1970-01-12'), meta)

/** A FHIR `dateTime` or `instant`: ISO 8601, to the precision known, with an offset when it has a time. */
export const instant = (meta: Partial<FieldMeta> = {}) =>
  described(z.string().max(40).refine(isDateTime, 'a time is written 2026-01-12T10:42:00+05:30'), meta)

export const bool = (meta: Partial<FieldMeta> = {}) => described(z.boolean(), { column: 'boolean', ...meta })
export const integer = (meta: Partial<FieldMeta> = {}) => described(z.int(), { column: 'integer', ...meta })

/** One of a fixed set of codes. */
export const choice = <const V extends readonly [string, ...string[]]>(values: V, meta: Partial<FieldMeta> = {}) =>
  described(z.enum(values), meta)

/** A structure kept as JSON in one column. */
export const json = <S extends z.ZodType>(schema: S, meta: Partial<FieldMeta> = {}) =>
  described(schema, { column: 'json', ...meta })

/** A FHIR CodeableConcept, reduced to its principal coding; the rest of an imported one is kept in `source`. */
export const Concept = z.strictObject({
  system: z.string().max(LINE_LIMIT).optional(),
  code: z.string().max(LINE_LIMIT).optional(),
  display: z.string().max(TEXT_LIMIT),
})
export type Concept = z.infer<typeof Concept>
export const concept = (system?: string, meta: Partial<FieldMeta> = {}) =>
  json(Concept, { ...(system ? { system } : {}), ...meta })

/** A measured amount. `unit` is a UCUM code. */
export const Quantity = z.strictObject({
  value: z.number(),
  unit: z.string().max(100),
  comparator: z.enum(['<', '<=', '>=', '>', 'ad']).optional(),
})
export type Quantity = z.infer<typeof Quantity>
export const quantity = (meta: Partial<FieldMeta> = {}) => json(Quantity, meta)

const Json: z.ZodType<Json> = z.json() as z.ZodType<Json>
/** Any JSON: for what an imported resource held beyond what a kind models. */
export const anyJson = () => json(Json)

function isPartialDate(value: string): boolean {
  const match = /^(\d{4})(?:-(\d\d)(?:-(\d\d))?)?$/.exec(value)
  if (!match) return false
  const [, year, month, day] = match
  if (month && (Number(month) < 1 || Number(month) > 12)) return false
  // Day 0 of the next month is the last day of this one.
  return !day || (Number(day) >= 1 && Number(day) <= new Date(Date.UTC(Number(year), Number(month), 0)).getUTCDate())
}

function isDateTime(value: string): boolean {
  const [day, time] = value.split('T')
  if (!day || !isPartialDate(day)) return false
  return (
    time === undefined ||
    /^([01]\d|2[0-3]):[0-5]\d(:([0-5]\d|60)(\.\d{1,9})?)?(Z|[+-]([01]\d|2[0-3]):[0-5]\d)$/.test(time)
  )
}
