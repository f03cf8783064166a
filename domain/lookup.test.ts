import { expect, test } from 'vitest'
import { parseDosage } from './dosage.ts'
import { lookup } from './lookup.ts'
import { medicineNamed } from './medicines.ts'
import { phoneticKey } from './phonetic.ts'
import { preparationAsTyped } from './prescribing.ts'

const NAMES = ['constructor', '__proto__', 'toString', 'hasOwnProperty', 'valueOf']

test('a table has what was put in it and nothing else', () => {
  const table = lookup({ a: 1 })
  expect(table.a).toBe(1)
  for (const name of NAMES) expect(table[name]).toBeUndefined()
})

test('whatever somebody is called, or types as a dose or a medicine, is read as text', () => {
  for (const name of NAMES) {
    expect(phoneticKey(name)).toMatch(/^[a-z]*$/)
    expect(parseDosage(name)).toBeUndefined()
    expect(medicineNamed(name)).toBeUndefined()
    expect(() => preparationAsTyped(name)).not.toThrow()
  }
})
