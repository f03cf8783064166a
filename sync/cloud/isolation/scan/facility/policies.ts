/** The third barrier: one policy a table, for one role, that compares the row's tag with a literal and reads no setting. */
import { POLICY } from '../expected/facility.ts'
import { type Finding, finding } from '../finding.ts'
import type { Facility, Scene } from '../scene.ts'
import type { Portion } from './relations.ts'
import { type Tags, written } from './shape.ts'

interface Policy {
  table: number
  name: string
  /** `*`: for everything that is done to a row. */
  command: string
  permissive: boolean
  roles: string[]
  using: string | null
  check: string | null
}

export async function checkPolicies(scene: Scene, portion: Portion, tags: Tags): Promise<Finding[]> {
  const { rows } = await scene.client.query<Policy>(POLICIES, [portion.tables])
  const byTable = new Map<number, Policy[]>(portion.tables.map((oid) => [oid, []]))
  for (const policy of rows) byTable.get(policy.table)?.push(policy)
  return [...byTable].flatMap(([oid, policies]) => {
    const { facility, relation } = portion.relations.get(oid) ?? {}
    return facility && relation ? checkTable(facility, relation.name, policies, tags.get(facility)) : []
  })
}

function checkTable(
  facility: Facility,
  object: string,
  policies: readonly Policy[],
  tag: string | undefined,
): Finding[] {
  const about = { facility: facility.id, object }
  const own = policies.find(({ name }) => name === POLICY.name)
  const findings = policies
    .filter((policy) => policy !== own)
    .map((policy) => finding('policy-unexpected', { ...about, expected: POLICY.name, found: policy.name }))
  if (!own) return [...findings, finding('policy-missing', { ...about, expected: POLICY.is, found: 'none' })]

  if (own.roles.length !== 1 || own.roles[0] !== facility.role)
    findings.push(finding('policy-roles', { ...about, expected: facility.role, found: own.roles.join(', ') }))
  const found = said(own, facility, tag)
  const expected = `all, using ${POLICY.is}, with check ${POLICY.is}`
  if (found !== expected) findings.push(finding('policy-changed', { ...about, expected, found }))
  return findings
}

function said({ command, permissive, using, check }: Policy, facility: Facility, tag: string | undefined): string {
  const expression = (text: string | null) => (text === null ? 'nothing' : written(text, facility, tag))
  const what = `${COMMANDS[command] ?? command}${permissive ? '' : ', restrictive'}`
  return `${what}, using ${expression(using)}, with check ${expression(check)}`
}

const COMMANDS: Readonly<Record<string, string>> = { '*': 'all', r: 'select', a: 'insert', w: 'update', d: 'delete' }

const POLICIES = `
  select polrelid as table, polname as name, polcmd as command, polpermissive as permissive,
    array(select case one when 0 then 'PUBLIC' else pg_catalog.pg_get_userbyid(one)::text end
      from pg_catalog.unnest(polroles) as one order by 1) as roles,
    pg_catalog.pg_get_expr(polqual, polrelid) as using, pg_catalog.pg_get_expr(polwithcheck, polrelid) as check
  from pg_catalog.pg_policy where polrelid = any ($1::oid[])`
