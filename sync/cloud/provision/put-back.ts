/**
 * What a repair put back, in words: what a scan found before it and does not find after it. So that whoever runs one hears
 * whether anything was wrong, and a repair that had nothing to do says that.
 */
import { type Finding, factOf } from '../isolation/scan/finding.ts'
import { scan } from '../isolation/scan/scan.ts'
import { registryOf } from '../isolation/scan/scene.ts'
import type { At } from './operate.ts'

export interface Look {
  findings: Finding[]
  /** Whether the role may log in. A scan leaves that to the operator for a facility that is suspended or frozen. */
  login: boolean
}

/** Independently of the texts that a repair runs. Of the whole server: who is a member of whom, and what the owner gives away. */
export async function lookAt({ registry, server, facility }: At): Promise<Look> {
  const known = await registryOf(registry)
  const findings = await scan(server, { facilities: [facility.id], server: facility.server, registry: known })
  const { rows } = await server.query<{ login: boolean }>(
    'select rolcanlogin as login from pg_catalog.pg_roles where rolname = $1',
    [facility.role],
  )
  return { findings, login: rows[0]?.login ?? false }
}

export function putBack({ facility }: At, before: Look, after: Look): string[] {
  const still = new Set(after.findings.map(({ message }) => message))
  const gone = before.findings.filter(({ message }) => !still.has(message))
  const stopped = before.login && !after.login
  return [
    ...gone.map(factOf),
    ...(stopped ? [`The role ${facility.role} may log in, and the facility is ${facility.state}.`] : []),
  ]
}

/** What a repair does not take away or make by itself, and what to do about it. */
export function leftOf({ facility }: At, { findings }: Look): string[] {
  return findings.filter((one) => one.facility === facility.id).map(({ message }) => message)
}
