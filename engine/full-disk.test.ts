/** What a session does when nothing more can be written: what is not on record does not happen, except its end. */
import { existsSync, readdirSync, readFileSync, statSync, truncateSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { Engine } from './engine.ts'
import { Journal } from './journal.ts'
import { closing, PASSWORD, QUICK, scratchClinic } from './scratch.ts'

const code = (is: string) => ({ ok: false, error: { code: is } })

function full(): void {
  vi.spyOn(Journal.prototype, 'append').mockImplementation(() => {
    throw Object.assign(new Error('database or disk is full'), { code: 'SQLITE_FULL' })
  })
}

test('signing out ends the session on a full disk too', async () => {
  const { clinic } = await scratchClinic()
  full()
  expect(await clinic.dispatch('session.signOut', {})).toEqual({ ok: true, value: {} })
  expect(clinic.engine.state).toBe('locked')
  vi.restoreAllMocks()
})

test('a sign-in that cannot be put on record is none, and leaves the folder to the next', async () => {
  const { clinic, dir } = await scratchClinic()
  await clinic.close()
  const engine = closing(new Engine({ dir, kdf: QUICK }))
  full()
  expect(await engine.dispatch('session.signIn', { login: 'asha', password: PASSWORD })).toMatchObject(
    code('disk-full'),
  )
  expect(engine.state).toBe('locked')
  vi.restoreAllMocks()
  const other = closing(new Engine({ dir, kdf: QUICK }))
  expect(await other.dispatch('session.signIn', { login: 'asha', password: PASSWORD })).toMatchObject({ ok: true })
})

test('a recovery that cannot be put on record uses no code up', async () => {
  const { clinic, dir, recoveryCodes } = await scratchClinic()
  await clinic.close()
  const before = readFileSync(join(dir, 'keyring.json'), 'utf8')
  const engine = closing(new Engine({ dir, kdf: QUICK }))
  full()
  const ask = { login: 'asha', code: recoveryCodes[0], newPassword: 'another long password' }
  expect(await engine.dispatch('session.recover', ask)).toMatchObject(code('disk-full'))
  expect(engine.state).toBe('locked')
  expect(readFileSync(join(dir, 'keyring.json'), 'utf8')).toBe(before)
  vi.restoreAllMocks()
  expect(await engine.dispatch('session.recover', ask)).toMatchObject({ ok: true })
})

test('an emptied database is damage, and the log beside it is left for whoever can mend it', async () => {
  const { clinic, dir } = await scratchClinic()
  await clinic.close()
  truncateSync(join(dir, 'clinic.db'))
  const before = readdirSync(dir)
  const engine = closing(new Engine({ dir, kdf: QUICK }))
  expect(await engine.dispatch('session.signIn', { login: 'asha', password: PASSWORD })).toMatchObject(code('damaged'))
  expect(existsSync(join(dir, 'clinic.db'))).toBe(true)
  expect(statSync(join(dir, 'clinic.db')).size).toBe(0)
  expect(readdirSync(dir)).toEqual(before)
})
