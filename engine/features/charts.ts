import { z } from 'zod'
import { id, type Json } from '../../domain/fields.ts'
import type { Conflict } from '../../domain/fold.ts'
import type { AnyKind, Of } from '../../domain/kind.ts'
import type { KindName } from '../../domain/kinds.ts'
import { KINDS } from '../../domain/kinds.ts'
import { may, type Permission } from '../../domain/roles.ts'
import type { Chart, HistoryItem, OpenConflict, Report } from '../api-shapes.ts'
import type { Context } from '../context.ts'
import { AlcoveError, NotFound } from '../errors.ts'
import { command, feature, query } from '../feature.ts'
import type { Row } from '../rows.ts'
import type { Query } from '../store.ts'
import { quoted } from '../tables.ts'
import { historyOf } from './history.ts'
import { rememberPatient } from './patient-hits.ts'
import { needPatient, Reason } from './records.ts'
import { timelineOf } from './timeline.ts'
import { openVisitOf } from './visit-today.ts'

const OfPatient = z.strictObject({ patient: id() })
const AnyKindName = z.enum(Object.keys(KINDS) as [KindName, ...KindName[]])

/** A chart shows so many of a kind at once; the rest is in the timeline. */
const MOST = 500
const MOST_REPORTS = 100

/** A patient's chart, read as a whole or piece by piece. Every reading is on record. */
export const charts = feature('chart', {
  get: query({
    input: OfPatient,
    needs: 'chart:read',
    reads: ({ patient }) => patient,
    run: (context, { patient: who }): Chart => {
      const patient = needPatient(context, who)
      rememberPatient(context, who)
      const openEncounter = openVisitOf(context, who)
      return {
        patient,
        allergies: standing(context, KINDS.allergy_intolerance, who).filter(
          (it) => it.verificationStatus !== 'entered-in-error',
        ),
        conditions: standing(context, KINDS.condition, who).filter(
          (it) => it.verificationStatus !== 'entered-in-error',
        ),
        medications: standing(context, KINDS.medication_request, who).filter((it) => it.status !== 'entered-in-error'),
        immunizations: standing(context, KINDS.immunization, who).filter((it) => it.status !== 'entered-in-error'),
        conflicts: openConflicts(context, who),
        ...(openEncounter && { openEncounter }),
        counts: countsOf(context, who),
      }
    },
  }),

  /** What happened, newest first, page by page; what has no date comes last. */
  timeline: query({
    input: z.strictObject({
      patient: id(),
      before: z.string().max(200).optional(),
      limit: z.int().min(1).max(200).default(50),
    }),
    needs: 'chart:read',
    reads: ({ patient }) => patient,
    run: ({ db, store }, { patient, before, limit }) => timelineOf(db, store, patient, before, limit),
  }),

  /** Reports on investigations, newest first, each with what was measured. */
  results: query({
    input: OfPatient,
    needs: 'chart:read',
    reads: ({ patient }) => patient,
    run: ({ db, store }, { patient }): { reports: Report[] } => {
      const reports = store.list(KINDS.diagnostic_report, { where: { patient }, descending: true, limit: MOST_REPORTS })
      return {
        reports: reports
          .filter((report) => report.status !== 'entered-in-error')
          .map((report) => {
            const rows = db.all<Row>(MEASURED, { patient, ids: JSON.stringify(report.results ?? []) })
            return { ...report, observations: rows.map((row) => store.read(KINDS.observation, row)) }
          }),
      }
    },
  }),

  /** One record, and every change that made it what it is. */
  record: query({
    input: z.strictObject({ kind: AnyKindName, id: id() }),
    needs: 'chart:read',
    run: (
      { db, store },
      { kind: name, id },
    ): { record: Record<string, Json>; history: HistoryItem[]; patient: string } => {
      const kind: AnyKind = KINDS[name]
      if (!kind.patient && name !== 'patient')
        throw new AlcoveError('bad-input', 'That kind of record is not in a chart.')
      const record = store.need(kind, id) as Record<string, Json>
      const patient = name === 'patient' ? id : record[kind.patient ?? '']
      // What is nobody's is in no chart: nobody could be told that it was looked at.
      if (typeof patient !== 'string') throw new NotFound()
      return { record, history: historyOf(db, name, id), patient }
    },
    reads: (_, value) => value.patient,
  }),
})

