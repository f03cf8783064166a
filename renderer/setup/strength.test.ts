import { expect, test } from 'vitest'
import { strengthOf } from './strength.ts'

test('the hint tells the guessable from the strong', () => {
  expect(strengthOf('short')).toBe('short')
  for (const weak of ['aaaaaaaaaaaaaa', '123456789012', 'abcdefghijklm', 'password12345', 'abababababab'])
    expect([weak, strengthOf(weak)]).toEqual([weak, 'weak'])
  expect(strengthOf('monsoonmango')).toBe('fair')
  for (const strong of ['river stamp copper nine', 'kite-ladder-plum-ox', 'R7v!q2Zp#mT1'])
    expect([strong, strengthOf(strong)]).toEqual([strong, 'strong'])
})
