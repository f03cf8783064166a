/**
 * What a facility's role can do to itself: PostgreSQL lets every role change its own password and settings, and give up its
 * rights. It must be that nobody else notices, that the scan does, and that a repair puts it back.
 */
import { isDeepStrictEqual } from 'node:util'
import { repairFacility } from '../../../provision/repair.ts'
import { scan } from '../../scan/scan.ts'
import { type Attack, ControlFailed } from '../attack.ts'
import type { Stage } from '../stage.ts'

const DRIFTS: readonly [id: string, title: string, sql: (role: string) => string, code: string][] = [
  [
    'password',
    'A facility gives itself another password.',
    (role) => `alter role ${role} password 'my own'`,
    'role-verifier',
  ],
  ['no-password', 'A facility gives its password up.', (role) => `alter role ${role} password null`, 'role-verifier'],
  [
    'search-path',
    'A facility gives itself another search path.',
    (role) => `alter role ${role} set search_path = public, pg_temp`,
    'role-setting',
  ],
  [
    'row-security',
    'A facility switches row-level security off for all its sessions.',
    (role) => `alter role ${role} set row_security = off`,
    'role-setting',
  ],
  [
    'statement-timeout',
    'A facility lets its statements run for ever.',
    (role) => `alter role ${role} set statement_timeout = 0`,
    'role-setting',
  ],
  [
    'reset-settings',
    'A facility takes its settings back to the server’s.',
    (role) => `alter role ${role} reset search_path`,
    'role-setting',
  ],
  [
    'default-privileges',
    'A facility gives everybody whatever it may make some day.',
    () => 'alter default privileges grant select on tables to public',
    'grant-default',
  ],
]

export const drift: readonly Attack[] = [
  ...DRIFTS.map(([id, title, sql, code]) =>
    drifting(id, title, sql, async (_, codes) => codes.includes(code) && codes.length === 1),
  ),
  // From some version of PostgreSQL on it can: its tables are then closed to everybody, itself included.
  drifting(
    'give-up-policies',
    'A facility gives up its own policies.',
    (role) => `drop owned by ${role}`,
    async ({ look, attacker, tables }, codes) => {
      const rows = await look(`select from pg_policy where polrelid in
        (select oid from pg_class where relnamespace = '${attacker.schema}'::regnamespace)`)
      return isDeepStrictEqual(codes, rows.length < tables.length ? ['policy-missing'] : [])
    },
  ),
]

function drifting(
  id: string,
  title: string,
  sql: (role: string) => string,
  isFound: (stage: Stage, codes: string[]) => Promise<boolean>,
): Attack {
  return {
    id: `sql.drift-${id}`,
    group: 'sql',
    title: `${title} Nobody else is affected, the scan finds it, and a repair puts it back.`,
    control: async (stage) => {
      const codes = await found(stage)
      if (codes.length > 0) throw new ControlFailed(`the scan says ${codes.join(', ')} before`)
    },
    attempt: async (stage) => {
      const { attacker, victim } = stage
      await attacker.session((client) => client.query(sql(attacker.role)))
      const { rows } = await victim.ask(`select from ${victim.schema}.record where kind = 'patient' limit 1`)
      const codes = await found(stage)
      const value = { found: (await isFound(stage, codes)) || codes, others: rows ?? 0 }
      return { value: { ...value, ...(await repaired(stage)) } }
    },
    expect: { value: { found: true, others: 1, afterRepair: [], works: 200 } },
  }
}

async function found({ admin, attacker }: Stage): Promise<string[]> {
  const findings = await admin((client) => scan(client, { facilities: [attacker.facility], fleet: true }))
  const own = findings.filter(
    ({ facility, object }) => facility === attacker.facility || object.includes(attacker.role),
  )
  return [...new Set(own.map(({ code }) => code))].sort()
}

/** What the scan says after a repair, and whether the facility works again: with the secrets it always had. */
async function repaired(stage: Stage): Promise<{ afterRepair: string[]; works: number }> {
  await repairFacility(stage.cluster, stage.attacker.facility)
  return { afterRepair: await found(stage), works: (await stage.attacker.station.hello()).status }
}
