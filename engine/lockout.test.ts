import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { Lockout } from './lockout.ts'
import { scratchFolder } from './scratch.ts'

const DAY = 86_400_000

test('a clock that was years ahead when somebody failed keeps them out for the longest wait and no longer', () => {
  const dir = scratchFolder()
  let now = Date.UTC(2040, 0, 1)
  const lockout = () => new Lockout(dir, () => now)
  for (let failure = 0; failure < 5; failure++) lockout().failed('asha', undefined)
  now = Date.UTC(2026, 0, 1)
  expect(() => lockout().check('asha')).toThrow('15 minutes')
  now += 14 * 60_000
  expect(() => lockout().check('asha')).toThrow('60 seconds')
  now += DAY
  lockout().check('asha')
})

test('a file that was spoilt starts anew', () => {
  const dir = scratchFolder()
  for (const rubbish of ['', '{', '{"version":1}', 'null', '[]']) {
    writeFileSync(join(dir, 'lockout.json'), rubbish)
    new Lockout(dir).check('asha')
  }
})
