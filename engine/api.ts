/** The engine's API as types only: what the page, the shell and the command line may call, and what they get. */

import type { z } from 'zod'
import type { Json } from '../domain/fields.ts'
import type { InputOf } from '../domain/kind.ts'
import type {
  AllergyIntolerance,
  Composition,
  Condition,
  Encounter,
  Immunization,
  KINDS,
  KindName,
  MedicationRequest,
  Observation,
  Patient,
  Practitioner,
  Procedure,
  RecordOf,
  User,
} from '../domain/kinds.ts'
import type { Role } from '../domain/roles.ts'
import type {
  Activity,
  Candidate,
  Chart,
  ClinicStatus,
  HistoryItem,
  ImportReport,
  PatientHit,
  Report,
  SessionUser,
  SyncStatus,
  TimelineItem,
  TrendPoint,
  VerifyReport,
  Visit,
  WaitingEntry,
  Warning,
} from './api-shapes.ts'
import type { features } from './features.ts'

type In<N extends KindName, Without extends string = never> = Omit<InputOf<(typeof KINDS)[N]>, 'source' | Without>
type Patch<N extends KindName> = {
  id: string
  patch: { [F in keyof Omit<RecordOf<N>, 'id'>]?: RecordOf<N>[F] | null }
  reason?: string
}
type Call<I, V> = { input: I; value: V }
// biome-ignore lint/complexity/noBannedTypes: an empty input is exactly that
type None = {}

type Inferred = {
  [N in keyof typeof features]: Call<
    z.input<(typeof features)[N]['input']>,
    Awaited<ReturnType<(typeof features)[N]['run']>>
  >
}

/** Every command and query, by name: what the features are, inferred. */
export type Api = Inferred & Omit<Planned, keyof Inferred>

interface Planned {
  'clinic.status': Call<None, ClinicStatus>
  'clinic.create': Call<
    {
      facility: string
      admin: { login: string; name: string; password: string; qualification?: string; registrationNumber?: string }
      alsoClinician: boolean
      language?: string
    },
    { recoveryCodes: [string, string] }
  >
  'clinic.confirmRecovery': Call<{ code: string }, { user: SessionUser }>
  'session.signIn': Call<{ login: string; password: string }, { user: SessionUser }>
  'session.recover': Call<
    { code: string; login: string; newPassword: string },
    { user: SessionUser; recoveryCode: string }
  >
  'session.signOut': Call<None, None>
  'session.changePassword': Call<{ current: string; next: string }, None>
  'patient.search': Call<{ text: string; limit?: number }, { results: PatientHit[]; ms: number }>
  'patient.today': Call<None, { visits: { encounter: Encounter; patient: PatientHit }[] }>
  'patient.duplicates': Call<
    Partial<Pick<Patient, 'family' | 'given' | 'birthDate' | 'phones' | 'sex'>>,
    { candidates: Candidate[] }
  >
  'patient.register': Call<In<'patient', 'id' | 'mrn'>, { patient: Patient }>
  'patient.change': Call<Patch<'patient'>, { patient: Patient }>
  'patient.get': Call<{ id: string }, { patient: Patient }>
  'chart.get': Call<{ patient: string }, Chart>
  'chart.timeline': Call<{ patient: string; before?: string; limit?: number }, { items: TimelineItem[]; next?: string }>
  'chart.results': Call<{ patient: string }, { reports: Report[] }>
  'chart.record': Call<{ kind: KindName; id: string }, { record: Record<string, Json>; history: HistoryItem[] }>
  'observation.latest': Call<{ patient: string; codes: string[] }, { latest: Record<string, Observation> }>
  'observation.trend': Call<{ patient: string; code: string }, { points: TrendPoint[] }>
  'observation.record': Call<In<'observation', 'status'>, { observation: Observation }>
  'visit.open': Call<{ patient: string; reason?: string }, { encounter: Encounter }>
  'visit.get': Call<{ encounter: string }, Visit>
  'visit.change': Call<Patch<'encounter'>, { encounter: Encounter }>
  'visit.saveNote': Call<
    { encounter: string; sections: { key: string; title?: string; text: string }[] },
    { note: Composition }
  >
  'visit.sign': Call<{ encounter: string }, { note: Composition }>
  'condition.add': Call<In<'condition', 'id'>, { condition: Condition }>
  'condition.change': Call<Patch<'condition'>, { condition: Condition }>
  'allergy.add': Call<In<'allergy_intolerance', 'id'>, { allergy: AllergyIntolerance }>
  'allergy.change': Call<Patch<'allergy_intolerance'>, { allergy: AllergyIntolerance }>
  'allergy.noneKnown': Call<{ patient: string }, { allergy: AllergyIntolerance }>
  'medication.add': Call<In<'medication_request', 'id'>, { medication: MedicationRequest; warnings: Warning[] }>
  'medication.change': Call<Patch<'medication_request'>, { medication: MedicationRequest; warnings: Warning[] }>
  'medication.check': Call<
    { patient: string; medication: { system?: string; code?: string; display: string } },
    { warnings: Warning[] }
  >
  'medication.repeatLast': Call<{ encounter: string }, { medications: MedicationRequest[] }>
  'immunization.add': Call<In<'immunization', 'id'>, { immunization: Immunization }>
  'procedure.add': Call<In<'procedure', 'id'>, { procedure: Procedure }>
  'code.search': Call<
    { system: 'icd10'; text: string; limit?: number },
    { codes: { code: string; display: string; favorite: boolean }[] }
  >
  'code.import': Call<{ system: 'icd10'; path: string }, { codes: number }>
  'conflict.resolve': Call<
    { kind: KindName; id: string; field: string; value: Json; reason?: string },
    { record: Record<string, Json> }
  >
  'practitioner.list': Call<None, { practitioners: Practitioner[] }>
  'practitioner.add': Call<In<'practitioner', 'id'>, { practitioner: Practitioner }>
  'practitioner.change': Call<Patch<'practitioner'>, { practitioner: Practitioner }>
  'user.list': Call<None, { users: User[] }>
  'user.add': Call<
    { login: string; name: string; roles: Role[]; password: string; practitioner?: string },
    { user: User }
  >
  'user.change': Call<Patch<'user'>, { user: User }>
  'user.resetPassword': Call<{ id: string; password: string }, None>
  'user.remove': Call<{ id: string }, None>
  'activity.list': Call<
    {
      before?: string
      limit?: number
      author?: string
      patient?: string
      kind?: 'change' | 'access' | 'session' | 'admin'
    },
    { entries: Activity[]; next?: string }
  >
  'sync.status': Call<None, SyncStatus>
  'sync.waiting': Call<{ limit?: number }, { entries: WaitingEntry[] }>
  'sync.enroll': Call<{ code: string }, SyncStatus>
  'sync.on': Call<None, SyncStatus>
  'sync.off': Call<None, SyncStatus>
  'sync.now': Call<None, SyncStatus>
  'data.import': Call<{ path: string }, ImportReport>
  'data.export': Call<{ path: string }, { resources: number; bytes: number }>
  'data.verify': Call<None, VerifyReport>
}

export type ApiName = keyof Api
export type ApiInput<N extends ApiName> = Api[N]['input']
export type ApiValue<N extends ApiName> = Api[N]['value']

export interface Failure {
  code: string
  message: string
  /** For a screen that says it in another language: `retryAfter` in seconds, `where`, … Never patient data. */
  details?: Record<string, string | number>
}

export type Answer<N extends ApiName> = { ok: true; value: ApiValue<N> } | { ok: false; error: Failure }
