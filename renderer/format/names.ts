/** How a person's name is written on a screen. */
import type { Patient } from '../../domain/kinds.ts'

/** `FAMILY, Given (Title)`; whichever parts are known. */
export function nameOf(patient: Pick<Patient, 'family' | 'given' | 'prefix'>): string {
  const parts = [patient.family?.toLocaleUpperCase(), patient.given].filter(Boolean).join(', ')
  return patient.prefix ? `${parts} (${patient.prefix})` : parts
}
