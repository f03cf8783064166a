import { expect, test } from 'vitest'
import { recordLines, spelledOut, valueText } from './record-lines.ts'

const say = {
  date: (value: string) => `on ${value}`,
  code: (value: string) => (value === 'active' ? 'Current' : undefined),
  yes: 'Yes',
  no: 'No',
}

test('a record reads in the order in which its kind is defined, without its pointers', () => {
  const lines = recordLines(
    'condition',
    {
      onset: '2024-01-02',
      clinicalStatus: 'active',
      code: { system: 'http://hl7.org/fhir/sid/icd-10', code: 'I10', display: 'Essential (primary) hypertension' },
      id: 'x',
      patient: 'y',
      recorder: 'z',
    },
    say,
  )
  expect(lines).toEqual([
    { field: 'code', text: 'Essential (primary) hypertension (I10)' },
    { field: 'clinicalStatus', text: 'Current' },
    { field: 'onset', text: 'on 2024-01-02' },
  ])
})

test('values are said in words', () => {
  expect(valueText({ value: 0.5, unit: 'mg' }, say)).toBe('0.5\u00a0mg')
  expect(valueText(true, say)).toBe('Yes')
  expect(valueText([{ manifestation: { display: 'Rash' }, severity: 'severe' }], say)).toBe('Rash severe')
  expect(valueText({ pattern: '1-0-1', when: 'PC' }, say)).toBe('1-0-1 PC')
  expect(valueText(null, say)).toBe('')
  expect(valueText({ system: 'http://loinc.org', code: '8480-6', display: 'Systolic' }, say)).toBe('Systolic')
})

test('a field without a word of its own is spelled out', () => {
  expect(spelledOut('doseNumber')).toBe('Dose number')
})
