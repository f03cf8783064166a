/** How the fleet's own roles prove who they are: two by a password that PostgreSQL keeps as a verifier, the others not at all. */
import { PASSWORDS } from '../expected/fleet.ts'
import { type Finding, finding } from '../finding.ts'
import type { Scene } from '../scene.ts'

export async function checkPasswords({ client }: Scene): Promise<Finding[]> {
  const { rows } = await client.query<{ name: string; found: keyof typeof WORDS }>(KINDS, [Object.keys(PASSWORDS)])
  return rows.flatMap(({ name, found }) => {
    const may = PASSWORDS[name] ?? 'none'
    // One that was never used has none yet.
    if (found === may || found === 'none') return []
    return [finding('role-password', { object: name, expected: WORDS[may], found: WORDS[found] })]
  })
}

const WORDS = {
  none: 'no password',
  scram: 'a password kept as a SCRAM-SHA-256 verifier',
  other: 'a password kept in another way',
} as const

const KINDS = `
  select rolname::text as name, case when rolpassword is null then 'none'
    when rolpassword ~ '^SCRAM-SHA-256\\$[0-9]+:[^$]+\\$[^:]+:.+$' then 'scram' else 'other' end as found
  from pg_catalog.pg_authid where rolname = any ($1) order by 1`
