/** Every kind of record that a clinic keeps, by name. The order is the order in which a chart and an export list them. */

import type { AnyKind, Of } from './kind.ts'
import { allergyIntolerance } from './records/allergy-intolerance.ts'
import { composition } from './records/composition.ts'
import { condition } from './records/condition.ts'
import { diagnosticReport } from './records/diagnostic-report.ts'
import { encounter } from './records/encounter.ts'
import { immunization } from './records/immunization.ts'
import { medicationRequest } from './records/medication-request.ts'
import { observation } from './records/observation.ts'
import { patient } from './records/patient.ts'
import { practitioner } from './records/practitioner.ts'
import { procedure } from './records/procedure.ts'
import { unmodeled } from './records/unmodeled.ts'
import { user } from './records/user.ts'

export const KINDS = {
  patient,
  practitioner,
  encounter,
  observation,
  condition,
  allergy_intolerance: allergyIntolerance,
  medication_request: medicationRequest,
  immunization,
  procedure,
  diagnostic_report: diagnosticReport,
  composition,
  user,
  unmodeled,
} as const

export type KindName = keyof typeof KINDS
export type RecordOf<N extends KindName> = Of<(typeof KINDS)[N]>

export type Patient = RecordOf<'patient'>
export type Practitioner = RecordOf<'practitioner'>
export type Encounter = RecordOf<'encounter'>
export type Observation = RecordOf<'observation'>
export type Condition = RecordOf<'condition'>
export type AllergyIntolerance = RecordOf<'allergy_intolerance'>
export type MedicationRequest = RecordOf<'medication_request'>
export type Immunization = RecordOf<'immunization'>
export type DiagnosticReport = RecordOf<'diagnostic_report'>
export type Composition = RecordOf<'composition'>
export type User = RecordOf<'user'>

/** The kind of that name; undefined for one that only a newer program knows. */
export function kindNamed(name: string): AnyKind | undefined {
  return Object.hasOwn(KINDS, name) ? KINDS[name as KindName] : undefined
}
