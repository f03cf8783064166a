import { execFile, execFileSync, spawnSync } from 'node:child_process'
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { promisify } from 'node:util'
import { afterEach, expect, test } from 'vitest'
import type { Proof } from './proof.ts'
import type { About } from './report/front.ts'
import { htmlReport } from './report/html.ts'
import { thisProgram } from './report/program.ts'
import { writeReport } from './report/write.ts'
import { proofSigner, signFiles, verifyReport } from './signing.ts'

const MAIN = join(import.meta.dirname, '..', '..', 'main.ts')
const dirs: string[] = []
const folder = () => {
  const dir = mkdtempSync(join(tmpdir(), 'alcove-proof-'))
  dirs.push(dir)
  return dir
}
afterEach(() => {
  for (const dir of dirs.splice(0)) rmSync(dir, { recursive: true })
})

const proof: Proof = {
  ok: false,
  made: '2026-11-21T05:25:00.123Z',
  seconds: 61,
  server: '18.4',
  facilityVersion: 2,
  configuration: 'c0ffee',
  attacks: [
    {
      id: 'sql.read-record',
      group: 'sql',
      title: 'A <b>facility</b> reads & writes.',
      expected: { sqlstate: '42501' },
      outcome: { rows: 3 },
      control: true,
      faults: ['What came back is not what must come back.'],
      ms: 3,
    },
    {
      id: 'sql.elsewhere',
      group: 'sql',
      title: 'Elsewhere.',
      expected: {},
      control: false,
      faults: [],
      notHere: 'No extension.',
      ms: 1,
    },
  ],
  barriers: [],
  faults: [],
  findings: [],
  leftBehind: [],
  leftOver: [{ id: 'x', title: 'Shared hardware', says: 'A neighbor can be noticed.' }],
}

const about: About = {
  fingerprint: 'f'.repeat(64),
  name: 'isolation-20261121T052500Z',
  program: { version: '0.1.0', commit: 'a'.repeat(40) },
  operator: null,
}

test('a report is verified by its signature, whichever of its files is given, and by the key it names', () => {
  const [out, state] = [folder(), folder()]
  const { files, fingerprint } = writeReport(proof, out, state)
  for (const file of Object.values(files)) expect(verifyReport(file).fingerprint).toBe(fingerprint)
  expect(verifyReport(files.json, fingerprint.toUpperCase()).fingerprint).toBe(fingerprint)
  expect(() => verifyReport(files.json, 'a'.repeat(64))).toThrow(expect.objectContaining({ code: 'another-key' }))
  expect(readFileSync(files.html, 'utf8')).toContain(fingerprint)
  // The same folder signs with the same key; another one does not.
  expect(writeReport(proof, folder(), state).fingerprint).toBe(fingerprint)
  expect(writeReport(proof, folder(), folder()).fingerprint).not.toBe(fingerprint)
})

