import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import type { Proof } from './proof.ts'
import { htmlReport } from './report/html.ts'
import { writeReport } from './report/write.ts'
import { proofSigner, signFiles, verifyReport } from './signing.ts'

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
})

test('the page says first what is wrong, counts what was tried, and takes no markup from anything', () => {
  const page = htmlReport(proof, 'f'.repeat(64))
  expect(page).toContain('NOT proved')
  expect(page.indexOf('What is wrong')).toBeLessThan(page.indexOf('How to read this'))
  expect(page).toContain('0 of 1')
  expect(page).toContain('A &lt;b&gt;facility&lt;/b&gt; reads &amp; writes.')
  expect(page).not.toMatch(/<script|https?:\/\/|<b>facility/)
  expect(page).toContain('No extension.')
  for (const asked of ['164.312(a)(1)', '164.312(a)(2)(iv)', '164.312(e)(1)', 'rule 6(1)(e)', 'rule 7'])
    expect(page).toContain(asked)
})
