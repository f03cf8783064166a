/** What the features on records share: their inputs, and the rules that hold for every record of a chart. */
import { z } from 'zod'
import { id } from '../../domain/fields.ts'
import type { AnyKind, Of } from '../../domain/kind.ts'
import type { Encounter, Patient } from '../../domain/kinds.ts'
import { KINDS } from '../../domain/kinds.ts'
import type { Context } from '../context.ts'
import { AlcoveError } from '../errors.ts'
import type { Patch } from '../store.ts'

/** Fields that a change never touches: whose record it is, and what it was imported from. */
const FIXED = { source: true, patient: true, mergedInto: true, amends: true, replaces: true } as const
type Fixed = keyof typeof FIXED

export const Reason = z.string().trim().min(1).max(2000)

/** A change to a record: any of its fields but the fixed ones, `null` to clear one; why, if somebody says. */
export function changeOf<K extends AnyKind>(kind: K) {
  const all = kind.patch as unknown as z.ZodObject
  const fixed = Object.fromEntries(Object.keys(FIXED).flatMap((field) => (field in all.shape ? [[field, true]] : [])))
  const patch = all.omit(fixed as Record<string, true>) as unknown as z.ZodType<
    Omit<Patch<K>, Fixed>,
    Omit<Patch<K>, Fixed>
  >
  return z.strictObject({ id: id(), patch, reason: Reason.optional() })
}

export function needPatient({ store }: Context, patient: string): Patient {
  return store.need(KINDS.patient, patient)
}

/** The encounter, if it is that patient's; a slip in an id must not put one patient's data into another's visit. */
export function needEncounter({ store }: Context, encounter: string, patient: string): Encounter {
  const found = store.need(KINDS.encounter, encounter)
  if (found.patient !== patient)
    throw new AlcoveError('bad-input', 'That visit is another patient’s.', { field: 'encounter' })
  return found
}

/** Refuses what hangs on no patient that is known here, or on another's visit. */
export function checkChart(context: Context, record: { patient: string; encounter?: string | undefined }): void {
  needPatient(context, record.patient)
  if (record.encounter !== undefined) needEncounter(context, record.encounter, record.patient)
}

/** Changes what is in a chart. Into a visit it may be put like anything that is added: only into the patient's own. */
export function changeInChart<K extends AnyKind>(
  context: Context,
  kind: K,
  { id, patch, reason }: { id: string; patch: Patch<K>; reason?: string | undefined },
): Of<K> {
  const { encounter } = patch as { encounter?: string | null | undefined }
  if (encounter) {
    const { patient } = context.store.need(kind, id) as unknown as { patient: string }
    needEncounter(context, encounter, patient)
  }
  return context.store.change(kind, id, patch, { reason })
}

/**
 * Without what it was imported with. Anything may be in that, results and diagnoses too: it is for those who may read
 * charts, and no screen shows it.
 */
export function withoutSource<R extends { source?: unknown }>({ source: _, ...record }: R): R {
  return record as R
}

/** Now, as a record keeps it. */
export function nowOf({ now }: Context): string {
  return now().toISOString()
}

/** Saves what was added to a chart, after the checks that every such record goes through. */
export function addToChart<K extends AnyKind>(
  context: Context,
  kind: K,
  record: Omit<Of<K>, 'id'> & { patient: string; encounter?: string | undefined },
): Of<K> {
  checkChart(context, record)
  return context.store.save(kind, record)
}
