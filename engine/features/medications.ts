import { z } from 'zod'
import { Concept, id } from '../../domain/fields.ts'
import type { MedicationRequest } from '../../domain/kinds.ts'
import { KINDS } from '../../domain/kinds.ts'
import { type Alert, alertsFor } from '../../domain/medicines.ts'
import type { Warning } from '../api-shapes.ts'
import type { Context } from '../context.ts'
import { AlcoveError } from '../errors.ts'
import { command, feature, query } from '../feature.ts'
import { activeAllergies, saysNone } from './allergies.ts'
import { addToChart, changeInChart, changeOf, needPatient, nowOf } from './records.ts'

const { medication_request: kind, encounter: visit } = KINDS

/** Lines of prescriptions. A warning never refuses: whoever prescribes decides, and is told before and after. */
export const medications = feature('medication', {
  add: command({
    input: kind.input.omit({ id: true, source: true }),
    needs: 'medication:write',
    run: (context, input) => {
      const warnings = warningsFor(context, input.patient, input.medication.display)
      const medication = addToChart(context, kind, {
        ...input,
        requester: input.requester ?? context.user.practitioner,
        authored: input.authored ?? nowOf(context),
      })
      return { medication, warnings }
    },
  }),

  change: command({
    input: changeOf(kind),
    needs: 'medication:write',
    run: (context, change) => {
      const { id, patch } = change
      const medication = changeInChart(context, kind, change)
      const prescribed = patch.medication !== undefined && medication.status === 'active'
      const { patient } = medication
      const warnings = prescribed ? warningsFor(context, patient, medication.medication.display, id) : []
      return { medication, warnings }
    },
  }),

  /** What would speak against a medicine before it is prescribed; or against a line on record, which is no double of itself. */
  check: query({
    input: z.strictObject({ patient: id(), medication: Concept, line: id().optional() }),
    needs: 'chart:read',
    reads: ({ patient }) => patient,
    run: (context, { patient, medication, line }) => {
      needPatient(context, patient)
      return { warnings: warningsFor(context, patient, medication.display, line) }
    },
  }),

  /** What was prescribed at the visit before this one, again. What this visit has already is not doubled. */
  repeatLast: command({
    input: z.strictObject({ encounter: id() }),
    needs: 'medication:write',
    run: (context, { encounter }): { medications: MedicationRequest[] } => {
      const { db, store, user } = context
      const { patient, start } = store.need(visit, encounter)
      const last = db.get<{ encounter: string }>(LAST_PRESCRIBED, {
        patient,
        encounter,
        before: start ?? nowOf(context),
      })
      if (!last) throw new AlcoveError('not-found', 'No earlier visit of this patient has a prescription to repeat.')
      const present = new Set(inVisit(context, encounter).map(({ medication }) => medication.display))
      const repeated = inVisit(context, last.encounter).filter(({ medication }) => !present.has(medication.display))
      const medications = repeated.map(({ id: _, source: __, note: ___, ...line }) =>
        store.save(kind, {
          ...line,
          encounter,
          status: 'active',
          authored: nowOf(context),
          requester: user.practitioner ?? line.requester,
        }),
      )
      return { medications }
    },
  }),
})

const GIVEN_UP: readonly MedicationRequest['status'][] = ['cancelled', 'entered-in-error', 'stopped']
const MOST = 500

/** The lines of a visit, in the order they were written, without what was taken back. */
function inVisit({ store }: Context, encounter: string): MedicationRequest[] {
  return store
    .list(kind, { where: { encounter }, order: '_created', limit: MOST })
    .filter(({ status }) => !GIVEN_UP.includes(status))
}

function warningsFor(context: Context, patient: string, medicine: string, except?: string): Warning[] {
  const allergies = activeAllergies(context, patient)
    .filter((it) => !saysNone(it))
    .map(({ code }) => code.display)
  const taking = takenNow(context, patient)
    .filter(({ id }) => id !== except)
    .map(({ medication }) => medication.display)
  return alertsFor(medicine, allergies, taking).map((alert) => ({
    code: alert.code,
    message: sentenceOf(medicine, alert),
    details: {
      how: alert.how,
      medicine,
      with: alert.with,
      through: alert.code === 'allergy' ? groupOf(alert.through) : alert.through,
    },
  }))
}

/** Active, and not yet used up: a course of five days from last year is over, whatever its status says. */
function takenNow({ store, now }: Context, patient: string): MedicationRequest[] {
  const today = now().getTime()
  return store
    .list(kind, { where: { patient, status: 'active' }, descending: true, limit: MOST })
    .filter(({ authored, durationDays }) => {
      if (authored === undefined || durationDays === undefined) return true
      return Date.parse(authored) + durationDays * 86_400_000 >= today
    })
}

function sentenceOf(medicine: string, { code, how, with: other, through }: Alert): string {
  if (code === 'duplicate') {
    return how === 'same'
      ? `${through} is taken already (${other}).`
      : `${other} is taken already: also of the class ${through}.`
  }
  if (how === 'same') return `Allergy recorded: ${other}.`
  if (how === 'group') return `Allergy recorded: ${other}. ${medicine} belongs to the ${groupOf(through)}.`
  return `Allergy recorded: ${other}. ${medicine} may react with it (${groupOf(through)}).`
}

const groupOf = (through: string): string => (through.endsWith('s') ? through : `${through}s`)

/** The latest visit before this one that has a line which was not taken back. */
export const LAST_PRESCRIBED = `
  select medication_request.encounter from medication_request
  where patient = :patient and encounter is not null and encounter <> :encounter and _at <= :before
    and status not in ('cancelled', 'entered-in-error', 'stopped')
  order by _at desc limit 1`
