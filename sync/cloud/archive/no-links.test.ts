/** An archive on a disk that knows no hard links, as most USB sticks do. There is none here, so that `link` is made to refuse. */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { generateX25519Identity, identityToRecipient } from 'age-encryption'
import { afterAll, expect, test, vi } from 'vitest'
import { writeSealed } from './file.ts'

vi.mock('node:fs/promises', async (original) => ({
  ...(await original<typeof import('node:fs/promises')>()),
  link: async () => {
    throw Object.assign(new Error('EPERM: operation not permitted, link'), { code: 'EPERM' })
  },
}))

const folder = mkdtempSync(join(tmpdir(), 'alcove-no-links-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

async function* text() {
  yield 'a line\n'
}
const recipient = async () => identityToRecipient(await generateX25519Identity())

test('it has its name all the same', async () => {
  const out = join(folder, 'kept.age')
  const draft = await writeSealed(out, text(), [await recipient()])
  expect(existsSync(out)).toBe(false)
  await draft.keep()
  expect(readFileSync(out, 'latin1')).toContain('age-encryption.org/v1')
  expect(readdirSync(folder)).toEqual(['kept.age'])
})

test('and never takes the place of a file that somebody made meanwhile', async () => {
  const out = join(folder, 'taken.age')
  const draft = await writeSealed(out, text(), [await recipient()])
  writeFileSync(out, 'something of somebody’s')
  await expect(draft.keep()).rejects.toMatchObject({ code: 'out-exists' })
  expect(readFileSync(out, 'utf8')).toBe('something of somebody’s')
  expect(readdirSync(folder).filter((name) => name.endsWith('.part'))).toEqual([])
})
