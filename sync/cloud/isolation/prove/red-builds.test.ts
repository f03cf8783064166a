/**
 * Builds that are wrong on purpose: one barrier removed, one grant added, one policy widened in the SQL that makes a
 * facility. The proof must be red for that reason, and for that reason only.
 */
import { expect, test, vi } from 'vitest'
import { forFile } from '../../testing/for-file.ts'
import { testCluster } from '../../testing/postgres.ts'
import { errors } from './attacks/errors.ts'
import { keys } from './attacks/keys.ts'
import { making } from './attacks/making.ts'
import { owning } from './attacks/owning.ts'
import { plans } from './attacks/plans.ts'
import { reading } from './attacks/reading.ts'
import { writing } from './attacks/writing.ts'
import { type Proof, prove } from './proof.ts'

/** What this build does to the SQL of a facility. */
const build = vi.hoisted(() => ({ change: (sql: string) => sql }))

vi.mock('../../schema/steps.ts', async (original) => {
  const steps = await original<typeof import('../../schema/steps.ts')>()
  const facilitySql: typeof steps.facilitySql = (...given) => build.change(steps.facilitySql(...given))
  return { ...steps, facilitySql }
})

const cluster = forFile(testCluster)

const ATTACKS = [...reading, ...writing, ...making, ...errors, ...plans, ...keys, ...owning]

/** The proof of a build whose SQL was changed; the change must have changed something. */
async function proofOf(change: (sql: string) => string): Promise<Proof> {
  build.change = (sql) => {
    const changed = change(sql)
    if (changed === sql && change !== whole) throw new Error('this build is not changed at all')
    return changed
  }
  return prove(cluster, { attacks: ATTACKS, faults: [] })
}
const whole = (sql: string) => sql

const red = (items: readonly { id: string; faults: readonly string[] }[]) =>
  items.filter(({ faults }) => faults.length > 0).map(({ id }) => id)

/** What is wrong: attacks, barriers (by how one was removed), and what the scan says before anything is broken. */
function wrong({ attacks, barriers, findings }: Proof) {
  return {
    attacks: red(attacks),
    barriers: [...new Set(red(barriers).map((id) => id.split('.')[0]))],
    findings: [...new Set(findings.filter(({ facility }) => facility).map(({ code }) => code))].sort(),
  }
}

test('the build as it is: nothing is red', { timeout: 240_000 }, async () => {
  const proof = await proofOf(whole)
  expect(wrong(proof)).toEqual({ attacks: [], barriers: [], findings: [] })
  expect(proof).toMatchObject({ ok: true, leftBehind: [] })
})

test('without row-level security: everything that rests on it is red, and the grants still refuse', {
  timeout: 240_000,
}, async () => {
  const proof = await proofOf((sql) =>
    sql.replaceAll(/^alter table .* enable row level security, force row level security;$/gm, ''),
  )
  const { attacks, barriers, findings } = wrong(proof)
  expect(proof.ok).toBe(false)
  expect(findings).toEqual(['rls-not-forced', 'rls-off'])
  expect(barriers.sort()).toEqual([
    'grants-given-away',
    'grants-given-to-everybody',
    'made-a-member',
    'made-an-heir',
    'owner-logs-in',
  ])
  // Those that give the grants away first, or go by the owner; none of those that the grants refuse.
  expect(attacks.length).toBeGreaterThan(5)
  const restsOnRows = [...errors, ...plans, ...keys, ...owning]
    .map(({ id }) => id)
    .concat('sql.foreign-tag', 'sql.made-up-tag')
  expect(attacks.filter((id) => !restsOnRows.includes(id))).toEqual([])
  expect(proof.barriers.some(({ faults }) => faults.join().includes('may see'))).toBe(true)
})

test('with one grant too many: what the missing grant hid is red, and no row comes out', {
  timeout: 240_000,
}, async () => {
  const proof = await proofOf((sql) =>
    sql.replace(/^(grant usage on schema (\S+) to \S+;)$/m, '$1 grant usage on schema $2 to public;'),
  )
  expect(wrong(proof)).toEqual({
    attacks: [
      'sql.prepared', // PREPARE asks for the way to a table, and only EXECUTE for the right to read it
      'sql.search-path',
      'sql.startup-search-path',
      'sql.analyze-neighbor', // refused with a warning instead of an error
      'metadata.error-text-table',
      'metadata.analyze-verbose',
    ],
    barriers: [],
    findings: ['grant-public'],
  })
  expect(proof.ok).toBe(false)
  expect(JSON.stringify(proof.attacks)).not.toContain('may see')
})

test('with one policy widened: that table’s rows come out once the grants are away, and no other’s', {
  timeout: 240_000,
}, async () => {
  const widen = (sql: string) =>
    sql.replace(
      /^create policy own on (\S+\."blob") to \S+$[\s\S]*?;$/m,
      'create policy own on $1 to public using (true) with check (true);',
    )
  const proof = await proofOf(widen)
  expect(proof.ok).toBe(false)
  expect(red(proof.barriers).every((id) => id.endsWith('.blob'))).toBe(true)
  expect(wrong(proof).barriers.sort()).toEqual([
    'grants-given-away',
    'grants-given-to-everybody',
    'made-a-member',
    'made-an-heir',
    'owner-logs-in',
  ])
  expect(wrong(proof).findings).toEqual(['policy-changed', 'policy-roles'])
  // The attacks that have to do with attachments.
  expect(wrong(proof).attacks.filter((id) => !/key|conflict|insert|tag|rows|affected/.test(id))).toEqual([])
})
