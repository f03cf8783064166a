import { encounter } from '../records/encounter.ts'
import {
  element,
  extension,
  listOf,
  readConcept,
  readExtension,
  readRef,
  textExtension,
  writeConcept,
  writeRef,
  writeTime,
} from './elements.ts'
import type { Mapping } from './mapping.ts'

const CLASSES = encounter.fields.class.options
const STATUSES = encounter.fields.status.options

/** Encounter. The token of the waiting room and the desk's note are in extensions of our own. */
export const encounterMapping: Mapping<'encounter'> = {
  kind: 'encounter',
  resourceType: 'Encounter',
  choices: [],
  unspoken: {
    type: (all) => all.slice(1),
    participant: (all) => all.slice(1),
    reasonCode: (all) => all.slice(1),
  },
  read: (it, links) => {
    const period = it.object('period')
    return {
      patient: readRef(it.object('subject'), links, 'Patient'),
      practitioner: readRef(it.first('participant')?.object('individual'), links, 'Practitioner'),
      class: it.object('class')?.code('code', CLASSES),
      status: it.code('status', STATUSES),
      type: readConcept(it.first('type')),
      reason: readConcept(it.first('reasonCode')),
      start: period?.dateTime('start'),
      end: period?.dateTime('end'),
      token: readExtension(it, 'token')?.number('valueInteger'),
      note: readExtension(it, 'note')?.text('valueString'),
    }
  },
  write: (it) => ({
    extension: listOf(extension('token', 'valueInteger', it.token), textExtension('note', it.note)),
    status: it.status,
    class: { system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: it.class },
    type: listOf(writeConcept(it.type)),
    subject: writeRef(it.patient),
    participant: it.practitioner ? [{ individual: writeRef(it.practitioner) ?? {} }] : undefined,
    period: element({ start: writeTime(it.start), end: writeTime(it.end) }),
    reasonCode: listOf(writeConcept(it.reason)),
  }),
}
