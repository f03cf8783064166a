import { cpSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { KINDS } from '../domain/kinds.ts'
import { openClinic, unwrap } from './clinic.ts'
import { closing, contextOf, PASSWORD, scratchClinic, scratchFolder } from './scratch.ts'

test('a backup is encrypted, opens with the same password, and holds everything up to that moment', async () => {
  const { clinic, context } = await scratchClinic()
  const { id } = context.store.save(KINDS.patient, { family: 'CANARY-4471', sex: 'female' })
  const into = scratchFolder()
  const { folder, bytes } = unwrap(await clinic.dispatch('backup.create', { into }))
  context.store.save(KINDS.patient, { family: 'Later', sex: 'male' })
  expect(bytes).toBeGreaterThan(4096)
  expect(readdirSync(folder).sort()).toEqual(['clinic.db', 'keyring.json'])
  for (const name of readdirSync(folder)) expect(readFileSync(join(folder, name)).includes('CANARY-4471')).toBe(false)

  const restored = scratchFolder()
  cpSync(folder, restored, { recursive: true })
  const opened = closing(await openClinic({ dir: restored, login: 'asha', password: PASSWORD }))
  expect(contextOf(opened).store.list(KINDS.patient)).toMatchObject([{ id, family: 'CANARY-4471' }])
  expect(unwrap(await opened.dispatch('data.verify', {}))).toMatchObject({ ok: true })
})

test('a backup that cannot be written leaves nothing behind, and the clinic goes on', async () => {
  const { clinic, dir } = await scratchClinic()
  const answer = await clinic.dispatch('backup.create', { into: join(dir, 'clinic.db') })
  expect(answer).toMatchObject({ ok: false, error: { code: 'bad-input' } })
  expect(unwrap(await clinic.dispatch('data.verify', {})).problems).toEqual([])
})
