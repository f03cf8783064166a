import { immunization } from '../records/immunization.ts'
import {
  extension,
  listOf,
  readConcept,
  readExtension,
  readNotes,
  readRef,
  writeConcept,
  writeNote,
  writeRef,
  writeTime,
} from './elements.ts'
import type { Mapping } from './mapping.ts'

/** Immunization. When the next dose is due is in an extension of our own: R4 has it in a resource of its own. */
export const immunizationMapping: Mapping<'immunization'> = {
  kind: 'immunization',
  resourceType: 'Immunization',
  choices: ['occurrence'],
  unspoken: {
    performer: (all) => all.slice(1),
    protocolApplied: (all) => all.slice(1),
  },
  read: (it, links) => {
    const site = it.object('site')
    return {
      patient: readRef(it.object('patient'), links, 'Patient'),
      encounter: readRef(it.object('encounter'), links, 'Encounter'),
      performer: readRef(it.first('performer')?.object('actor'), links, 'Practitioner'),
      status: it.code('status', immunization.fields.status.options),
      vaccine: readConcept(it.object('vaccineCode')),
      occurrence: it.dateTime('occurrenceDateTime'),
      doseNumber: it.first('protocolApplied')?.number('doseNumberPositiveInt'),
      lot: it.line('lotNumber'),
      site: site?.line('text') ?? site?.first('coding')?.line('display'),
      nextDue: readExtension(it, 'next-due')?.date('valueDate'),
      note: readNotes(it),
    }
  },
  write: (it) => ({
    extension: listOf(extension('next-due', 'valueDate', it.nextDue)),
    status: it.status,
    vaccineCode: writeConcept(it.vaccine),
    patient: writeRef(it.patient),
    encounter: writeRef(it.encounter),
    occurrenceDateTime: writeTime(it.occurrence),
    // R4 demands an occurrence; words are allowed where no date is known.
    occurrenceString: it.occurrence ? undefined : 'unknown',
    lotNumber: it.lot,
    site: it.site ? { text: it.site } : undefined,
    performer: it.performer ? [{ actor: writeRef(it.performer) ?? {} }] : undefined,
    note: writeNote(it.note),
    protocolApplied: it.doseNumber === undefined ? undefined : [{ doseNumberPositiveInt: it.doseNumber }],
  }),
}
