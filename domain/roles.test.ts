import { expect, test } from 'vitest'
import { may, PERMISSIONS, type Permission } from './roles.ts'

test('what is not listed is refused', () => {
  for (const name of ['patient:delete', '__proto__', 'constructor', 'toString', '']) {
    expect(may(['admin', 'clinician', 'nurse', 'front-desk'], name as Permission)).toBe(false)
  }
})

test('nobody without a role may do anything', () => {
  for (const permission of PERMISSIONS) expect(may([], permission)).toBe(false)
})

test('the front desk does not read charts, and only an admin decides about the cloud', () => {
  expect(may(['front-desk'], 'chart:read')).toBe(false)
  expect(may(['clinician', 'nurse', 'front-desk'], 'sync:write')).toBe(false)
  expect(may(['admin'], 'sync:write')).toBe(true)
})