/** What a person has to be allowed to write, to decide between two values of it. */
const DECIDES: Partial<Record<KindName, Permission>> = {
  patient: 'patient:write',
  encounter: 'visit:write',
  allergy_intolerance: 'allergy:write',
  condition: 'condition:write',
  medication_request: 'medication:write',
  immunization: 'immunization:write',
  procedure: 'procedure:write',
  diagnostic_report: 'observation:write',
  composition: 'note:write',
}

export const conflicts = feature('conflict', {
  /** Decides between values that were given without knowledge of each other. The others stay in the history. */
  resolve: command({
    input: z.strictObject({
      kind: AnyKindName,
      id: id(),
      field: z.string().max(64),
      value: z.json() as z.ZodType<Json, Json>,
      reason: Reason.optional(),
    }),
    needs: 'patient:write',
    run: ({ store, user }, { kind: name, id, field, value, reason }): { record: Record<string, Json> } => {
      const kind: AnyKind = KINDS[name]
      const needs = DECIDES[name]
      if (!needs || !may(user.roles, needs)) {
        throw new AlcoveError('not-permitted', 'Your role does not allow deciding this. Ask a clinician.')
      }
      if (!store.conflicts(kind, id).some((conflict) => conflict.field === field)) {
        throw new AlcoveError('conflict', 'This was decided already. Look at it again.', { field })
      }
      const parsed = kind.patch.safeParse({ [field]: value })
      if (!parsed.success) throw new AlcoveError('bad-input', `That is no value for ${field}.`, { field })
      const record = store.settle(kind, id, field, parsed.data[field] ?? null, reason) as Record<string, Json>
      return { record }
    },
  }),
})

/** The records of a kind, newest first. */
function standing<K extends AnyKind>({ store }: Context, kind: K, patient: string): Of<K>[] {
  return store.list(kind, {
    where: { patient } as unknown as NonNullable<Query<K>['where']>,
    descending: true,
    limit: MOST,
  })
}

const OF_PATIENT = Object.values<AnyKind>(KINDS).filter((kind) => kind.patient)

/** What this patient's records hold that was written twice over; next to always nothing. */
function openConflicts({ db, store }: Context, who: string): OpenConflict[] {
  const own = store.conflicts(KINDS.patient, who).map((conflict) => ({ kind: 'patient' as const, id: who, conflict }))
  const others = OF_PATIENT.flatMap((kind) =>
    db
      .all<{ id: string; _conflicts: string }>(inConflict(kind), [who])
      .flatMap(({ id, _conflicts }) =>
        (JSON.parse(_conflicts) as Conflict[]).map((conflict) => ({ kind: kind.name as KindName, id, conflict })),
      ),
  )
  return [...own, ...others]
}

function countsOf({ db }: Context, who: string): Chart['counts'] {
  return Object.fromEntries(OF_PATIENT.map((kind) => [kind.name, db.get<{ n: number }>(howMany(kind), [who])?.n ?? 0]))
}

export const inConflict = (kind: AnyKind): string =>
  `select id, _conflicts from ${quoted(kind.name)} where ${quoted(kind.patient ?? '')} = ? and _conflicts is not null`
export const howMany = (kind: AnyKind): string =>
  `select count(*) as n from ${quoted(kind.name)} where ${quoted(kind.patient ?? '')} = ?`
/** Of that patient only: a report that came from elsewhere may name any id. */
export const MEASURED = `
  select observation.* from json_each(:ids) as named join observation on observation.id = named.value
  where observation.patient = :patient order by named.key`
