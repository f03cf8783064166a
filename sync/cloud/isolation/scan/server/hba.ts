/** Who is let in from where: the rules of pg_hba.conf, as the server has read them. */
import { isIP } from 'node:net'
import type pg from 'pg'
import { type Finding, finding } from '../finding.ts'

export interface HbaRule {
  line: number
  type: string | null
  database: string[] | null
  user: string[] | null
  address: string | null
  netmask: string | null
  method: string | null
  error: string | null
}

export async function hbaRules(client: pg.ClientBase): Promise<HbaRule[]> {
  const { rows } = await client.query<HbaRule>(`
    select line_number as line, type, database, user_name as user, address, netmask, auth_method as method, error
    from pg_catalog.pg_hba_file_rules order by line_number`)
  return rows
}

/** A password that never goes over the wire, a certificate, the operating system's word for its own user, or nothing at all. */
const METHODS = ['scram-sha-256', 'cert', 'reject']

export function checkHba(rules: readonly HbaRule[]): Finding[] {
  return rules.flatMap((rule) => {
    const object = `line ${rule.line}`
    if (rule.error !== null) return [finding('hba-unreadable', { object, found: rule.error })]
    const { type = '', method = '' } = rule
    if (method === 'reject') return []
    const found = `${type} ${rule.database?.join(',')} ${rule.user?.join(',')} ${rule.address ?? ''} ${method}`
    if (method === 'trust') return [finding('hba-trust', { object, found, expected: 'scram-sha-256' })]
    const ownUser = type === 'local' && method === 'peer'
    const findings =
      METHODS.includes(method ?? '') || ownUser
        ? []
        : [finding('hba-method', { object, found: method ?? '', expected: 'scram-sha-256' })]
    if (type === 'local' || isHere(rule)) return findings
    if (type !== 'hostssl' && type !== 'hostgssenc')
      findings.push(finding('hba-not-encrypted', { object, found, expected: 'hostssl' }))
    const wide = [
      ...(rule.user?.includes('all') ? ['every role'] : []),
      ...(rule.database?.includes('all') ? ['every database'] : []),
      ...(rule.address === 'all' || /^(0\.0\.0\.0|::)$/.test(rule.netmask ?? '') ? ['every address'] : []),
    ]
    if (wide.length > 0)
      findings.push(
        finding('hba-too-wide', {
          object,
          found: wide.join(', '),
          expected: 'the roles, the database and the gateway’s address',
        }),
      )
    return findings
  })
}

/** Whether an address is this very machine's, and no wider than that. */
function isHere({ address, netmask }: HbaRule): boolean {
  if (address === 'localhost') return true
  if (isIP(address ?? '') === 4) return address?.startsWith('127.') === true && netmask?.startsWith('255.') === true
  return address === '::1' && netmask === 'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff'
}
