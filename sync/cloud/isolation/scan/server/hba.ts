/**
 * Who is let in from where: the rules of pg_hba.conf, as the server reads them. What lets somebody in without a password or
 * without TLS is named wherever it stands, also behind a line that comes first: nobody needs it, and lines are moved.
 */
import { basename } from 'node:path'
import type pg from 'pg'
import { type Finding, finding } from '../finding.ts'
import { covers, tooManyOf, tooWide, type Where, whereOf } from './hba-address.ts'
import {
  isFor,
  isForFacilities,
  NEEDED,
  namedStrangers,
  type Surroundings,
  UNKNOWN,
  wholeDatabases,
  wholeSorts,
} from './hba-who.ts'

export interface HbaRule {
  line: number
  /** Where it is not in pg_hba.conf itself but in a file that it includes (from 16 on). */
  file?: string | null
  type: string | null
  database: string[] | null
  user: string[] | null
  address: string | null
  netmask: string | null
  method: string | null
  /** `map=…`, `clientcert=…` and the like. */
  options?: string[] | null
  error: string | null
}

/** A line of pg_ident.conf: whom the system calls `system` may log in as `role`. */
export interface IdentMapping {
  line: number
  map: string | null
  system: string | null
  role: string | null
  error: string | null
}

export async function hbaRules(client: pg.ClientBase): Promise<HbaRule[]> {
  // As a document, since version 15 has no column for the file.
  const { rows } = await client.query<HbaRule>(`
    select line_number as line, nullif(pg_catalog.to_jsonb(rule)->>'file_name', pg_catalog.current_setting('hba_file')) as file,
      type, database, user_name as user, address, netmask, auth_method as method, options, error
    from pg_catalog.pg_hba_file_rules as rule
    order by (pg_catalog.to_jsonb(rule)->>'rule_number')::int, line_number`)
  return rows
}

export async function identMappings(client: pg.ClientBase): Promise<IdentMapping[]> {
  const { rows } = await client.query<IdentMapping>(`
    select line_number as line, map_name as map, sys_name as system, pg_username as role, error
    from pg_catalog.pg_ident_file_mappings order by line_number`)
  return rows
}

/** A password that never goes over the wire; or a certificate, for whoever is no facility. */
const METHODS = ['scram-sha-256', 'cert']

export function checkHba(rules: readonly HbaRule[], around: Surroundings = UNKNOWN): Finding[] {
  const findings = rules.flatMap((rule, at) => {
    const object = rule.file ? `line ${rule.line} of ${basename(rule.file)}` : `line ${rule.line}`
    if (rule.error !== null) return [finding('hba-unreadable', { object, found: rule.error })]
    if (rule.method === 'reject') return []
    const found = textOf(rule)
    if (rule.method === 'trust') return [finding('hba-trust', { object, found, expected: 'scram-sha-256' })]
    const where = whereOf(rule)
    return [
      ...methodOf(object, rule, around),
      ...mapOf(object, rule, around),
      ...(where.kind === 'here' ? [] : elsewhere({ object, rule, where, earlier: rules.slice(0, at), around })),
    ]
  })
  const many = tooManyOf(rules.filter(({ method, error }) => method !== 'reject' && error === null).map(whereOf))
  if (many !== undefined)
    findings.push(finding('hba-too-wide', { object: 'all lines together', found: many, expected: FEWER }))
  return findings
}

const FEWER = 'the roles, the database and the gateway’s address'

function textOf({ type, database, user, address, method }: HbaRule): string {
  return `${type} ${database?.join(',')} ${user?.join(',')} ${address ?? ''} ${method}`
}

function methodOf(object: string, rule: HbaRule, around: Surroundings): Finding[] {
  const method = rule.method ?? ''
  // The operating system's word for its own user.
  if (rule.type === 'local' && method === 'peer') return []
  // Whoever makes certificates would have the key to all of them.
  const skeleton = method === 'cert' && isForFacilities(rule, around)
  if (METHODS.includes(method) && !skeleton) return []
  const found = skeleton ? 'cert for facilities' : method
  return [finding('hba-method', { object, found, expected: 'scram-sha-256' })]
}

/** A map by which somebody comes in under another name than the system, or a certificate, knows him by. */
function mapOf(object: string, { options }: HbaRule, { maps }: Surroundings): Finding[] {
  const map = options?.find((one) => one.startsWith('map='))?.slice('map='.length)
  if (map === undefined) return []
  const turns = maps.filter((one) => one.map === map && one.error === null && one.system !== one.role)
  if (turns.length === 0) return []
  const found = turns.slice(0, 5).map(({ system, role }) => `“${system}” may come in as “${role}”`)
  return [finding('hba-map', { object, found: found.join(', '), expected: 'each under its own name' })]
}

interface Line {
  object: string
  rule: HbaRule
  where: Where
  earlier: readonly HbaRule[]
  around: Surroundings
}

/** What is particular about a line that lets in other machines. */
function elsewhere({ object, rule, where, earlier, around }: Line): Finding[] {
  const findings: Finding[] = []
  if (rule.type !== 'hostssl')
    findings.push(finding('hba-not-encrypted', { object, found: textOf(rule), expected: 'hostssl' }))
  if (where.kind === 'name') findings.push(finding('hba-host-name', { object, found: where.name }))
  const addresses = tooWide(where)
  const wide = addresses === undefined ? [] : [addresses]
  if (rule.database?.includes('replication'))
    findings.push(finding('hba-replication', { object, found: (rule.user ?? []).join(', ') }))
  if (!rule.database?.every((one) => one === 'replication')) {
    const isRefused = (role: string) => earlier.some((one) => refuses(one, rule, where, role, around))
    const others = around.others.filter((role) => isFor(rule, role, around))
    const strangers = new Set([...namedStrangers(rule, around), ...others].filter((role) => !isRefused(role)))
    // Before 16 there is no word for the facilities' roles but `all`, behind lines that turn away everybody else.
    const sorts = wholeSorts(rule, around)
    const narrowed = !around.patterns && others.length > 0 && strangers.size === 0
    wide.unshift(...(narrowed ? [] : sorts), ...wholeDatabases(rule, around))
    if (strangers.size > 0)
      findings.push(finding('hba-role', { object, found: someOf([...strangers].sort()), expected: NEEDED }))
  }
  if (wide.length > 0) findings.push(finding('hba-too-wide', { object, found: wide.join(', '), expected: FEWER }))
  return findings
}

function someOf(names: readonly string[]): string {
  return names.length > 5 ? `${names.slice(0, 5).join(', ')} and ${names.length - 5} more` : names.join(', ')
}

/** Whether an earlier line turns a role away wherever a later one would let it in: PostgreSQL goes by the first that fits. */
function refuses(earlier: HbaRule, rule: HbaRule, where: Where, role: string, around: Surroundings): boolean {
  const databases = earlier.database ?? []
  return (
    earlier.error === null &&
    earlier.method === 'reject' &&
    (earlier.type === 'host' || earlier.type === rule.type) &&
    isFor(earlier, role, around) &&
    (rule.database ?? []).every(
      (one) => databases.includes(one) || (databases.includes('all') && one !== 'replication'),
    ) &&
    covers(whereOf(earlier), where)
  )
}
