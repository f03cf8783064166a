/**
 * Bringing the whole fleet to a version: first a few facilities, and only if those went well the rest. Several runners share
 * the work, in this process and in others; any of them may be killed at any moment, and the next goes on from there.
 */
import { performance } from 'node:perf_hooks'
import type { Cluster } from '../cluster.ts'
import { FACILITY_VERSION, STEPS, type Step } from '../schema/steps.ts'
import { serverLogin } from '../servers/server.ts'
import { type Counts, counts, type Failed, listFailed, plan } from './leases.ts'
import { Runner } from './runner.ts'

export interface MigrateOptions {
  /** The version to bring them to; the newest if not given. */
  to?: number
  /** How many go first, or which (their ids). */
  canaries?: number | readonly string[]
  /** How many facilities at once. */
  runners?: number
  steps?: readonly Step[]
  leaseMs?: number
  /** Aborted: take no more, and end what is begun. */
  signal?: AbortSignal
  /** Told now and then how far it has come. */
  onProgress?: (counts: Counts) => void
}

export interface Migrated {
  /** Every facility is at the version. */
  ok: boolean
  version: number
  /** Brought along by this command. */
  migrated: number
  /** Still to be done, because it was stopped, or because of a canary. */
  left: number
  failed: Failed[]
  stopped?: 'asked' | 'canary'
  seconds: number
}

export const DEFAULT_CANARIES = 3
export const DEFAULT_RUNNERS = 4
/** A runner that was killed holds its facilities up for that long at most. */
const LEASE_MS = 10_000
const TOLD_MS = 250

/** Brings every facility to a version, as far as they let themselves be brought. */
export async function migrate(cluster: Cluster, options: MigrateOptions = {}): Promise<Migrated> {
  const { to: target = FACILITY_VERSION, steps = STEPS, canaries = DEFAULT_CANARIES, signal } = options
  const begun = performance.now()
  const runner = new Runner({
    home: cluster.admin,
    login: (server) => serverLogin(cluster, server),
    target,
    steps,
    atOnce: options.runners ?? DEFAULT_RUNNERS,
    leaseMs: options.leaseMs ?? LEASE_MS,
  })
  const stop = () => runner.stop()
  signal?.addEventListener('abort', stop)
  if (signal?.aborted) runner.stop()
  const telling = setInterval(() => {
    const { onProgress } = options
    if (onProgress) runner.registry((home) => counts(home, target)).then(onProgress, () => {})
  }, TOLD_MS)
  try {
    await runner.registry((home) => plan(home, target, canaries))
    await runner.run(true)
    const sound = (await runner.registry((home) => counts(home, target, true))).failed === 0
    if (sound) await runner.run(false)
    const { waiting, running } = await runner.registry((home) => counts(home, target))
    const failed = await runner.registry((home) => listFailed(home, target))
    const left = waiting + running
    const stopped = !sound ? 'canary' : runner.stopped && left > 0 ? 'asked' : undefined
    return {
      ok: left === 0 && failed.length === 0,
      version: target,
      migrated: runner.migrated,
      left,
      failed,
      ...(stopped ? { stopped } : {}),
      seconds: (performance.now() - begun) / 1000,
    }
  } finally {
    clearInterval(telling)
    signal?.removeEventListener('abort', stop)
    await runner.close()
  }
}
