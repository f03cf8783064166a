/**
 * Injects each configuration fault of the catalogue, one at a time, in a transaction that is taken back, and looks whether
 * the scan turns red with exactly the finding that it must. A fault that it does not find is a hole in the scan.
 */
import type pg from 'pg'
import { asAdmin } from '../../cluster.ts'
import type { Finding } from '../scan/finding.ts'
import { type ScanOptions, scan } from '../scan/scan.ts'
import type { Fault } from './fault.ts'
import { brought } from './faults/brought.ts'
import { builtins } from './faults/builtins.ts'
import { copies } from './faults/copies.ts'
import { doors } from './faults/door.ts'
import { fleet } from './faults/fleet.ts'
import { grants } from './faults/grants.ts'
import { objects } from './faults/objects.ts'
import { roles } from './faults/roles.ts'
import { rows } from './faults/rows.ts'
import { server } from './faults/server.ts'
import { settings } from './faults/settings.ts'
import { shapes } from './faults/shapes.ts'
import { PARTS } from './party.ts'
import type { Stage } from './stage.ts'

export const FAULTS: readonly Fault[] = [
  ...roles,
  ...grants,
  ...rows,
  ...shapes,
  ...objects,
  ...copies,
  ...fleet,
  ...server,
  ...settings,
  ...doors,
  ...brought,
  ...builtins,
]

export interface FaultVerdict {
  readonly id: string
  readonly title: string
  readonly code: string
  readonly found: boolean
  /** What the scan said, beyond what it says without the fault. */
  readonly said: readonly string[]
  readonly faults: readonly string[]
}

/** What the scan says of the stage as it stands, before anything is broken. */
export function baseline(stage: Stage): Promise<Finding[]> {
  // Not by the stage's own connection, which has its log settings changed: the server is to be seen as it is.
  return asAdmin(stage.cluster.admin, (client) => scanned(client, stage))
}

export async function testFaults(
  stage: Stage,
  faults: readonly Fault[] = FAULTS,
  onDone: (verdict: FaultVerdict) => void = () => {},
): Promise<FaultVerdict[]> {
  const before = new Set((await stage.admin((client) => scanned(client, stage))).map(keyOf))
  const verdicts: FaultVerdict[] = []
  for (const fault of faults) {
    if (stage.server.number < (fault.from ?? 0)) continue
    const verdict = await testFault(stage, fault, before)
    verdicts.push(verdict)
    onDone(verdict)
  }
  return verdicts
}

async function testFault(stage: Stage, fault: Fault, before: ReadonlySet<string>): Promise<FaultVerdict> {
  const { id, title, code } = fault
  try {
    const findings = await stage.rolledBack(async (client) => {
      await fault.inject?.(client, stage)
      const facts = await fault.facts?.(client)
      return scanned(client, stage, facts)
    })
    const said = findings.filter((one) => !before.has(keyOf(one)))
    const found = said.some((one) => one.code === code)
    const faults = found ? [] : ['The scan did not find it.']
    return { id, title, code, found, said: [...new Set(said.map((one) => one.code))], faults }
  } catch (error) {
    return {
      id,
      title,
      code,
      found: false,
      said: [],
      faults: [`It could not be injected: ${(error as Error).message}`],
    }
  }
}

function scanned(client: pg.Client, stage: Stage, facts?: ScanOptions['facts']): Promise<Finding[]> {
  const facilities = PARTS.map((part) => stage[part].facility)
  return scan(client, { facilities, fleet: true, ...(facts ? { facts } : {}) })
}

function keyOf({ code, facility, object, found }: Finding): string {
  return JSON.stringify([code, facility, object, found])
}
