/**
 * A kind of record, defined once. From the definition follow the TypeScript type, validation, the SQLite table, the
 * columns of the cloud's view, the CSV columns and the limits of a form.
 */
import { z } from 'zod'
import {
  anyJson,
  type Column,
  type ConflictPolicy,
  type FieldMeta,
  id,
  isOptional,
  type Json,
  metaOf,
} from './fields.ts'

type Shape = Record<string, z.ZodType>

export interface ColumnOf {
  name: string
  column: Column
  required: boolean
  meta: FieldMeta
}

interface Definition<S extends Shape> {
  /** What happens when two people change the same thing without having seen each other's change. */
  conflict: ConflictPolicy
  fields: S
  /** The field that names the patient the record belongs to; reading the record is then a reading of that chart. */
  patient?: keyof S & string
  /** The field that places the record in time, for timelines and lists; of several, the first that is known. */
  at?: (keyof S & string) | readonly (keyof S & string)[]
  /** True when the record may not be changed any more; a correction is then a new record. */
  sealed?: (record: Record<string, Json>) => boolean
  /** A rule across fields: a sentence if it is broken. Takes what was parsed. */
  check?: (record: z.output<z.ZodObject<S>>) => string | undefined
}

export interface Kind<N extends string = string, S extends Shape = Shape> extends Definition<S> {
  name: N
  /** A whole record as it stands. */
  schema: z.ZodObject<S & { id: z.ZodString; source: z.ZodOptional<z.ZodType<Json>> }>
  /** What a caller may give: a whole record, its id optional. */
  input: z.ZodObject<S & { id: z.ZodOptional<z.ZodString>; source: z.ZodOptional<z.ZodType<Json>> }>
  /** What a caller may change: any field, `null` to clear one. */
  patch: z.ZodType<Record<string, Json>>
  columns: readonly ColumnOf[]
}

// biome-ignore lint/suspicious/noExplicitAny: a kind of any shape; the shape is recovered by inference at each use
export type AnyKind = Kind<string, any>

/** The type of a record of a kind. */
export type Of<K extends AnyKind> = z.output<K['schema']>

/** Defines a kind. Names are snake_case, as in FHIR's resource names put in lower case. */
export function kind<const N extends string, S extends Shape>(name: N, definition: Definition<S>): Kind<N, S> {
  const source = anyJson().optional()
  const shape = { ...definition.fields, source }
  const patchShape = Object.fromEntries(
    Object.entries(shape).map(([field, schema]) => [field, schema.nullable().optional()]),
  )
  const columns = Object.entries(shape).map(([field, schema]) => {
    const meta = metaOf(schema)
    if (!meta) throw new TypeError(`${name}.${field} has no metadata: make it with a builder of domain/fields.ts`)
    return { name: field, column: meta.column, required: !isOptional(schema), meta }
  })
  return {
    ...definition,
    name,
    schema: z.strictObject({ id: id(), ...shape }) as unknown as Kind<N, S>['schema'],
    input: z.strictObject({ id: id().optional(), ...shape }) as unknown as Kind<N, S>['input'],
    patch: z.strictObject(patchShape) as unknown as Kind<N, S>['patch'],
    columns,
  }
}

/** The conflict policy of one field: its own, or its kind's. */
export function policyOf(kind: AnyKind, field: string): ConflictPolicy {
  return kind.columns.find((column) => column.name === field)?.meta.conflict ?? kind.conflict
}
