import type { AllergyIntolerance } from '../kinds.ts'
import { allergyIntolerance } from '../records/allergy-intolerance.ts'
import {
  element,
  listOf,
  present,
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
import { oneOf, type Reader } from './reader.ts'

const SYSTEMS = 'http://terminology.hl7.org/CodeSystem/allergyintolerance-'

/** R4 demands a clinical status of every allergy that is not an error; where none is known, that is what is said. */
const UNKNOWN = {
  extension: [{ url: 'http://hl7.org/fhir/StructureDefinition/data-absent-reason', valueCode: 'unknown' }],
}

/** AllergyIntolerance. */
export const allergyIntoleranceMapping: Mapping<'allergy_intolerance'> = {
  kind: 'allergy_intolerance',
  resourceType: 'AllergyIntolerance',
  choices: ['onset'],
  read: (it, links) => ({
    patient: readRef(it.object('patient'), links, 'Patient'),
    encounter: readRef(it.object('encounter'), links, 'Encounter'),
    recorder: readRef(it.object('recorder'), links, 'Practitioner'),
    code: readConcept(it.object('code')),
    type: it.code('type', ['allergy', 'intolerance']),
    category: oneOf(it.texts('category')[0], allergyIntolerance.fields.category.unwrap().options),
    criticality: it.code('criticality', ['high', 'low', 'unable-to-assess']),
    clinicalStatus: readCode(it.object('clinicalStatus'), allergyIntolerance.fields.clinicalStatus.unwrap().options),
    verificationStatus: readCode(it.object('verificationStatus'), [
      'confirmed',
      'presumed',
      'unconfirmed',
      'refuted',
      'entered-in-error',
    ]),
    reactions: readReactions(it),
    onset: readOnset(it, 'onset'),
    recorded: it.dateTime('recordedDate'),
    note: readNotes(it),
  }),
  write: (it) => ({
    clinicalStatus:
      writeCode(`${SYSTEMS}clinical`, it.clinicalStatus) ??
      (it.verificationStatus === 'entered-in-error' ? undefined : UNKNOWN),
    verificationStatus: writeCode(`${SYSTEMS}verification`, it.verificationStatus),
    type: it.type,
    category: listOf(it.category),
    criticality: it.criticality,
    code: writeConcept(it.code),
    patient: writeRef(it.patient),
    encounter: writeRef(it.encounter),
    onsetDateTime: writeTime(it.onset),
    recordedDate: writeTime(it.recorded),
    recorder: writeRef(it.recorder),
    note: writeNote(it.note),
    reaction: listOf(
      ...(it.reactions ?? []).map((one) =>
        element({ manifestation: listOf(writeConcept(one.manifestation)), severity: one.severity }),
      ),
    ),
  }),
}

/** A reaction with several manifestations becomes several, so that each is seen. */
function readReactions(it: Reader): AllergyIntolerance['reactions'] {
  const reactions = it.list('reaction').flatMap((one) =>
    one.list('manifestation').flatMap((shown) => {
      const manifestation = readConcept(shown)
      return manifestation
        ? [present({ manifestation, severity: one.code('severity', ['mild', 'moderate', 'severe']) })]
        : []
    }),
  )
  return reactions.length > 0 ? reactions : undefined
}
