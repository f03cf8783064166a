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
  const forAll = await client.query<{ object: string; found: string }>(FOR_ALL)
  findings.push(...forAll.rows.map((row) => finding('setting-unsafe', { ...row, expected: 'not there' })))
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

/** What every session begins with, or every one in a database: ALTER ROLE ALL, ALTER DATABASE. */
const FOR_ALL = `
  select case when datname is null then 'of every role' else 'of the database ' || datname end as object, one as found
  from pg_catalog.pg_db_role_setting cross join pg_catalog.unnest(setconfig) as one
  left join pg_catalog.pg_database as database on database.oid = setdatabase
  where setrole = 0 order by 1, 2`
