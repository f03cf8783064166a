/** The shapes that answers have, beside the records themselves. What a screen draws is one of these. */

import type { EntryKind } from '../domain/entry.ts'
import type { Json } from '../domain/fields.ts'
import type { Conflict } from '../domain/fold.ts'
import type {
  AllergyIntolerance,
  Composition,
  Condition,
  DiagnosticReport,
  Encounter,
  Immunization,
  KindName,
  MedicationRequest,
  Observation,
  Patient,
} from '../domain/kinds.ts'
import type { Role } from '../domain/roles.ts'

export interface SessionUser {
  id: string
  login: string
  name: string
  roles: Role[]
  /** The practitioner this user writes as; absent for those who do not treat. */
  practitioner?: string
}

export interface ClinicStatus {
  state: 'empty' | 'setup' | 'locked' | 'open'
  facility?: { id: string; name: string }
  user?: SessionUser
  /** Idle minutes after which the session ends. */
  idleMinutes: number
  version: string
}

/** A patient as a list shows one. */
export interface PatientHit {
  id: string
  /** `FAMILY, Given (Title)`, ready to show. */
  name: string
  birthDate?: string
  birthDateEstimated?: boolean
  sex: Patient['sex']
  mrn?: string
  phone?: string
  deceased?: boolean
  /** What matched, when it is not what the row already shows: a former number, an identifier. */
  matched?: string
}

export interface Candidate extends PatientHit {
  /** 0 to 1; 1 is the same person for certain. */
  score: number
  /** Why it may be the same person: `phone`, `birthDate`, `name`, `nameSounds`. */
  why: string[]
}

export interface TimelineItem {
  kind: KindName
  id: string
  /** FHIR dateTime, to the precision known. */
  at?: string
  title: string
  detail?: string
  encounter?: string
}

export interface TrendPoint {
  /** The observation. */
  id: string
  at: string
  value?: number
  unit?: string
  components?: { code: string; value: number; unit: string }[]
}

export interface OpenConflict {
  kind: KindName
  id: string
  conflict: Conflict
}

export interface Chart {
  patient: Patient
  allergies: AllergyIntolerance[]
  conditions: Condition[]
  medications: MedicationRequest[]
  immunizations: Immunization[]
  conflicts: OpenConflict[]
  /** Today's visit, when one is under way. */
  openEncounter?: Encounter
  counts: Partial<Record<KindName, number>>
}

export interface Visit {
  encounter: Encounter
  observations: Observation[]
  conditions: Condition[]
  medications: MedicationRequest[]
  /** The draft if there is one, otherwise what was signed last. */
  note?: Composition
  /** Every note that was signed, the original first, then its amendments. */
  signed: Composition[]
  /** Its prescription was printed before. */
  printed: boolean
}

export type Report = DiagnosticReport & { observations: Observation[] }

export interface Warning {
  code: 'allergy' | 'duplicate'
  message: string
  /** What the message says, for a screen that says it in another language. */
  details: { how: 'same' | 'group' | 'cross'; medicine: string; with: string; through: string }
}

export interface HistoryItem {
  hash: string
  at: string
  author: string
  authorName: string
  fields: Record<string, Json>
  reason?: string
}

export interface Activity {
  hash: string
  device: string
  dseq: number
  at: string
  author: string
  authorName: string
  kind: EntryKind
  record: string
  id: string
  patient?: string
  patientName?: string
  /** What was done, in words. */
  summary: string
  reason?: string
}

export interface SyncStatus {
  enabled: boolean
  /** Entries saved here that the remote does not have yet. */
  waiting: number
  /** Entries the remote refused, set aside with those that depend on them. */
  failed: number
  lastSynced?: string
  /** The gateway's address. */
  remote?: string
  state: 'off' | 'idle' | 'syncing' | 'backing-off' | 'error'
  error?: { code: string; message: string }
}

export interface WaitingEntry {
  dseq: number
  at: string
  record: string
  summary: string
  parked?: { code: string }
}

/** Somebody's visit to this facility's records in the cloud, as its access log has it. */
export interface CloudVisit {
  id: string
  seq: number
  at: string
  /** This workstation, another of the clinic's, or whoever runs the gateway. */
  by: 'here' | 'workstation' | 'operator'
  /** Whose visit, or whom the operator's act was about. */
  device: string
  act: string
  rows: number
  address: string
  outcome: string
}

export interface AccessStatus {
  /** Whether there is a gateway whose log could be read. */
  enrolled: boolean
  rows: number
  /** The first row's time, and when the log was last read. */
  since?: string
  readAt?: string
  /** Everything else was exchanged for hours after it was last read: somebody may keep it from being read. */
  behind?: true
  /** Workstations that appear in it; `here` is this one. */
  devices: { device: string; here: boolean }[]
  /** Where its chain did not hold; empty when all is as it should be. */
  breaks: { seq: number; what: 'missing' | 'changed' | 'lost' | 'restored'; foundAt: string }[]
}

export interface ImportReport {
  patients: number
  records: Record<string, number>
  kept: Record<string, number>
  unchanged: number
  failed: { file: string; where: string; reason: string }[]
  ms: number
}

export interface VerifyReport {
  ok: boolean
  entries: number
  devices: number
  problems: string[]
}

/** What the engine tells without being asked. */
export interface Events {
  'sync.status': SyncStatus
  'import.progress': { done: number; total?: number }
  'session.ended': { reason: 'idle' | 'lock' | 'engine-gone' }
  'records.changed': { kinds: string[]; patient?: string }
}
