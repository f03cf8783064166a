import { z } from 'zod'
import { id } from '../../domain/fields.ts'
import type { AllergyIntolerance } from '../../domain/kinds.ts'
import { KINDS } from '../../domain/kinds.ts'
import { NO_KNOWN_ALLERGY } from '../../domain/records/allergy-intolerance.ts'
import type { Context } from '../context.ts'
import { AlcoveError } from '../errors.ts'
import { command, feature } from '../feature.ts'
import { addToChart, changeInChart, changeOf, nowOf } from './records.ts'

const { allergy_intolerance: kind } = KINDS

/** What the patient must not be given, or that somebody asked and there is nothing. */
export const allergies = feature('allergy', {
  /** With the first allergy, “no known allergies” is no longer true. */
  add: command({
    input: kind.input.omit({ id: true, source: true }),
    needs: 'allergy:write',
    run: (context, input) => {
      const allergy = addToChart(context, kind, {
        ...input,
        clinicalStatus: input.clinicalStatus ?? 'active',
        verificationStatus: input.verificationStatus ?? 'confirmed',
        recorder: input.recorder ?? context.user.practitioner,
        recorded: input.recorded ?? nowOf(context),
      })
      if (!saysNone(allergy)) endNoneKnown(context, allergy.patient)
      return { allergy }
    },
  }),

  /** An allergy that is active again ends “no known allergies” like a new one. */
  change: command({
    input: changeOf(kind),
    needs: 'allergy:write',
    run: (context, change) => {
      const allergy = changeInChart(context, kind, change)
      if (isActive(allergy) && !saysNone(allergy)) endNoneKnown(context, allergy.patient)
      return { allergy }
    },
  }),

  /** Somebody asked, today, and there is none. Asked again, the newer date stands. */
  noneKnown: command({
    input: z.strictObject({ patient: id() }),
    needs: 'allergy:write',
    run: (context, { patient }) => {
      const known = activeAllergies(context, patient)
      if (known.some((it) => !saysNone(it))) {
        throw new AlcoveError('conflict', 'Allergies are recorded for this patient. End those first.')
      }
      const recorded = nowOf(context)
      const recorder = context.user.practitioner
      const [asked] = known
      if (asked) return { allergy: context.store.change(kind, asked.id, { recorded, recorder }) }
      const allergy = addToChart(context, kind, {
        patient,
        code: NO_KNOWN_ALLERGY,
        clinicalStatus: 'active',
        verificationStatus: 'confirmed',
        recorded,
        recorder,
      })
      return { allergy }
    },
  }),
})

/** What is to be heeded: unless somebody said that it is over or was a mistake, it holds. */
export function activeAllergies({ store }: Context, patient: string): AllergyIntolerance[] {
  return store.list(kind, { where: { patient }, limit: MOST }).filter(isActive)
}
const MOST = 500

function isActive({ clinicalStatus = 'active', verificationStatus = 'confirmed' }: AllergyIntolerance): boolean {
  return clinicalStatus === 'active' && verificationStatus !== 'refuted' && verificationStatus !== 'entered-in-error'
}

export function saysNone({ code }: AllergyIntolerance): boolean {
  return code.code === NO_KNOWN_ALLERGY.code
}

function endNoneKnown(context: Context, patient: string): void {
  for (const none of activeAllergies(context, patient).filter(saysNone)) {
    context.store.change(
      kind,
      none.id,
      { clinicalStatus: 'inactive', verificationStatus: 'refuted' },
      { reason: 'An allergy was recorded.' },
    )
  }
}
