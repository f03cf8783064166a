import { diagnosticReport } from '../records/diagnostic-report.ts'
import {
  listOf,
  readConcept,
  readIssued,
  readOnset,
  readRef,
  writeConcept,
  writeIssued,
  writeRef,
  writeTime,
} from './elements.ts'
import type { Mapping } from './mapping.ts'

const STATUSES = diagnosticReport.fields.status.options

/** DiagnosticReport. */
export const diagnosticReportMapping: Mapping<'diagnostic_report'> = {
  kind: 'diagnostic_report',
  resourceType: 'DiagnosticReport',
  choices: ['effective'],
  unspoken: { performer: (all) => all.slice(1) },
  read: (it, links) => {
    const results = it.list('result').flatMap((one) => readRef(one, links, 'Observation') ?? [])
    return {
      patient: readRef(it.object('subject'), links, 'Patient'),
      encounter: readRef(it.object('encounter'), links, 'Encounter'),
      performer: readRef(it.first('performer'), links, 'Practitioner'),
      status: it.code('status', STATUSES),
      code: readConcept(it.object('code')),
      effective: readOnset(it, 'effective'),
      issued: readIssued(it),
      results: results.length > 0 ? results : undefined,
      conclusion: it.text('conclusion'),
    }
  },
  write: (it) => {
    const { issued, extension } = writeIssued(it.issued)
    return {
      extension: listOf(extension),
      status: it.status,
      code: writeConcept(it.code),
      subject: writeRef(it.patient),
      encounter: writeRef(it.encounter),
      effectiveDateTime: writeTime(it.effective),
      issued,
      performer: listOf(writeRef(it.performer)),
      result: listOf(...(it.results ?? []).map(writeRef)),
      conclusion: it.conclusion || undefined,
    }
  },
}
