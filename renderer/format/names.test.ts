import { expect, test } from 'vitest'
import { nameOf } from './names.ts'

test('a name is written FAMILY, Given (Title), from whatever is known', () => {
  expect(nameOf({ family: 'Patel', given: 'Asha', prefix: 'Ms' })).toBe('PATEL, Asha (Ms)')
  expect(nameOf({ given: 'Asha' })).toBe('Asha')
})
