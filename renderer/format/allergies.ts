/**
 * What the patient banner says about allergies. It always says something, and never says less than is known:
 * silence would be read as "none".
 */
import type { AllergyIntolerance } from '../../domain/kinds.ts'
import { NO_KNOWN_ALLERGY } from '../../domain/records/allergy-intolerance.ts'

export interface StatedAllergy {
  id: string
  name: string
  /** What happened, in the recorder's words: `rash, severe`. */
  reactions: { name: string; severity?: 'mild' | 'moderate' | 'severe' }[]
  high: boolean
  /** Told, suspected, not yet confirmed: stated all the same, and said so. */
  unconfirmed: boolean
}

export type AllergyStatement =
  /** At least one that counts today. */
  | { state: 'listed'; allergies: StatedAllergy[] }
  /** Somebody asked, and there is none. */
  | { state: 'none-known'; on?: string }
  /** Some were recorded; none of them counts any more. */
  | { state: 'none-current'; former: number }
  /** Nobody asked yet. */
  | { state: 'not-recorded' }
  /** The reader may not see them; the banner says that rather than nothing. */
  | { state: 'withheld' }

/** The allergies of a chart as the banner states them; undefined when the reader may not see the chart. */
export function allergyStatement(allergies: readonly AllergyIntolerance[] | undefined): AllergyStatement {
  if (!allergies) return { state: 'withheld' }
  const meant = allergies.filter((it) => it.verificationStatus !== 'entered-in-error')
  const substances = meant.filter((it) => !saysNone(it))
  const current = substances.filter(counts)
  // A listed allergy outranks "none known", whichever was recorded later: the safer reading is shown.
  if (current.length > 0) return { state: 'listed', allergies: current.map(stated).sort(gravest) }
  const asked = meant.filter((it) => saysNone(it) && counts(it))
  if (asked.length > 0) {
    const on = asked
      .flatMap((it) => it.recorded ?? [])
      .sort()
      .at(-1)
    return on ? { state: 'none-known', on } : { state: 'none-known' }
  }
  return substances.length > 0 ? { state: 'none-current', former: substances.length } : { state: 'not-recorded' }
}

/** Whether a record says that there is no allergy, rather than which. */
export function saysNone(it: Pick<AllergyIntolerance, 'code'>): boolean {
  return (
    it.code.code === NO_KNOWN_ALLERGY.code && (it.code.system ?? NO_KNOWN_ALLERGY.system) === NO_KNOWN_ALLERGY.system
  )
}

/** Whether an allergy counts today. One without a status counts: imported records often lack it. */
export function counts(it: Pick<AllergyIntolerance, 'clinicalStatus' | 'verificationStatus'>): boolean {
  return (
    (it.clinicalStatus ?? 'active') === 'active' &&
    it.verificationStatus !== 'refuted' &&
    it.verificationStatus !== 'entered-in-error'
  )
}

function stated(it: AllergyIntolerance): StatedAllergy {
  return {
    id: it.id,
    name: it.code.display,
    reactions: (it.reactions ?? []).map((reaction) => ({
      name: reaction.manifestation.display,
      ...(reaction.severity ? { severity: reaction.severity } : {}),
    })),
    high: it.criticality === 'high' || (it.reactions ?? []).some((reaction) => reaction.severity === 'severe'),
    unconfirmed: it.verificationStatus === 'unconfirmed' || it.verificationStatus === 'presumed',
  }
}

function gravest(a: StatedAllergy, b: StatedAllergy): number {
  return Number(b.high) - Number(a.high) || a.name.localeCompare(b.name)
}
