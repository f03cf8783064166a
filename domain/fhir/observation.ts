import type { Quantity } from '../fields.ts'
import type { Observation } from '../kinds.ts'
import { observation } from '../records/observation.ts'
import {
  element,
  extension,
  listOf,
  present,
  readCode,
  readConcept,
  readExtension,
  readIssued,
  readNotes,
  readOnset,
  readQuantity,
  readRef,
  textExtension,
  writeCode,
  writeConcept,
  writeIssued,
  writeNote,
  writeQuantity,
  writeRef,
  writeTime,
} from './elements.ts'
import type { Mapping } from './mapping.ts'
import type { Reader } from './reader.ts'

const CATEGORY = 'http://terminology.hl7.org/CodeSystem/observation-category'
const CATEGORIES = observation.fields.category.unwrap().options
const STATUSES = observation.fields.status.options
const INTERPRETATION = 'http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation'
const FLAGS = observation.fields.flag.unwrap().options

/** Observation. A correction names what it `replaces` in an extension: R4 has no element for it. */
export const observationMapping: Mapping<'observation'> = {
  kind: 'observation',
  resourceType: 'Observation',
  choices: ['effective', 'value'],
  unspoken: {
    category: (all) => all.slice(1),
    performer: (all) => all.slice(1),
    referenceRange: (all) => all.slice(1),
    interpretation: (all) => all.slice(1),
  },
  read: (it, links) => ({
    patient: readRef(it.object('subject'), links, 'Patient'),
    encounter: readRef(it.object('encounter'), links, 'Encounter'),
    performer: readRef(it.first('performer'), links, 'Practitioner'),
    status: it.code('status', STATUSES),
    category: readCode(it.first('category'), CATEGORIES),
    code: readConcept(it.object('code')),
    value: readQuantity(it.object('valueQuantity')) ?? readInteger(it),
    concept:
      readConcept(it.object('valueCodeableConcept')) ??
      readConcept(readExtension(it, 'value-concept')?.object('valueCodeableConcept')),
    valueText:
      it.text('valueString') ??
      it.text('valueDateTime') ??
      it.text('valueTime') ??
      readYesNo(it) ??
      readExtension(it, 'value-text')?.text('valueString'),
    components: readComponents(it),
    effective: readOnset(it, 'effective'),
    issued: readIssued(it),
    range: readRange(it.first('referenceRange')),
    flag: readCode(it.first('interpretation'), FLAGS),
    replaces: readRef(readExtension(it, 'replaces')?.object('valueReference'), links, 'Observation'),
    note: readNotes(it),
  }),
  write: (it) => {
    const { issued, extension: issuedDay } = writeIssued(it.issued)
    return {
      extension: listOf(
        issuedDay,
        extension('replaces', 'valueReference', writeRef(it.replaces)),
        // R4 takes one value; where a finding has an amount and words, the words go beside it.
        it.value || it.concept ? textExtension('value-text', it.valueText) : undefined,
        it.value ? extension('value-concept', 'valueCodeableConcept', writeConcept(it.concept)) : undefined,
      ),
      status: it.status,
      category: it.category ? [{ coding: [{ system: CATEGORY, code: it.category, display: it.category }] }] : undefined,
      code: writeConcept(it.code),
      subject: writeRef(it.patient),
      encounter: writeRef(it.encounter),
      effectiveDateTime: writeTime(it.effective),
      issued,
      performer: listOf(writeRef(it.performer)),
      valueQuantity: writeQuantity(it.value),
      valueCodeableConcept: it.value ? undefined : writeConcept(it.concept),
      valueString: it.value || it.concept ? undefined : it.valueText || undefined,
      interpretation: listOf(writeCode(INTERPRETATION, it.flag)),
      note: writeNote(it.note),
      referenceRange: listOf(writeRange(it.range, it.value?.unit)),
      component: listOf(
        ...(it.components ?? []).map((part) =>
          element({
            extension: part.value
              ? listOf(extension('value-concept', 'valueCodeableConcept', writeConcept(part.concept)))
              : undefined,
            code: writeConcept(part.code),
            valueQuantity: writeQuantity(part.value),
            valueCodeableConcept: part.value ? undefined : writeConcept(part.concept),
          }),
        ),
      ),
    }
  },
}

function readComponents(it: Reader): Observation['components'] {
  const components = it.list('component').flatMap((part) => {
    const code = readConcept(part.object('code'))
    const said = part.text('valueString')
    const concept =
      readConcept(part.object('valueCodeableConcept')) ??
      readConcept(readExtension(part, 'value-concept')?.object('valueCodeableConcept')) ??
      (said ? { display: said } : undefined)
    return code ? [present({ code, value: readQuantity(part.object('valueQuantity')), concept })] : []
  })
  return components.length > 0 ? components : undefined
}

function readInteger(it: Reader): Quantity | undefined {
  const value = it.number('valueInteger')
  return value === undefined ? undefined : { value, unit: '1' }
}

function readYesNo(it: Reader): string | undefined {
  const value = it.boolean('valueBoolean')
  return value === undefined ? undefined : value ? 'Yes' : 'No'
}

function readRange(it: Reader | undefined): Observation['range'] {
  if (!it) return undefined
  const range = present({
    low: it.object('low')?.number('value'),
    high: it.object('high')?.number('value'),
    text: it.text('text'),
  })
  return Object.keys(range).length > 0 ? range : undefined
}

function writeRange(range: Observation['range'], unit = '1') {
  if (!range) return undefined
  const bound = (value: number | undefined) => (value === undefined ? undefined : writeQuantity({ value, unit }))
  return element({ low: bound(range.low), high: bound(range.high), text: range.text || undefined })
}
