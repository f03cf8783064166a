import { expect, test } from 'vitest'
import { findPreparations, preparationAsTyped } from './prescribing.ts'

const first = (typed: string) => findPreparations(typed)[0]

test('a name and a number find the preparation', () => {
  expect(first('paracetamol 500')).toEqual({ name: 'Paracetamol', strength: '500 mg', form: 'tablet' })
  expect(first('parac 650')).toMatchObject({ strength: '650 mg' })
  expect(first('tab paracetamol 500')).toMatchObject({ strength: '500 mg', form: 'tablet' })
  expect(first('paracetamol syr')).toMatchObject({ form: 'syrup' })
})

test('a brand finds its generic, and is kept', () => {
  expect(first('dolo 650')).toEqual({ name: 'Paracetamol', brand: 'Dolo', strength: '650 mg', form: 'tablet' })
})

test('a number is whole: 50 is not 500', () => {
  expect(first('paracetamol 50')).toEqual({ name: 'Paracetamol', strength: '50' })
  expect(findPreparations('paracetamol 50').some((it) => it.strength === '500 mg')).toBe(false)
})

test('a strength that the list does not have is kept as typed', () => {
  expect(first('paracetamol 80mg')).toEqual({ name: 'Paracetamol', strength: '80 mg' })
})

test('a medicine that the list does not have is not found, and can be taken as typed', () => {
  expect(findPreparations('obscurumab 40mg')).toEqual([])
  expect(preparationAsTyped('obscurumab 40mg inj')).toEqual({
    name: 'Obscurumab',
    strength: '40 mg',
    form: 'injection',
  })
  expect(preparationAsTyped('500')).toBeUndefined()
})
