/** Settings of the whole server. */
import { RESERVED, SETTINGS } from '../expected/fleet.ts'
import { type Finding, finding } from '../finding.ts'
import type { Scene } from '../scene.ts'

export async function checkSettings({ client, version }: Scene): Promise<Finding[]> {
  const { rows } = await client.query<{ name: string; setting: string }>(
    'select name, setting from pg_catalog.pg_settings',
  )
  const found = new Map(rows.map(({ name, setting }) => [name, setting]))
  const findings = Object.entries(SETTINGS).flatMap(([object, { is, severity }]) => {
    const value = found.get(object)
    if (value === undefined || is.includes(value)) return []
    const expected = is.map((one) => one || 'empty').join(' or ')
    return [finding('setting-unsafe', { object, expected, found: value || 'empty', ...(severity ? { severity } : {}) })]
  })
  const reserved: [string, number][] = [
    ['superuser_reserved_connections', RESERVED.superuser],
    ...(version >= 160000 ? [['reserved_connections', RESERVED.fleet] as [string, number]] : []),
  ]
  for (const [object, least] of reserved)
    if (Number(found.get(object)) < least)
      findings.push(
        finding('setting-unsafe', {
          object,
          expected: `${least} or more`,
          found: found.get(object) ?? '',
          severity: 'warning',
        }),
      )
  return findings
}
