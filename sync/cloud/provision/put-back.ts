/**
 * What a repair put back, in words: what a scan found before it and does not find after it. So that whoever runs one hears
 * whether anything was wrong, and a repair that had nothing to do says that.
 */
import { type Finding, factOf } from '../isolation/scan/finding.ts'
import { scan } from '../isolation/scan/scan.ts'
import { registryOf } from '../isolation/scan/scene.ts'
import type { At } from './operate.ts'

/** Independently of the texts that a repair runs. Of the whole server: who is a member of whom, and what the owner gives away. */
export async function lookAt({ registry, server, facility }: At): Promise<Finding[]> {
  const known = await registryOf(registry)
  return scan(server, { facilities: [facility.id], server: facility.server, registry: known })
}

export function putBack(before: readonly Finding[], after: readonly Finding[]): string[] {
  const still = new Set(after.map(({ message }) => message))
  return before.filter(({ message }) => !still.has(message)).map(factOf)
}

/** What a repair does not take away or make by itself, and what to do about it. */
export function leftOf({ facility }: At, findings: readonly Finding[]): string[] {
  return findings.filter((one) => one.facility === facility.id).map(({ message }) => message)
}
