import { procedure } from '../records/procedure.ts'
import {
  element,
  listOf,
  readConcept,
  readNotes,
  readOnset,
  readRef,
  writeConcept,
  writeNote,
  writeRef,
  writeTime,
} from './elements.ts'
import type { Mapping } from './mapping.ts'

const STATUSES = procedure.fields.status.options

/** Procedure. */
export const procedureMapping: Mapping<'procedure'> = {
  kind: 'procedure',
  resourceType: 'Procedure',
  choices: ['performed'],
  unspoken: {
    performer: (all) => all.slice(1),
    reasonCode: (all) => all.slice(1),
  },
  read: (it, links) => ({
    patient: readRef(it.object('subject'), links, 'Patient'),
    encounter: readRef(it.object('encounter'), links, 'Encounter'),
    performer: readRef(it.first('performer')?.object('actor'), links, 'Practitioner'),
    status: it.code('status', STATUSES),
    code: readConcept(it.object('code')),
    reason: readConcept(it.first('reasonCode')),
    start: readOnset(it, 'performed'),
    end: it.object('performedPeriod')?.dateTime('end'),
    note: readNotes(it),
  }),
  write: (it) => ({
    status: it.status,
    code: writeConcept(it.code),
    subject: writeRef(it.patient),
    encounter: writeRef(it.encounter),
    performedDateTime: it.end ? undefined : writeTime(it.start),
    performedPeriod: it.end ? element({ start: writeTime(it.start), end: writeTime(it.end) }) : undefined,
    performer: it.performer ? [{ actor: writeRef(it.performer) ?? {} }] : undefined,
    reasonCode: listOf(writeConcept(it.reason)),
    note: writeNote(it.note),
  }),
}
