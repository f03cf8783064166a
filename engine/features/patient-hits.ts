/** Patients as lists show them, and whom a user had open lately. */
import type { Patient } from '../../domain/kinds.ts'
import { KINDS } from '../../domain/kinds.ts'
import { displayName } from '../../domain/name.ts'
import type { PatientHit } from '../api-shapes.ts'
import type { Context } from '../context.ts'
import type { Row } from '../rows.ts'
import type { Found } from '../search-index.ts'
import { joined, phoneDigits } from '../search-text.ts'
import type { Store } from '../store.ts'
import { nowOf } from './records.ts'

export function hitOf(patient: Patient): PatientHit {
  const { id, birthDate, birthDateEstimated, sex, mrn, phones, deceased, deceasedAt } = patient
  const phone = phones?.[0]
  return {
    id,
    name: displayName(patient),
    sex,
    ...(birthDate !== undefined && { birthDate }),
    ...(birthDateEstimated && { birthDateEstimated }),
    ...(mrn !== undefined && { mrn }),
    ...(phone !== undefined && { phone }),
    ...((deceased || deceasedAt) && { deceased: true }),
  }
}

/** What was found, as rows of a list, in the order found. */
export function hitsOf({ store }: { store: Store }, found: readonly Found[]): PatientHit[] {
  return found.flatMap(({ patient, number }) => {
    const record = store.get(KINDS.patient, patient)
    if (!record) return []
    const matched = number && matchedOf(record, number)
    return [{ ...hitOf(record), ...(matched && { matched }) }]
  })
}

/** The number that matched, as it is written in the record, unless the row shows it anyway. */
function matchedOf(patient: Patient, number: string): string | undefined {
  const [shown, ...others] = patient.phones ?? []
  if (joined(patient.mrn ?? '').includes(number) || phoneDigits(shown ?? '').includes(number)) return undefined
  const numbers = [
    ...others,
    patient.abhaNumber,
    patient.abhaAddress,
    ...(patient.identifiers ?? []).map((it) => it.value),
  ]
  return numbers.find((it) => it && (joined(it).startsWith(number) || phoneDigits(it).includes(number)))
}

/** How many are kept a user: more than a screen shows, and no history of what they did. */
const KEPT = 50

/** Notes that the user had this patient open. A convenience of this workstation: it is not journaled and not synced. */
export function rememberPatient(context: Context, patient: string): void {
  const { db, user } = context
  db.immediate(() => {
    db.run(
      `insert into recent (user, patient, at) values (?, ?, ?)
       on conflict (user, patient) do update set at = excluded.at`,
      [user.id, patient, nowOf(context)],
    )
    db.run(
      `delete from recent where user = :user and patient in
         (select patient from recent where user = :user order by at desc limit -1 offset ${KEPT})`,
      { user: user.id },
    )
  })
}

export function recentPatients({ db, store, user }: Context, limit: number): PatientHit[] {
  return db.all<Row>(RECENT, [user.id, limit]).map((row) => hitOf(store.read(KINDS.patient, row)))
}

export const RECENT = `
  select patient.* from recent join patient on patient.id = recent.patient
  where recent.user = ? and patient.mergedInto is null order by recent.at desc limit ?`
