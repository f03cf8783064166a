/** How a person's name and allergies are written on a screen. */
import type { AllergyIntolerance, Patient } from '../../domain/kinds.ts'
import { NO_KNOWN_ALLERGY } from '../../domain/records/allergy-intolerance.ts'

/** `FAMILY, Given (Title)`; whichever parts are known. */
export function nameOf(patient: Pick<Patient, 'family' | 'given' | 'prefix'>): string {
  const parts = [patient.family?.toLocaleUpperCase(), patient.given].filter(Boolean).join(', ')
  return patient.prefix ? `${parts} (${patient.prefix})` : parts
}

export type AllergyStatement =
  | { says: 'not-recorded' }
  | { says: 'none-known'; on?: string }
  | { says: 'listed'; allergies: AllergyIntolerance[] }

/** What a banner must state about allergies. A list wins over "none known": the safer reading of two that disagree. */
export function allergiesOf(allergies: readonly AllergyIntolerance[]): AllergyStatement {
  const standing = allergies.filter(
    (it) =>
      it.clinicalStatus !== 'inactive' &&
      it.clinicalStatus !== 'resolved' &&
      it.verificationStatus !== 'refuted' &&
      it.verificationStatus !== 'entered-in-error',
  )
  const named = standing.filter((it) => it.code.code !== NO_KNOWN_ALLERGY.code)
  if (named.length > 0) {
    return { says: 'listed', allergies: named.sort((a, b) => rank(a) - rank(b)) }
  }
  const none = standing[0]
  if (!none) return { says: 'not-recorded' }
  return none.recorded ? { says: 'none-known', on: none.recorded } : { says: 'none-known' }
}

/** True for one that could kill: shown first and marked. */
export function isSevere(allergy: AllergyIntolerance): boolean {
  return allergy.criticality === 'high' || (allergy.reactions ?? []).some((reaction) => reaction.severity === 'severe')
}

function rank(allergy: AllergyIntolerance): number {
  return isSevere(allergy) ? 0 : 1
}
