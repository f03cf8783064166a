import { expect, test } from 'vitest'
import type { Composition, MedicationRequest, Patient, Practitioner } from '../../domain/kinds.ts'
import { sheetOf } from './prescription-sheet.ts'

const patient = {
  id: 'p',
  given: 'Asha',
  family: 'Patel',
  prefix: 'Ms',
  sex: 'female',
  birthDate: '1970',
  birthDateEstimated: true,
  mrn: 'A-00417',
} as Patient
const practitioner = {
  id: 'd',
  given: 'Anil',
  family: 'Rao',
  prefix: 'Dr',
  qualification: 'MBBS, MD',
  registrationNumber: 'KMC 12345',
} as Practitioner
const medicine = {
  id: 'm',
  patient: 'p',
  status: 'active',
  intent: 'order',
  medication: { display: 'Paracetamol' },
  strength: '500 mg',
  form: 'tablet',
  dose: { pattern: '1-0-1', timesPerDay: 2 },
  durationDays: 5,
  quantity: { value: 10, unit: '{tablet}' },
} as MedicationRequest
const note = {
  status: 'final',
  sections: [
    { key: 'advice', text: 'Rest, fluids.' },
    { key: 'follow-up', text: 'In 5 days if fever stays.' },
  ],
} as Composition
const parts = {
  facility: 'Rao Clinic',
  patient,
  practitioner,
  signer: 'Dr Rao',
  date: '2026-03-12',
  note,
  conditions: [],
  medications: [medicine],
}

test('a prescription carries who wrote it, for whom, what, how, how long, and what to do', () => {
  const sheet = sheetOf(parts)
  expect(sheet.prescriber).toEqual({ name: 'Dr Anil Rao', qualification: 'MBBS, MD', registration: 'KMC 12345' })
  expect(sheet.patient).toMatchObject({ name: 'Ms Asha Patel', sex: 'female', mrn: 'A-00417' })
  expect(sheet.lines[0]).toMatchObject({
    generic: 'PARACETAMOL',
    detail: '500\u00a0mg tablet',
    quantity: '10\u00a0tablets',
  })
  expect(sheet.lines[0]?.taken).toMatch(/morning.*night.*5 days/)
  expect([sheet.advice, sheet.followUp, sheet.signed]).toEqual(['Rest, fluids.', 'In 5 days if fever stays.', true])
  expect(sheet.missing).toEqual([])
})

test('what was taken back is not printed', () => {
  expect(sheetOf({ ...parts, medications: [{ ...medicine, status: 'entered-in-error' }] }).lines).toEqual([])
})

test('a missing registration number is said before the paper is', () => {
  expect(sheetOf({ ...parts, practitioner: undefined }).missing).toEqual(['registration', 'qualification'])
  expect(sheetOf({ ...parts, practitioner: undefined }).prescriber.name).toBe('Dr Rao')
})
