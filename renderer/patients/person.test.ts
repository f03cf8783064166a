import { expect, test } from 'vitest'
import type { Patient } from '../../domain/kinds.ts'
import { fieldsOf, NOBODY, patchOf, personFromSearch, personOf, problemsOf, undoOf } from './person.ts'

const today = new Date(2026, 10, 21)
const asha: Patient = {
  id: '00000000-0000-7000-8000-000000000001',
  mrn: 'A-00417',
  family: 'Patel',
  given: 'Asha',
  sex: 'female',
  birthDate: '1970-01-12',
  phones: ['98200 11111', '98200 22222'],
  address: { line: '4 Canal Road', city: 'Wai', state: 'Maharashtra' },
}

test('a search that found nobody fills the form', () => {
  expect(personFromSearch('asha patel', today)).toMatchObject({ given: 'Asha', family: 'Patel' })
  expect(personFromSearch('Patel, Asha Devi', today)).toMatchObject({ given: 'Asha Devi', family: 'Patel' })
  expect(personFromSearch('laxmi', today)).toMatchObject({ given: 'Laxmi', family: '' })
  expect(personFromSearch('98200 11111', today)).toMatchObject({ phone: '98200 11111', given: '' })
  expect(personFromSearch('12-1-1970', today)).toMatchObject({ birth: '12-1-1970', phone: '' })
  expect(personFromSearch('1970-01-12', today)).toMatchObject({ birth: '1970-01-12', phone: '' })
})

test('three things are required, and an estimate of the age will do', () => {
  expect(problemsOf(NOBODY, today)).toEqual({ given: 'name', sex: 'sex', birth: 'birth' })
  expect(problemsOf({ ...NOBODY, family: 'Rao', sex: 'male', birth: '34' }, today)).toEqual({})
  expect(problemsOf({ ...NOBODY, family: 'Rao', sex: 'male', birth: 'soon' }, today)).toEqual({
    birth: 'birthUnreadable',
  })
  expect(fieldsOf({ ...NOBODY, family: 'Rao', sex: 'male', birth: '34' }, today)).toEqual({
    family: 'Rao',
    sex: 'male',
    birthDate: '1992',
    birthDateEstimated: true,
  })
})

test('a form that was only looked at changes nothing', () => {
  for (const patient of [
    asha,
    { ...asha, birthDate: '1992', birthDateEstimated: true },
    { ...asha, birthDate: '2025-09' },
  ]) {
    for (const language of ['en', 'hi']) {
      const person = personOf(patient, language)
      expect(patchOf(patient, person, person, today)).toEqual({})
      expect(problemsOf(person, today)).toEqual({})
    }
  }
})

test('a change touches its own field, keeps what the form does not show, and can be taken back', () => {
  const before = personOf(asha, 'en')
  const patch = patchOf(asha, before, { ...before, phone: '90000 00000', city: 'Satara' }, today)
  expect(patch).toEqual({
    phones: ['90000 00000', '98200 22222'],
    address: { line: '4 Canal Road', city: 'Satara', state: 'Maharashtra' },
  })
  expect(undoOf(asha, patch)).toEqual({ phones: asha.phones, address: asha.address })
  expect(patchOf(asha, before, { ...before, given: '' }, today)).toEqual({ given: null })
})

test('an age in place of a date is an estimate from then on, and a date in place of an age no longer is', () => {
  const before = personOf(asha, 'en')
  expect(patchOf(asha, before, { ...before, birth: '56' }, today)).toEqual({
    birthDate: '1970',
    birthDateEstimated: true,
  })
  const guessed: Patient = { ...asha, birthDate: '1970', birthDateEstimated: true }
  const form = personOf(guessed, 'en')
  expect(patchOf(guessed, form, { ...form, birth: '12-1-1970' }, today)).toEqual({
    birthDate: '1970-01-12',
    birthDateEstimated: null,
  })
})
