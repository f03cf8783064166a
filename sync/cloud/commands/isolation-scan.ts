/**
 * `cloud isolation scan`: every server compared with what it must be. What an operator has decided to live with (a standby,
 * an administrator on another machine) can be accepted by its code: it is still said, and the scan still ends well, so
 * that a daily one is looked at when it does not. What is critical cannot be.
 */
import { parseArgs } from 'node:util'
import { asAdmin } from '../cluster.ts'
import { CloudError } from '../errors.ts'
import { CODES } from '../isolation/scan/codes.ts'
import type { Finding } from '../isolation/scan/finding.ts'
import { registryOf } from '../isolation/scan/scene.ts'
import { scanServer } from '../isolation/scan/servers.ts'
import { eachServer } from '../servers/server.ts'
import { openWhere } from '../where.ts'
import { WHERE_OPTIONS } from './options.ts'

export async function scanServers(args: string[]): Promise<void> {
  const { values } = parseArgs({ args, options: { ...WHERE_OPTIONS, accept: { type: 'string', multiple: true } } })
  const { accept = [], ...wanted } = values
  const unknown = accept.find((code) => !Object.hasOwn(CODES, code))
  if (unknown !== undefined) throw new CloudError('bad-arguments', `The scan has no finding “${unknown}”.`)
  // As it stands: setting it up would put back the very thing that a scan is for.
  const where = await openWhere(wanted, process.env, { setUp: false })
  try {
    const registryNow = () => asAdmin(where.admin, registryOf)
    const registry = await registryNow()
    const found = await eachServer(where, ({ id, cluster }) => scanServer({ id, admin: cluster.admin }, registryNow))
    const { accepted = [], counted: findings = [] } = Object.groupBy(found.flat(), ({ severity, code }) =>
      severity === 'warning' && accept.includes(code) ? 'accepted' : 'counted',
    )
    const facilities = registry.facilities.filter(({ state }) => state !== 'removed').length
    const { json } = values
    process.stdout.write(
      json
        ? `${JSON.stringify({ ok: findings.length === 0, facilities, findings, ...(accept.length > 0 ? { accepted } : {}) })}\n`
        : proseOf(findings, accepted, facilities),
    )
    if (findings.length > 0) process.exitCode = 1
  } finally {
    await where.leave()
  }
}

function proseOf(findings: readonly Finding[], accepted: readonly Finding[], facilities: number): string {
  const lines = [
    ...accepted.map(({ code, message }) => `accepted  ${code}  ${message}`),
    ...findings.map(({ severity, code, message }) => `${severity}  ${code}  ${message}`),
  ]
  const critical = findings.filter(({ severity }) => severity === 'critical').length
  const looked = `${facilities} ${facilities === 1 ? 'facility' : 'facilities'} compared`
  const last =
    findings.length === 0
      ? `${looked}: all as it must be${accepted.length > 0 ? `, but for ${accepted.length} accepted` : ''}.`
      : `${looked}: ${findings.length} ${findings.length === 1 ? 'difference' : 'differences'}, ${critical} critical.`
  return `${[...lines, last].join('\n')}\n`
}
