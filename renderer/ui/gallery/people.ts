/** Invented people and results to show the parts with. */
import type { AllergyIntolerance, Patient } from '../../../domain/kinds.ts'
import { NO_KNOWN_ALLERGY } from '../../../domain/records/allergy-intolerance.ts'
import type { SyncStatus } from '../../../engine/api-shapes.ts'
import type { Result } from '../ResultTable.tsx'

const id = (n: number) => `00000000-0000-7000-8000-${String(n).padStart(12, '0')}`

export const asha: Patient = {
  id: id(1),
  mrn: 'A-00417',
  family: 'Patel',
  given: 'Asha',
  prefix: 'Ms',
  sex: 'female',
  birthDate: '1970-01-12',
  phones: ['98200 11111'],
}

/** Of whom hardly anything is known. */
export const unknown: Patient = { id: id(2), given: 'Raju', sex: 'unknown' }

export const baby: Patient = {
  id: id(3),
  mrn: 'A-00418',
  family: 'Lakshmi',
  given: 'Meena',
  sex: 'female',
  birthDate: '2025-09',
}

export const dead: Patient = { ...asha, id: id(4), deceased: true, deceasedAt: '2026-03-02' }

export const allergies: AllergyIntolerance[] = [
  {
    id: id(5),
    patient: id(1),
    code: { display: 'Penicillin' },
    criticality: 'high',
    reactions: [{ manifestation: { display: 'Rash' }, severity: 'severe' }],
  },
  {
    id: id(6),
    patient: id(1),
    code: { display: 'Dust mites' },
    reactions: [{ manifestation: { display: 'Sneezing' } }],
  },
]

export const noneKnown: AllergyIntolerance[] = [
  { id: id(7), patient: id(1), code: NO_KNOWN_ALLERGY, recorded: '2026-03-12' },
]

const ON: SyncStatus = { enabled: true, waiting: 0, failed: 0, state: 'idle', lastSynced: new Date().toISOString() }

export const syncs: [string, SyncStatus | undefined][] = [
  ['before the engine has answered', undefined],
  ['off', { enabled: false, waiting: 0, failed: 0, state: 'off' }],
  ['in step', ON],
  ['behind', { ...ON, waiting: 3, state: 'syncing' }],
  ['no connection', { ...ON, waiting: 41, state: 'backing-off', lastSynced: '2026-01-12T10:42:00Z' }],
  ['trouble', { ...ON, waiting: 2, failed: 1, state: 'error' }],
]

export const results: Result[] = [
  { id: '1', name: 'Hemoglobin', value: '9.8', unit: 'g/dL', flag: 'L', range: '12.0–15.5', at: '12-Jan-2026' },
  { id: '2', name: 'Potassium', value: '6.4', unit: 'mmol/L', flag: 'HH', range: '3.5–5.1', at: '12-Jan-2026' },
  { id: '3', name: 'Sodium', value: '138', unit: 'mmol/L', range: '135–145', at: '12-Jan-2026' },
  { id: '4', name: 'Malaria antigen', value: 'Positive', flag: 'A', at: '12-Jan-2026' },
  {
    id: '5',
    name: 'Creatinine',
    value: '0.9',
    unit: 'mg/dL',
    range: '0.6–1.1',
    at: '12-Jan-2026',
    onOpen: () => undefined,
  },
]

export const times = ['2025-01-12', '2025-03-02', '2025-05-20', '2025-08-11', '2025-11-03', '2026-01-12'].map(
  (day) => `${day}T09:30:00Z`,
)
export const systolic = [162, 154, 148, 150, 138, 132]
export const diastolic = [98, 96, 90, 92, 84, 82]

const CODES = [
  { code: 'I10', display: 'Essential (primary) hypertension', favorite: true },
  { code: 'E11.9', display: 'Type 2 diabetes mellitus without complications', favorite: true },
  { code: 'J06.9', display: 'Acute upper respiratory infection, unspecified' },
  { code: 'A09', display: 'Infectious gastroenteritis and colitis, unspecified' },
  { code: 'M54.5', display: 'Low back pain' },
]

/** Answers as the engine would: the favorites first, and by any part. */
export async function searchCodes(text: string) {
  const wanted = text.toLowerCase()
  return CODES.filter(({ code, display }) => `${code} ${display}`.toLowerCase().includes(wanted))
}

export const many = Array.from({ length: 10_000 }, (_, n) => ({ id: String(n), text: `Row ${n + 1} of 10,000` }))