test('a report that was changed, lacks a file or bears another signature is refused, each by its own code', () => {
  const [out, state] = [folder(), folder()]
  const { files } = writeReport(proof, out, state)
  const [html, signature] = [readFileSync(files.html, 'utf8'), readFileSync(files.signature, 'utf8')]
  const refusedWith = (code: string) =>
    expect(() => verifyReport(files.json)).toThrow(expect.objectContaining({ code }))
  writeFileSync(files.html, html.replace('NOT proved', 'proved'))
  refusedWith('report-changed')
  writeFileSync(files.html, html)
  rmSync(files.html)
  refusedWith('file-missing')
  expect(() => verifyReport(files.json)).toThrow(basename(files.html))
  writeFileSync(files.html, html)
  writeFileSync(files.signature, signature.replace(/"signature": "./, '"signature": "_'))
  refusedWith('bad-signature')
  // Signed anew by somebody else: whole, but by another key.
  const { fingerprint } = proofSigner(state)
  const forged = html.replace('NOT proved', 'proved')
  const name = files.html.split('/').at(-1) as string
  writeFileSync(files.html, forged)
  writeFileSync(files.signature, JSON.stringify(signFiles(proofSigner(folder()), { [name]: forged })))
  expect(() => verifyReport(files.signature, fingerprint)).toThrow(expect.objectContaining({ code: 'another-key' }))
  rmSync(files.signature)
  refusedWith('no-signature')
  expect(() => verifyReport(files.json)).toThrow(`without ${basename(files.signature)}:`)
})

test('of a file that came alone, it is said which others it lacks', () => {
  const { files } = writeReport(proof, folder(), folder())
  for (const [alone, lacking] of [
    [files.html, `without ${basename(files.json)} and ${basename(files.signature)}:`],
    [files.json, `without ${basename(files.html)} and ${basename(files.signature)}:`],
    [files.signature, `without ${basename(files.html)} and ${basename(files.json)}:`],
  ] as const) {
    const there = join(folder(), basename(alone))
    expect(() => verifyReport(there)).toThrow(expect.objectContaining({ code: 'no-file' }))
    copyFileSync(alone, there)
    expect(() => verifyReport(there)).toThrow(lacking)
  }
})

test('whose key it is can be asked apart from any report, and asking makes none', async () => {
  const [out, data] = [folder(), folder()]
  const cloud = (...args: string[]) => promisify(execFile)(process.execPath, [MAIN, 'isolation', ...args])
  await expect(cloud('key', '--data', data, '--json')).rejects.toMatchObject({
    stdout: expect.stringContaining('"no-key"'),
  })
  const { files, fingerprint } = writeReport(proof, out, join(data, 'gateway'), 'Jane Operator')
  expect((await cloud('key', '--data', data)).stdout).toBe(`${fingerprint}\n`)
  expect(JSON.parse((await cloud('key', '--state', join(data, 'gateway'), '--json')).stdout)).toEqual({
    key: fingerprint,
  })
  const { stdout } = await cloud('verify', files.html)
  for (const file of Object.values(files)) expect(stdout).toContain(basename(file))
  expect(stdout).toContain('isolation key')
  expect((await cloud('verify', files.html, '--key', fingerprint)).stdout).toContain('It is the key that you named.')
  await expect(cloud('prove', '--data', data, '--operator', 'Jane\nwas not here', '--json')).rejects.toMatchObject({
    stdout: expect.stringContaining('--operator takes a name of one line'),
  })
})

test('the page says what made it, who ran it if they said so, that it is three files, and what the digests are of', () => {
  const page = htmlReport({ ...proof, ok: true }, { ...about, operator: 'Jane <Operator>' })
  for (const said of [
    ...['html', 'json', 'sig'].map((ending) => `${about.name}.${ending}`),
    'Every attack in this catalogue',
    'isolation key',
    `commit ${'a'.repeat(40)}`,
    'Jane &lt;Operator&gt;',
    'of the program’s four roles',
  ])
    expect(page).toContain(said)
  const unnamed = htmlReport(proof, { ...about, program: { version: '0.1.0', commit: null } })
  expect(unnamed).toContain('not said')
  expect(unnamed).not.toContain('commit ')
  // Every line of the contents leads somewhere, and every part is in the contents.
  const [leads, parts] = [/href="#([\w-]+)"/g, /<section id="([\w-]+)"/g].map((all) =>
    [...page.matchAll(all)].map(([, id]) => id),
  )
  expect(leads?.length).toBeGreaterThan(5)
  expect(leads).toEqual(parts)
  // Where it was made is this machine's own affair, and who is logged in here as well.
  const { files } = writeReport(proof, folder(), folder())
  const written = JSON.parse(readFileSync(files.json, 'utf8'))
  expect(written).toMatchObject({ operator: null, program: { version: expect.stringMatching(/^\d+\.\d+\.\d+$/) } })
  expect(JSON.stringify(written) + readFileSync(files.html, 'utf8')).not.toContain(tmpdir())
})

test.skipIf(spawnSync('git', ['--version']).status !== 0)(
  'a commit is named of a checkout of our own only, and one that was changed since is told from one that was not',
  () => {
    const house = folder()
    const git = (...args: string[]) =>
      execFileSync('git', ['-C', house, '-c', 'user.name=x', '-c', 'user.email=x@example.org', ...args])
    writeFileSync(join(house, 'package.json'), '{"version":"1.2.3"}')
    expect(thisProgram(house)).toEqual({ version: '1.2.3', commit: null })
    git('init', '-q')
    git('add', '.')
    git('commit', '-qm', 'x')
    const { commit } = thisProgram(house)
    expect(commit).toMatch(/^[0-9a-f]{40}$/)
    writeFileSync(join(house, 'package.json'), '{"version":"1.2.4"}')
    expect(thisProgram(house)).toEqual({ version: '1.2.4', commit: `${commit}-dirty` })
    const inside = join(house, 'inside')
    mkdirSync(inside)
    writeFileSync(join(inside, 'package.json'), '{"version":"3.0.0"}')
    expect(thisProgram(inside)).toEqual({ version: '3.0.0', commit: null })
  },
)

test('the page says first what is wrong, counts what was tried, and takes no markup from anything', () => {
  const page = htmlReport(proof, about)
  expect(page).toContain('NOT proved')
  expect(page.indexOf('What is wrong')).toBeLessThan(page.indexOf('How to read this'))
  expect(page).toContain('0 of 1')
  expect(page).toContain('A &lt;b&gt;facility&lt;/b&gt; reads &amp; writes.')
  expect(page).not.toMatch(/<script|https?:\/\/|<b>facility/)
  expect(page).toContain('No extension.')
  for (const asked of ['164.312(a)(1)', '164.312(a)(2)(iv)', '164.312(e)(1)', 'rule 6(1)(e)', 'rule 7'])
    expect(page).toContain(asked)
})

test('a folder that cannot be made is refused before anything is proved', async () => {
  const beneath = join(folder(), 'file')
  writeFileSync(beneath, '')
  const args = [MAIN, 'isolation', 'prove', '--data', join(beneath, 'data'), '--out', join(beneath, 'report'), '--json']
  const { code, stdout } = await promisify(execFile)(process.execPath, args).catch((error) => error)
  expect([code, JSON.parse(stdout).error.code]).toEqual([1, 'out-unwritable'])
})
