import { z } from 'zod'
import { localDay } from '../../domain/dates.ts'
import { likeness } from '../../domain/duplicates.ts'
import { id } from '../../domain/fields.ts'
import type { Patient } from '../../domain/kinds.ts'
import { KINDS } from '../../domain/kinds.ts'
import type { Candidate, PatientHit } from '../api-shapes.ts'
import { AlcoveError } from '../errors.ts'
import { command, feature, query } from '../feature.ts'
import { holders, nextMrn } from '../mrn.ts'
import { Nothing } from './inputs.ts'
import { hitOf, hitsOf, recentPatients, rememberPatient } from './patient-hits.ts'
import { changeOf, withoutSource } from './records.ts'
import { visitsOfDay } from './visit-today.ts'

const { patient: kind } = KINDS
const { family, given, birthDate, phones, sex } = kind.input.shape

/** Below this, likeness is chance: a list that cries wolf is not read. */
const WORTH_ASKING = 0.55
const MOST_CANDIDATES = 8

/** Who is cared for here: found, registered once, kept up to date. What is known of their health is in the chart. */
export const patients = feature('patient', {
  /** The one search box. Nothing typed: whom this user had open lately. */
  search: query({
    input: z.strictObject({ text: z.string().max(1000), limit: z.int().min(1).max(100).default(20) }),
    needs: 'patient:read',
    run: (context, { text, limit }): { results: PatientHit[]; ms: number } => {
      const start = performance.now()
      const results =
        text.trim() === ''
          ? recentPatients(context, limit)
          : hitsOf(context, context.search.find(text, limit, localDay(context.now())))
      return { results, ms: Math.round((performance.now() - start) * 100) / 100 }
    },
  }),

  /** Everyone who comes today, in the order of their tokens. */
  today: query({
    input: Nothing,
    needs: 'visit:read',
    run: (context) => ({ visits: visitsOfDay(context, localDay(context.now())) }),
  }),

  /** Who may already be here under that name, so that nobody is registered twice. */
  duplicates: query({
    input: z.strictObject({
      family,
      given,
      birthDate,
      phones,
      sex: sex.optional(),
    }),
    needs: 'patient:read',
    run: ({ store, search }, person): { candidates: Candidate[] } => {
      const names = [person.given, person.family].filter((name) => name !== undefined)
      const ids = search.alike({ names, phones: person.phones ?? [], birthDate: person.birthDate })
      const candidates = ids
        .map((id) => store.need(kind, id))
        .map((known) => ({ ...hitOf(known), ...likeness(person, known) }))
        .filter(({ score }) => score >= WORTH_ASKING)
        .sort((a, b) => b.score - a.score)
        .slice(0, MOST_CANDIDATES)
      return { candidates }
    },
  }),

  register: command({
    input: kind.input.omit({ id: true, mrn: true, source: true, mergedInto: true }),
    needs: 'patient:write',
    run: (context, input) => {
      const patient = context.store.save(kind, { ...input, mrn: nextMrn(context), active: input.active ?? true })
      rememberPatient(context, patient.id)
      return { patient }
    },
  }),

  change: command({
    input: changeOf(kind),
    needs: 'patient:write',
    run: (context, { id, patch, reason }) => {
      const { mrn } = patch as Partial<Patient>
      if (mrn && holders(context, mrn).some((holder) => holder !== id)) {
        throw new AlcoveError('conflict', 'Another patient has that record number.', { field: 'mrn' })
      }
      return { patient: withoutSource(context.store.change(kind, id, patch, { reason })) }
    },
  }),

  get: query({
    input: z.strictObject({ id: id() }),
    needs: 'patient:read',
    run: ({ store }, { id }) => ({ patient: withoutSource(store.need(kind, id)) }),
  }),
})
