/** Whom a line of pg_hba.conf is for, and to which databases: names, groups and patterns, as PostgreSQL matches them. */
import type { FLEET_ROLES } from '../expected/fleet.ts'
import { isFacilityName, type Scene } from '../scene.ts'
import type { HbaRule, IdentMapping } from './hba.ts'

/** Whoever has to come from another machine than the server's own. */
const FROM_ELSEWHERE: ReadonlySet<string> = new Set<keyof typeof FLEET_ROLES>(['alcove_gateway', 'alcove_watchdog'])
export const NEEDED = 'alcove_gateway, alcove_watchdog and the facilities’ roles'

/** What a pattern would let in if it were there. A pattern for facilities alone matches none of them. */
const STRANGERS = ['postgres', 'admin', 'backup', 'test_user', 'xt_', '0', 'Zoe', 'é']
const A_FACILITY = `t_${'0'.repeat(32)}`

export interface Surroundings {
  /** Since 16 a name that begins with a slash is a pattern; before, it is a name. */
  patterns: boolean
  /** Roles that can log in, and need not from elsewhere. */
  others: readonly string[]
  /** Members of each role, by way of others as well. */
  groups: ReadonlyMap<string, ReadonlySet<string>>
  /** What each pattern matches of the roles and databases that are here, and of those that could be. */
  matches: ReadonlyMap<string, ReadonlySet<string>>
  /** pg_ident.conf. */
  maps: readonly IdentMapping[]
}

/** Nothing known but the lines themselves. */
export const UNKNOWN: Surroundings = { patterns: true, others: [], groups: new Map(), matches: new Map(), maps: [] }

export async function surroundingsOf(
  { client, roles, version }: Scene,
  rules: readonly HbaRule[],
  maps: readonly IdentMapping[],
): Promise<Surroundings> {
  const patterns = version >= 160000
  const others = [...roles.values()].filter(({ login, name }) => login && !isNeeded(name)).map(({ name }) => name)
  const written = rules.flatMap(({ user, database }) => [...(user ?? []), ...(database ?? [])])
  // By PostgreSQL itself: its patterns are not quite anybody else's.
  const asked = patterns ? [...new Set(written.filter(isPattern))] : []
  const { rows: matches } = await client.query<{ pattern: string; names: string[] }>(MATCHES, [
    asked.map((pattern) => pattern.slice(1)),
    [...others, ...STRANGERS, A_FACILITY],
  ])
  const { rows: groups } = await client.query<{ name: string; members: string[] }>(GROUPS)
  return {
    patterns,
    others,
    groups: new Map(groups.map(({ name, members }) => [name, new Set(members)])),
    matches: new Map(matches.map(({ pattern, names }) => [`/${pattern}`, new Set(names)])),
    maps,
  }
}

export function isNeeded(role: string): boolean {
  return FROM_ELSEWHERE.has(role) || isFacilityName(role)
}

/** Whether a line is for that role. */
export function isFor({ user }: HbaRule, role: string, { patterns, groups, matches }: Surroundings): boolean {
  return (user ?? []).some((one) => {
    if (one === 'all' || one === role) return true
    if (one.startsWith('+')) return one.slice(1) === role || groups.get(one.slice(1))?.has(role) === true
    return patterns && isPattern(one) && matches.get(one)?.has(role) === true
  })
}

export function isForFacilities(rule: HbaRule, around: Surroundings): boolean {
  return isFor(rule, A_FACILITY, around) || (rule.user ?? []).some(isFacilityName)
}

/** The roles that a line names and that need not come from elsewhere, whether they are there or not. */
export function namedStrangers({ user }: HbaRule, { patterns }: Surroundings): string[] {
  return (user ?? []).filter(
    (one) => one !== 'all' && !one.startsWith('+') && !(patterns && isPattern(one)) && !isNeeded(one),
  )
}

/** The words of a line that let in whole sorts of roles: those who are made tomorrow as well. */
export function wholeSorts({ user }: HbaRule, { patterns, matches }: Surroundings): string[] {
  return (user ?? []).flatMap((one) => {
    if (one === 'all') return ['every role']
    if (one.startsWith('+')) return [`every member of ${one.slice(1)}`]
    if (!patterns || !isPattern(one)) return []
    return STRANGERS.some((name) => matches.get(one)?.has(name)) ? [`every role like ${one}`] : []
  })
}

/** The same for databases. */
export function wholeDatabases({ database }: HbaRule, { patterns }: Surroundings): string[] {
  return (database ?? []).flatMap((one) => {
    if (one === 'all') return ['every database']
    if (['sameuser', 'samerole', 'samegroup'].includes(one)) return ['every database by the name of a role']
    return patterns && isPattern(one) ? [`every database like ${one}`] : []
  })
}

const isPattern = (word: string) => word.startsWith('/')

const MATCHES = `
  select pattern, pg_catalog.array_agg(name) as names
  from pg_catalog.unnest($1::text[]) as pattern join pg_catalog.unnest($2::text[]) as name
    on name operator(pg_catalog.~) pattern collate "C"
  group by pattern`

const GROUPS = `
  with recursive member (of, who) as (
    select roleid, member from pg_catalog.pg_auth_members
    union select member.of, further.member from member join pg_catalog.pg_auth_members as further on further.roleid = member.who)
  select pg_catalog.pg_get_userbyid(of)::text as name, pg_catalog.array_agg(pg_catalog.pg_get_userbyid(who)::text) as members
  from member group by of`
