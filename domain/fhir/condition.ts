import { condition } from '../records/condition.ts'
import {
  listOf,
  readCode,
  readConcept,
  readNotes,
  readOnset,
  readRef,
  writeCode,
  writeConcept,
  writeNote,
  writeRef,
  writeTime,
} from './elements.ts'
import type { Mapping } from './mapping.ts'

const SYSTEMS = 'http://terminology.hl7.org/CodeSystem/'
const CLINICAL = condition.fields.clinicalStatus.unwrap().options
const VERIFICATION = condition.fields.verificationStatus.unwrap().options
const CATEGORIES = condition.fields.category.unwrap().options

/** Condition. */
export const conditionMapping: Mapping<'condition'> = {
  kind: 'condition',
  resourceType: 'Condition',
  choices: ['onset', 'abatement'],
  unspoken: { category: (all) => all.slice(1) },
  read: (it, links) => ({
    patient: readRef(it.object('subject'), links, 'Patient'),
    encounter: readRef(it.object('encounter'), links, 'Encounter'),
    recorder: readRef(it.object('recorder'), links, 'Practitioner'),
    code: readConcept(it.object('code')),
    clinicalStatus: readCode(it.object('clinicalStatus'), CLINICAL),
    verificationStatus: readCode(it.object('verificationStatus'), VERIFICATION),
    category: readCode(it.first('category'), CATEGORIES),
    onset: readOnset(it, 'onset'),
    abatement: readOnset(it, 'abatement'),
    recorded: it.dateTime('recordedDate'),
    note: readNotes(it),
  }),
  write: (it) => ({
    clinicalStatus: writeCode(`${SYSTEMS}condition-clinical`, it.clinicalStatus),
    verificationStatus: writeCode(`${SYSTEMS}condition-ver-status`, it.verificationStatus),
    category: listOf(
      writeCode(
        // US Core's list, as R4's own has no health concerns.
        it.category === 'health-concern'
          ? 'http://hl7.org/fhir/us/core/CodeSystem/condition-category'
          : `${SYSTEMS}condition-category`,
        it.category,
      ),
    ),
    code: writeConcept(it.code),
    subject: writeRef(it.patient),
    encounter: writeRef(it.encounter),
    onsetDateTime: writeTime(it.onset),
    abatementDateTime: writeTime(it.abatement),
    recordedDate: writeTime(it.recorded),
    recorder: writeRef(it.recorder),
    note: writeNote(it.note),
  }),
}
