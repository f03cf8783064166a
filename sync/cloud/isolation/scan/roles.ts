/** How a role's attributes and settings are compared with what they must be. */
import type pg from 'pg'
import { type Finding, finding } from './finding.ts'
import type { Role } from './scene.ts'

/** What a role of ours may be besides nothing at all. */
export interface ExpectedRole {
  login: boolean
  /** -1: as many as there are. */
  connections: number
  createRole?: boolean
  inherit?: boolean
}

/** Each attribute in which a role is not what it must be. */
export function roleDiffers(role: Role, expected: ExpectedRole, facility?: string): Finding[] {
  const attributes: [boolean, boolean, string, string][] = [
    [role.superuser, false, 'superuser', 'not superuser'],
    [role.bypassRls, false, 'bypassrls', 'not bypassrls'],
    [role.createRole, expected.createRole ?? false, 'createrole', 'not createrole'],
    [role.createDb, false, 'createdb', 'not createdb'],
    [role.replication, false, 'replication', 'not replication'],
    [role.inherit, expected.inherit ?? false, 'inherit', 'noinherit'],
    [role.login, expected.login, 'login', 'nologin'],
    [role.expires, false, 'good until some day only', 'good for ever'],
  ]
  const findings = attributes
    .filter(([found, must]) => found !== must)
    .map(([found, , yes, no]) =>
      finding('role-attribute', {
        facility,
        object: role.name,
        expected: found ? no : yes,
        found: found ? yes : no,
        // Who may log in less than it should shows nothing to anybody.
        severity: yes === 'good until some day only' || (yes === 'login' && !found) ? 'warning' : 'critical',
      }),
    )
  if (role.connections !== expected.connections)
    findings.push(
      finding('role-attribute', {
        facility,
        object: role.name,
        expected: limit(expected.connections),
        found: limit(role.connections),
        severity: 'warning',
      }),
    )
  return findings
}

function limit(connections: number): string {
  return connections < 0 ? 'without a limit of connections' : `limited to ${connections} connections`
}

/** The settings that a role can change for itself (its own ones, with ALTER ROLE); the rest only an administrator can. */
export type SettingContexts = ReadonlyMap<string, string>

export async function settingContexts(client: pg.ClientBase): Promise<SettingContexts> {
  const { rows } = await client.query<{ name: string; context: string }>(
    'select name, context from pg_catalog.pg_settings',
  )
  return new Map(rows.map(({ name, context }) => [name, context]))
}

/** Each setting that a role's sessions begin with and should not, or the other way round. */
export function settingsDiffer(
  role: Role,
  expected: Readonly<Record<string, string>>,
  contexts: SettingContexts,
  facility?: string,
): Finding[] {
  const must = new Set(Object.entries(expected).map(([name, value]) => `${name}=${value}`))
  const differ = new Map<string, { expected?: string; found?: string }>()
  for (const setting of role.settings) if (!must.delete(setting)) differ.set(nameIn(setting), { found: setting })
  // Of what was not read nobody can say that it is not there.
  if (role.unread === null)
    for (const setting of must) differ.set(nameIn(setting), { ...differ.get(nameIn(setting)), expected: setting })
  const found = [...differ].map(([name, { expected = `no ${name}`, found = `no ${name}` }]) =>
    finding('role-setting', {
      facility,
      object: role.name,
      expected,
      found,
      // What a role can do to itself must not keep the gateway from serving everybody else.
      // One that PostgreSQL does not list (`seed`, `role`, those of a library) is a role's own to set as well.
      severity: ['user', undefined].includes(contexts.get(name)) ? 'warning' : 'critical',
    }),
  )
  if (role.unread === null) return found
  const stored = `${Math.ceil(role.unread / 1024)} kB`
  return [...found, finding('role-settings-large', { facility, object: role.name, expected: 'a few', found: stored })]
}

function nameIn(setting: string): string {
  return setting.slice(0, setting.indexOf('='))
}
