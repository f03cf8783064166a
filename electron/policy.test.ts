import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { effectivePolicy } from './policy.ts'
import { parseRegistry, policySources } from './policy-sources.ts'

const given = (value: unknown) => [{ place: '/etc/alcove/policy.json', read: async () => value }]

test('without a policy everything is at its default, and says so', async () => {
  const { values, sources, problems } = await effectivePolicy(given(undefined))
  expect(values).toMatchObject({ syncAllowed: true, exportAllowed: true, idleLock: 5 })
  expect(new Set(Object.values(sources))).toEqual(new Set(['default']))
  expect(problems).toEqual([])
})

test('a value is obeyed, and where it came from is shown', async () => {
  const { values, sources } = await effectivePolicy(given({ syncAllowed: false, idleLock: 2 }))
  expect(values).toMatchObject({ syncAllowed: false, idleLock: 2, exportAllowed: true })
  expect(sources).toMatchObject({ syncAllowed: '/etc/alcove/policy.json', exportAllowed: 'default' })
})

test('an unknown name is reported and changes nothing', async () => {
  const { values, problems } = await effectivePolicy(given({ syncAlowed: false, __proto__x: 1 }))
  expect(values.syncAllowed).toBe(true)
  expect(problems).toHaveLength(2)
  expect(problems[0]).toContain('syncAlowed')
})

test('a value that cannot be used is reported, and the careful one taken', async () => {
  const { values, problems } = await effectivePolicy(given({ idleLock: 600, exportAllowed: 'no' }))
  expect(values).toMatchObject({ idleLock: 1, exportAllowed: false })
  expect(problems).toHaveLength(2)
})

test('a policy that cannot be read forbids what it might have forbidden', async () => {
  for (const broken of [null, [], 'x'])
    expect((await effectivePolicy(given(broken))).values).toMatchObject({ syncAllowed: false, exportAllowed: false })
  const { values, problems } = await effectivePolicy([
    { place: 'x', read: () => Promise.reject(new SyntaxError('Unexpected token')) },
  ])
  expect(values.syncAllowed).toBe(false)
  expect(problems).toHaveLength(1)
})

test('a policy file is read where it lies, and an installed app takes none from its environment', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'alcove-policy-'))
  const file = join(dir, 'policy.json')
  await writeFile(file, '{"syncAllowed": false}')
  const around = { platform: 'linux', env: { ALCOVE_POLICY: file } } as const
  expect((await effectivePolicy(policySources({ ...around, packaged: false }))).values.syncAllowed).toBe(false)
  expect(policySources({ ...around, packaged: true })[0]?.place).toBe('/etc/alcove/policy.json')
  await writeFile(file, '{"syncAllowed": fal')
  expect((await effectivePolicy(policySources({ ...around, packaged: false }))).values.exportAllowed).toBe(false)
  await rm(dir, { recursive: true })
})

test('the registry’s numbers are truths where a truth is meant', () => {
  const text = [
    '',
    'HKEY_LOCAL_MACHINE\\Software\\Policies\\Alcove',
    '    syncAllowed    REG_DWORD    0x0',
    '    idleLock    REG_DWORD    0x3',
    '    syncHost    REG_SZ    records.example.org',
    '',
  ].join('\r\n')
  expect(parseRegistry(text)).toEqual({ syncAllowed: false, idleLock: 3, syncHost: 'records.example.org' })
})
