/** Settings of the whole server. */
import { createHash } from 'node:crypto'
import type pg from 'pg'
import { COMMANDS, RESERVED, SETTINGS } from '../expected/fleet.ts'
import { type Finding, finding } from '../finding.ts'
import type { Scene } from '../scene.ts'

export type Settings = ReadonlyMap<string, string>

export async function serverSettings(client: pg.ClientBase): Promise<Settings> {
  const { rows } = await client.query<{ name: string; setting: string }>(
    'select name, setting from pg_catalog.pg_settings',
  )
  return new Map(rows.map(({ name, setting }) => [name, setting]))
}

export async function checkSettings({ client, version }: Scene, settings: Settings): Promise<Finding[]> {
  const forAll = await client.query<{ object: string; found: string }>(FOR_ALL)
  return [
    ...valuesOf(settings),
    ...ciphersOf(settings),
    ...forAll.rows.map((row) => finding('setting-unsafe', { ...row, expected: 'not there' })),
    ...(await maskedOf(client)),
    ...commandsOf(settings),
    ...reservedOf(settings, version),
  ]
}

/** A scan sees the settings of its own session: what its login begins with would hide what the server has for all others. */
async function maskedOf(client: pg.ClientBase): Promise<Finding[]> {
  const { rows } = await client.query<{ role: string; one: string }>(OF_THE_LOGIN)
  return rows.flatMap(({ role, one }) => {
    const expected = SETTINGS[one.slice(0, one.indexOf('='))]
    if (!expected) return []
    const { severity } = expected
    const object = `of the role ${role}, who scans`
    return [finding('setting-unsafe', { object, found: one, expected: 'not there', ...(severity ? { severity } : {}) })]
  })
}

function valuesOf(settings: Settings): Finding[] {
  return Object.entries(SETTINGS).flatMap(([object, { is, severity }]) => {
    const value = settings.get(object)
    if (value === undefined || is.includes(value)) return []
    const expected = is.map((one) => one || 'empty').join(' or ')
    return [finding('setting-unsafe', { object, expected, found: value || 'empty', ...(severity ? { severity } : {}) })]
  })
}

/** Ciphers that encrypt nothing have to be asked for by a name; those that are taken out bear a sign. */
function ciphersOf(settings: Settings): Finding[] {
  const ciphers = settings.get('ssl_ciphers') ?? ''
  const open = ciphers.split(/[:, ]/).filter((one) => /^\+?(eNULL|NULL|NULL-.*|.*-NULL-.*|COMPLEMENTOFALL)\b/.test(one))
  if (open.length === 0) return []
  const found = open.join(', ')
  return [finding('setting-unsafe', { object: 'ssl_ciphers', expected: 'without ciphers that encrypt nothing', found })]
}

/** That one is set, and whether it is another than last time; not what it says, which may hold a password. */
function commandsOf(settings: Settings): Finding[] {
  const isUsed = (name: string) => !name.startsWith('archive_') || settings.get('archive_mode') !== 'off'
  return COMMANDS.filter((name) => isSet(settings.get(name)) && isUsed(name)).map((object) =>
    finding('setting-command', { object, found: digest(settings.get(object) ?? '') }),
  )
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 8)
}

function isSet(value: string | undefined): boolean {
  return value !== undefined && value !== '' && value !== '(disabled)'
}

function reservedOf(settings: Settings, version: number): Finding[] {
  const reserved: [string, number][] = [
    ['superuser_reserved_connections', RESERVED.superuser],
    ...(version >= 160000 ? [['reserved_connections', RESERVED.fleet] as [string, number]] : []),
  ]
  return reserved.flatMap(([object, least]) => {
    const found = settings.get(object) ?? ''
    if (!(Number(found) < least)) return []
    return [finding('setting-unsafe', { object, expected: `${least} or more`, found, severity: 'warning' })]
  })
}

/** What every session begins with, or every one in a database: ALTER ROLE ALL, ALTER DATABASE. */
const FOR_ALL = `
  select case when datname is null then 'of every role' else 'of the database ' || datname end as object, one as found
  from pg_catalog.pg_db_role_setting cross join pg_catalog.unnest(setconfig) as one
  left join pg_catalog.pg_database as database on database.oid = setdatabase
  where setrole = 0 order by 1, 2`

const OF_THE_LOGIN = `
  select rolname as role, one from pg_catalog.pg_db_role_setting cross join pg_catalog.unnest(setconfig) as one
  join pg_catalog.pg_roles on pg_roles.oid = setrole where rolname in (current_user, session_user) order by 1, 2`
