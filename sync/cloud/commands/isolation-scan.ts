/** `cloud isolation scan`: every server compared with what it must be. */
import { parseArgs } from 'node:util'
import { asAdmin } from '../cluster.ts'
import type { Finding } from '../isolation/scan/finding.ts'
import { registryOf } from '../isolation/scan/scene.ts'
import { scanServer } from '../isolation/scan/servers.ts'
import { eachServer } from '../servers/server.ts'
import { openWhere } from '../where.ts'
import { WHERE_OPTIONS } from './options.ts'

export async function scanServers(args: string[]): Promise<void> {
  const { values } = parseArgs({ args, options: WHERE_OPTIONS })
  // As it stands: setting it up would put back the very thing that a scan is for.
  const where = await openWhere(values, process.env, { setUp: false })
  try {
    const registryNow = () => asAdmin(where.admin, registryOf)
    const registry = await registryNow()
    const found = await eachServer(where, ({ id, cluster }) => scanServer({ id, admin: cluster.admin }, registryNow))
    const findings = found.flat()
    const facilities = registry.facilities.filter(({ state }) => state !== 'removed').length
    const { json } = values
    process.stdout.write(
      json ? `${JSON.stringify({ ok: findings.length === 0, facilities, findings })}\n` : proseOf(findings, facilities),
    )
    if (findings.length > 0) process.exitCode = 1
  } finally {
    await where.leave()
  }
}

function proseOf(findings: readonly Finding[], facilities: number): string {
  const lines = findings.map(({ severity, code, message }) => `${severity}  ${code}  ${message}`)
  const critical = findings.filter(({ severity }) => severity === 'critical').length
  const looked = `${facilities} ${facilities === 1 ? 'facility' : 'facilities'} compared`
  const last =
    findings.length === 0
      ? `${looked}: all as it must be.`
      : `${looked}: ${findings.length} ${findings.length === 1 ? 'difference' : 'differences'}, ${critical} critical.`
  return `${[...lines, last].join('\n')}\n`
}
