/** The whole proof: by the command, on the PostgreSQL that comes with Alcove, and on those that this machine brings along. */
import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { onOther, TO_TRY } from '../../testing/other-postgres.ts'
import { GROUPS } from './attack.ts'
import { ATTACKS } from './catalogue.ts'
import { FAULTS } from './faults.ts'
import { countsOf, type Proof, prove } from './proof.ts'

const run = promisify(execFile)
const MAIN = join(import.meta.dirname, '..', '..', 'main.ts')
/** Under a minute on an idle machine. */
/** Two minutes and a half on an idle machine; the tests beside it keep this one busy. */
const LONG = { timeout: 1_200_000 }

const cloud = async (...args: string[]) => JSON.parse((await run(process.execPath, [MAIN, ...args, '--json'])).stdout)

/** What is wrong in a proof: nothing must be. */
function wrong({ attacks, barriers, faults, findings, leftBehind }: Proof) {
  const red = [...attacks, ...barriers, ...faults].filter((one) => one.faults.length > 0)
  const critical = findings.filter(({ facility, severity }) => facility || severity === 'critical')
  return [...red, ...critical, ...leftBehind].map((one) => JSON.stringify(one))
}

test(
  'every attack is refused, every barrier holds alone, every fault is found; the report is signed and whole',
  LONG,
  async () => {
    const dir = mkdtempSync(join(tmpdir(), 'alcove-proof-'))
    try {
      const where = ['--data', join(dir, 'data')]
      const answer = await cloud('isolation', 'prove', ...where, '--out', join(dir, 'report')).catch((error) =>
        JSON.parse(error.stdout),
      )
      expect(answer.wrong).toBeUndefined()
      expect(answer).toMatchObject({ ok: true, attacks: answer.refused, faults: answer.found })
      expect(answer.attacks).toBe(ATTACKS.length)
      expect(answer.attacks).toBeGreaterThanOrEqual(110)
      expect(answer.barriers).toBeGreaterThanOrEqual(50)
      expect(answer.faults).toBeGreaterThanOrEqual(FAULTS.length - 5) // some are of one version only
      const { html, json, signature } = answer.report
      const read = JSON.parse(readFileSync(json, 'utf8')) as Proof
      expect(wrong(read)).toEqual([])
      expect(countsOf(read)).toMatchObject({ attacks: answer.attacks, refused: answer.refused })
      expect(new Set(read.attacks.map(({ group }) => group))).toEqual(new Set(GROUPS))
      // Each was tried, with its control, and something came back.
      expect(read.attacks.filter(({ control, outcome }) => !control || !outcome)).toEqual([])
      expect(await cloud('isolation', 'verify', signature, '--key', answer.key)).toMatchObject({ ok: true })
      // Of this machine nothing: neither where it is, nor where its server listens, nor whose facilities it has.
      for (const text of [html, json].map((file) => readFileSync(file, 'utf8')))
        expect(text).not.toMatch(new RegExp(`${dir}|127\\.0\\.0\\.1:|\\b[tf]_[0-9a-f]{32}\\b|canary[0-9a-f]{20}`))
    } finally {
      rmSync(dir, { recursive: true, force: true })
    }
  },
)

test.for(TO_TRY)(
  'the whole proof on PostgreSQL %s',
  LONG,
  onOther(async ({ cluster, log }) => {
    const proof = await prove(cluster, { log })
    expect(wrong(proof)).toEqual([])
    expect(proof.ok).toBe(true)
  }),
)

test('ids are stable names, and none is used twice', () => {
  for (const items of [ATTACKS, FAULTS]) {
    expect(new Set(items.map(({ id }) => id)).size).toBe(items.length)
    expect(items.filter(({ id }) => !/^[a-z]+\.[a-z0-9-]+$/.test(id))).toEqual([])
  }
})
