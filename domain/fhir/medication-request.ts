import type { MedicationRequest } from '../kinds.ts'
import { lookup } from '../lookup.ts'
import { medicationRequest } from '../records/medication-request.ts'
import {
  element,
  listOf,
  present,
  readConcept,
  readExtension,
  readNotes,
  readQuantity,
  readRef,
  textExtension,
  writeAmount,
  writeConcept,
  writeNote,
  writeRef,
  writeTime,
} from './elements.ts'
import type { Mapping } from './mapping.ts'
import { asLine, type Reader } from './reader.ts'

const STATUSES = medicationRequest.fields.status.options
const INTENTS = medicationRequest.fields.intent.options
const UCUM = 'http://unitsofmeasure.org'
/** Days in FHIR's units of a timing. */
const DAYS = lookup<number>({ s: 1 / 86_400, min: 1 / 1440, h: 1 / 24, d: 1, wk: 7, mo: 30, a: 365 })

/** MedicationRequest. Brand, strength and form belong to a Medication in R4; here they are extensions of the line. */
export const medicationRequestMapping: Mapping<'medication_request'> = {
  kind: 'medication_request',
  resourceType: 'MedicationRequest',
  choices: ['reported', 'medication'],
  unspoken: {
    dosageInstruction: (all) => all.slice(1),
    reasonCode: (all) => all.slice(1),
  },
  read: (it, links) => {
    const dosage = it.first('dosageInstruction')
    const route = dosage?.object('route')
    return {
      patient: readRef(it.object('subject'), links, 'Patient'),
      encounter: readRef(it.object('encounter'), links, 'Encounter'),
      requester: readRef(it.object('requester'), links, 'Practitioner'),
      status: it.code('status', STATUSES),
      intent: it.code('intent', INTENTS),
      medication: readConcept(it.object('medicationCodeableConcept')) ?? readMedication(it),
      brand: asLine(readExtension(it, 'brand')?.text('valueString')),
      strength: asLine(readExtension(it, 'strength')?.text('valueString')),
      form: asLine(readExtension(it, 'form')?.text('valueString')),
      dose: readDose(dosage),
      durationDays: readDuration(dosage),
      quantity: readQuantity(it.object('dispenseRequest')?.object('quantity')),
      route: route?.line('text') ?? route?.first('coding')?.line('display'),
      instructions: dosage?.text('text') ?? dosage?.text('patientInstruction'),
      asNeeded: dosage?.boolean('asNeededBoolean'),
      reason: readConcept(it.first('reasonCode')),
      authored: it.dateTime('authoredOn'),
      note: readNotes(it),
    }
  },
  write: (it) => ({
    extension: listOf(
      textExtension('brand', it.brand),
      textExtension('strength', it.strength),
      textExtension('form', it.form),
    ),
    status: it.status,
    intent: it.intent,
    medicationCodeableConcept: writeConcept(it.medication),
    subject: writeRef(it.patient),
    encounter: writeRef(it.encounter),
    authoredOn: writeTime(it.authored),
    requester: writeRef(it.requester),
    reasonCode: listOf(writeConcept(it.reason)),
    note: writeNote(it.note),
    dosageInstruction: listOf(writeDosage(it)),
    dispenseRequest: it.quantity ? { quantity: writeAmount(it.quantity) ?? {} } : undefined,
  }),
}

/** A medication that is contained in the resource, or at least named by the reference to it. */
function readMedication(it: Reader) {
  const reference = it.object('medicationReference')
  const target = reference?.text('reference')
  const contained = target?.startsWith('#')
    ? it.list('contained').find((one) => one.text('id') === target.slice(1))
    : undefined
  const display = reference?.text('display')
  return readConcept(contained?.object('code')) ?? (display ? { display } : undefined)
}

function readDose(dosage: Reader | undefined): MedicationRequest['dose'] {
  const timing = dosage?.object('timing')
  const repeat = timing?.object('repeat')
  const frequency = repeat?.number('frequency')
  const days = DAYS[repeat?.text('periodUnit') ?? '']
  const period = (repeat?.number('period') ?? 1) * (days ?? Number.NaN)
  const times = frequency === undefined ? Number.NaN : round(frequency / period)
  const when = repeat?.texts('when').find((code) => code === 'AC' || code === 'PC' || code === 'HS')
  const dose = present({
    pattern: timing?.object('code')?.line('text') ?? timing?.object('code')?.first('coding')?.line('code'),
    amount: readQuantity(dosage?.first('doseAndRate')?.object('doseQuantity'), 'dose'),
    timesPerDay: times > 0 && times <= 48 ? times : undefined,
    when: when as 'AC' | 'PC' | 'HS' | undefined,
  })
  return Object.keys(dose).length > 0 ? dose : undefined
}

function readDuration(dosage: Reader | undefined): number | undefined {
  const bounds = dosage?.object('timing')?.object('repeat')?.object('boundsDuration')
  const days =
    (bounds?.number('value') ?? Number.NaN) * (DAYS[bounds?.text('code') ?? bounds?.text('unit') ?? ''] ?? Number.NaN)
  return Number.isInteger(round(days)) ? round(days) : undefined
}

function writeDosage(it: MedicationRequest) {
  const { dose = {} } = it
  const times = dose.timesPerDay
  const whole = times !== undefined && Number.isInteger(times)
  const repeat = element({
    boundsDuration:
      it.durationDays === undefined ? undefined : { value: it.durationDays, unit: 'd', system: UCUM, code: 'd' },
    // Once in two days is a frequency of 1 in a period of 2: FHIR's frequencies are whole.
    frequency: times === undefined ? undefined : whole ? times : 1,
    period: times === undefined ? undefined : whole ? 1 : round(1 / times),
    periodUnit: times === undefined ? undefined : 'd',
    when: listOf(dose.when),
  })
  return element({
    text: it.instructions || undefined,
    timing: element({ repeat, code: dose.pattern ? { text: dose.pattern } : undefined }),
    asNeededBoolean: it.asNeeded,
    route: it.route ? { text: it.route } : undefined,
    doseAndRate: dose.amount ? [{ doseQuantity: writeAmount(dose.amount) ?? {} }] : undefined,
  })
}

function round(value: number): number {
  return Math.round(value * 1e6) / 1e6
}
