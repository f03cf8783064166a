/** Runners that are killed, and runners that share: whatever happens to them, no facility is left between two versions. */
import { type ChildProcess, spawn } from 'node:child_process'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { fingerprint, type Whose } from '../testing/fingerprint.ts'
import { emptyFacilities } from '../testing/fleet.ts'
import { forFile } from '../testing/for-file.ts'
import { connected, testCluster } from '../testing/postgres.ts'
import type { Migrated } from './migrate.ts'

/** How often a runner is killed; a longer run has more. */
const KILLS = Number(process.env.ALCOVE_RUNS ?? 5)
const LEASE_MS = 400

const cluster = forFile(testCluster)

/** A runner in a process of its own, which says how it went. */
const PROGRAM = `
  const { migrate } = await import(${JSON.stringify(join(import.meta.dirname, 'migrate.ts'))})
  const { cluster, options } = JSON.parse(process.env.MIGRATE)
  console.log(JSON.stringify(await migrate(cluster, options)))`

function runner(): { child: ChildProcess; ended: Promise<Migrated | undefined> } {
  const { admin, state } = cluster
  const given = { cluster: { admin, state }, options: { leaseMs: LEASE_MS, runners: 2, canaries: 2 } }
  const child = spawn(process.execPath, ['--input-type=module', '-e', PROGRAM], {
    env: { ...process.env, MIGRATE: JSON.stringify(given) },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let out = ''
  child.stdout?.on('data', (chunk) => {
    out += chunk
  })
  const ended = new Promise<Migrated | undefined>((done) => {
    child.once('close', (code) => done(code === 0 ? JSON.parse(out) : undefined))
  })
  return { child, ended }
}

/** Each facility is whole, at one version or the other, and the registry says which. */
async function versions(fleet: readonly Whose[], shapes: readonly string[]): Promise<number[]> {
  return connected(cluster.admin, async (client) => {
    const found: number[] = []
    for (const one of fleet) {
      const { rows } = await client.query('select version from registry.facility where id = $1', [one.facility])
      const at = shapes.indexOf(await fingerprint(client, one)) + 1
      expect(at).toBe(rows[0].version)
      found.push(at)
    }
    return found
  })
}

/** Waits until so many facilities, of all that there are, are at the new version and another is being brought there. */
async function there(all: number, count: number): Promise<void> {
  await connected(cluster.admin, async (client) => {
    const found = async () => {
      const { rows } = await client.query<{ done: number; running: number }>(
        `select count(*) filter (where version = 2)::int as done,
           (select count(*)::int from registry.migration where state = 'running' and lease_until > now()) as running
         from registry.facility where state = 'active'`,
      )
      return rows[0] as { done: number; running: number }
    }
    for (let now = await found(); now.done < Math.min(all, count) || now.running === 0; now = await found())
      await sleep(5)
  })
}

async function shapes(): Promise<string[]> {
  const made: string[] = []
  for (const version of [1, 2]) {
    const [one] = (await emptyFacilities(cluster, 1, version)) as [Whose]
    await connected(cluster.admin, async (client) => {
      made.push(await fingerprint(client, one))
      await client.query('update registry.facility set state = $1 where id = $2', ['removed', one.facility])
    })
  }
  return made
}

test('killed at any moment and run again: every facility at the new version, none half-way', async () => {
  const expected = await shapes()
  const fleet = await emptyFacilities(cluster, 30 * KILLS, 1)
  let done = 0
  for (let kill = 0; kill < KILLS; kill++) {
    const { child, ended } = runner()
    // Some before it has done anything, most in the middle of it.
    await there(fleet.length, done + Math.floor(Math.random() * 15))
    await sleep(Math.random() * 20)
    child.kill('SIGKILL')
    expect(await ended).toBeUndefined()
    const now = (await versions(fleet, expected)).filter((version) => version === 2).length
    // What was brought along stays so.
    expect(now).toBeGreaterThanOrEqual(done)
    done = now
  }
  expect(done).toBeGreaterThan(0)
  expect(done).toBeLessThan(fleet.length)
  expect(await runner().ended).toMatchObject({ ok: true, left: 0, failed: [] })
  expect(new Set(await versions(fleet, expected))).toEqual(new Set([2]))
  // Once each, however many began it.
  await connected(cluster.admin, async (client) => {
    for (const { schema } of fleet) {
      const { rows } = await client.query(`select act from ${schema}.access_log`)
      expect(rows).toEqual([{ act: 'operator-migrate' }])
    }
  })
}, 180_000)

test('several at once share the work: each facility by one of them, and all of them see it done', async () => {
  const fleet = await emptyFacilities(cluster, 60, 1)
  const outcomes = await Promise.all([runner(), runner(), runner()].map(({ ended }) => ended))
  for (const outcome of outcomes) expect(outcome).toMatchObject({ ok: true, left: 0, failed: [] })
  expect(outcomes.reduce((sum, outcome) => sum + (outcome?.migrated ?? 0), 0)).toBe(fleet.length)
}, 60_000)
