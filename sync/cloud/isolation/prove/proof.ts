/**
 * The whole proof: stage, attacks, barriers, faults, and the look whether anything was left behind. On a server that is in
 * use it touches no facility but its own throw-away ones.
 */
import { asAdmin, type Cluster } from '../../cluster.ts'
import { FACILITY_VERSION } from '../../schema/steps.ts'
import { criticalOf, type Finding } from '../scan/finding.ts'
import type { Attack } from './attack.ts'
import { type BarrierVerdict, barrierCount, testBarriers } from './barriers.ts'
import { ATTACKS } from './catalogue.ts'
import { clear, holdForProof } from './clearing.ts'
import type { Fault } from './fault.ts'
import { baseline, FAULTS, type FaultVerdict, testFaults } from './faults.ts'
import { configurationHash, differences, fingerprint } from './fingerprint.ts'
import { type LeftOver, leftOver } from './left-over.ts'
import { PARTS } from './party.ts'
import { runAttacks, type Verdict } from './runner.ts'
import { openStage, type Stage } from './stage.ts'

export interface Proof {
  readonly ok: boolean
  readonly made: string
  readonly seconds: number
  readonly server: string
  readonly facilityVersion: number
  /** SHA-256 of what the isolation rests on: roles, grants, lock-down, settings, and the SQL of this build. */
  readonly configuration: string
  readonly attacks: readonly Verdict[]
  readonly barriers: readonly BarrierVerdict[]
  readonly faults: readonly FaultVerdict[]
  /** What a scan of the server and the throw-away facilities says before anything is broken. */
  readonly findings: readonly Finding[]
  /** What is there now and was not before. Nothing must be. */
  readonly leftBehind: readonly string[]
  readonly leftOver: readonly LeftOver[]
}

export interface ProofOptions {
  log?: string | undefined
  attacks?: readonly Attack[]
  faults?: readonly Fault[]
  /** Told what is being done, and how far it is. */
  onProgress?: (doing: string, done: number, all: number) => void
  /** Ends it early; what was made is cleared all the same. */
  signal?: AbortSignal
}

export async function prove(cluster: Cluster, options: ProofOptions = {}): Promise<Proof> {
  return asAdmin(cluster.admin, async (client) => {
    await holdForProof(client)
    const started = Date.now()
    await clear(client) // what a proof that was killed has left
    const before = await fingerprint(client)
    const configuration = await configurationHash(client)
    const stage = await openStage(cluster, { log: options.log })
    const ours = PARTS.flatMap((part) => [stage[part].facility, stage[part].role])
    let tried: Awaited<ReturnType<typeof everything>>
    try {
      tried = await everything(stage, options)
    } finally {
      await stage.close()
    }
    const leftBehind = differences(before, await fingerprint(client), ours)
    return {
      ok: isRight(tried) && leftBehind.length === 0,
      made: new Date(started).toISOString(),
      seconds: Math.round((Date.now() - started) / 1000),
      server: stage.server.version,
      facilityVersion: FACILITY_VERSION,
      configuration,
      ...tried,
      leftBehind,
    }
  })
}

async function everything(
  stage: Stage,
  { attacks = ATTACKS, faults = FAULTS, onProgress = () => {}, signal }: ProofOptions,
) {
  const counting = (doing: string, all: number) => {
    let done = 0
    return () => {
      signal?.throwIfAborted()
      onProgress(doing, ++done, all)
    }
  }
  const findings = await baseline(stage)
  return {
    findings,
    attacks: await runAttacks(stage, attacks, counting('attacks', attacks.length)),
    barriers: await testBarriers(stage, counting('barriers', barrierCount(stage))),
    faults: await testFaults(stage, faults, counting('faults', faults.length)),
    leftOver: await leftOver(stage),
  }
}

/** Whether all of it is as it must be: nothing on the throw-away facilities, nothing critical on the server. */
function isRight({
  attacks,
  barriers,
  faults,
  findings,
}: Pick<Proof, 'attacks' | 'barriers' | 'faults' | 'findings'>): boolean {
  const wrong = [...attacks, ...barriers, ...faults].some((one) => one.faults.length > 0)
  const red = findings.some(({ facility }) => facility !== undefined) || criticalOf(findings).length > 0
  return !wrong && !red
}

/** The numbers of a proof. */
export function countsOf({ attacks, barriers, faults }: Proof) {
  const tried = attacks.filter(({ notHere }) => notHere === undefined)
  return {
    attacks: tried.length,
    refused: tried.filter((one) => one.faults.length === 0).length,
    barriers: barriers.length,
    held: barriers.filter((one) => one.faults.length === 0).length,
    faults: faults.length,
    found: faults.filter(({ found }) => found).length,
  }
}
