/** A medicine on one line: generic, brand, strength and form; then how it is taken. */

import { displayDosage } from '../../domain/dosage.ts'
import type { MedicationRequest } from '../../domain/kinds.ts'

/** `Paracetamol (Crocin) 500 mg tablet`: generic first; name and strength never stand on two lines. */
export function medicineName(it: Pick<MedicationRequest, 'medication' | 'brand' | 'strength' | 'form'>): string {
  const generic = it.medication.display
  const held = (part: string) => part.replaceAll(' ', '\u00a0')
  // An imported name often says strength and form already; saying them twice would read as two things.
  const says = (part: string) => generic.toLowerCase().includes(part.toLowerCase())
  return [
    generic,
    it.brand && `(${it.brand})`,
    it.strength && !says(it.strength) && held(it.strength),
    it.form && !says(it.form) && it.form,
  ]
    .filter(Boolean)
    .join(' ')
}

/** How it is taken, in words; falls back on what an import wrote. */
export function takenHow(
  it: Pick<MedicationRequest, 'dose' | 'durationDays' | 'asNeeded' | 'instructions' | 'form'>,
): string {
  if (!it.dose?.pattern) return it.instructions ?? ''
  return displayDosage(
    {
      dose: it.dose,
      ...(it.durationDays === undefined ? {} : { durationDays: it.durationDays }),
      ...(it.asNeeded ? { asNeeded: true as const } : {}),
    },
    it.form,
  )
}

/** Whether a medicine counts as being taken. One whose days are over is past, though nobody has said so. */
export function isCurrent(
  it: Pick<MedicationRequest, 'status' | 'authored' | 'durationDays'>,
  now: Date = new Date(),
): boolean {
  if (it.status !== 'active' && it.status !== 'on-hold') return false
  if (it.durationDays === undefined || !it.authored) return true
  return Date.parse(it.authored) + it.durationDays * 86_400_000 >= now.getTime() - 86_400_000
}
