/** What a printed prescription has to carry, gathered from the visit; pure, so that a test can say what is missing. */

import { displayQuantity } from '../../domain/dosage.ts'
import type { Composition, Condition, MedicationRequest, Patient, Practitioner } from '../../domain/kinds.ts'
import { fullName } from '../../domain/name.ts'
import { takenHow } from '../chart/medicine.ts'
import { textOf } from './use-note.ts'

export interface Sheet {
  facility: string
  prescriber: { name: string; qualification: string; registration: string }
  patient: { name: string; sex: Patient['sex']; mrn: string; birthDate?: string; estimated: boolean }
  date: string
  diagnoses: string[]
  lines: { id: string; generic: string; detail: string; taken: string; quantity: string }[]
  advice: string
  followUp: string
  signed: boolean
  /** What the law asks for and the records do not have. */
  missing: ('registration' | 'qualification')[]
}

interface Parts {
  facility: string
  patient: Patient
  practitioner: Practitioner | undefined
  /** The name of who is signed in, for somebody without a practitioner's record. */
  signer: string
  date: string
  note: Composition | undefined
  conditions: readonly Condition[]
  medications: readonly MedicationRequest[]
}

/** The prescription of a visit, ready to lay out. */
export function sheetOf({
  facility,
  patient,
  practitioner,
  signer,
  date,
  note,
  conditions,
  medications,
}: Parts): Sheet {
  const text = textOf(note)
  const qualification = practitioner?.qualification ?? ''
  const registration = practitioner?.registrationNumber ?? ''
  return {
    facility,
    prescriber: { name: practitioner ? fullName(practitioner) : signer, qualification, registration },
    patient: {
      name: fullName(patient),
      sex: patient.sex,
      mrn: patient.mrn ?? '',
      estimated: patient.birthDateEstimated ?? false,
      ...(patient.birthDate ? { birthDate: patient.birthDate } : {}),
    },
    date,
    diagnoses: conditions.filter((it) => it.verificationStatus !== 'entered-in-error').map((it) => it.code.display),
    lines: medications
      .filter((it) => it.status !== 'entered-in-error' && it.status !== 'cancelled')
      .map((it) => ({
        id: it.id,
        // In capitals, as the Medical Council asks: what is read aloud over a counter must not be misread.
        generic: it.medication.display.toUpperCase(),
        detail: [it.strength?.replaceAll(' ', '\u00a0'), it.form, it.brand && `(${it.brand})`]
          .filter(Boolean)
          .join(' '),
        taken: takenHow(it),
        quantity: it.quantity ? displayQuantity(it.quantity) : '',
      })),
    advice: text.advice,
    followUp: text['follow-up'],
    signed: note !== undefined && note.status !== 'preliminary',
    missing: [
      ...(registration ? [] : (['registration'] as const)),
      ...(qualification ? [] : (['qualification'] as const)),
    ],
  }
}
