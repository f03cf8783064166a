/** The roles that are no facility's: the fleet's own, and whoever else there is; and who is a member of what. */
import { FLEET_ROLES, MAKER, MEMBERSHIPS } from '../expected/fleet.ts'
import { type Finding, finding } from '../finding.ts'
import { roleDiffers, settingContexts, settingsDiffer } from '../roles.ts'
import { isFacilityName, type Scene } from '../scene.ts'

export async function checkFleetRoles(scene: Scene): Promise<Finding[]> {
  const contexts = await settingContexts(scene.client)
  const registered = new Map(scene.registry.map((row) => [row.role, row]))
  const findings = Object.entries(FLEET_ROLES).flatMap(([name, expectedOf]) => {
    const role = scene.roles.get(name)
    const { settings, ...expected } = expectedOf(scene.version)
    if (!role) return [finding('role-missing', { object: name })]
    return [...roleDiffers(role, expected), ...settingsDiffer(role, settings, contexts)]
  })
  for (const role of scene.roles.values()) {
    const { name } = role
    if (Object.hasOwn(FLEET_ROLES, name) || name.startsWith('pg_') || scene.administrators.has(name)) continue
    const facility = registered.get(name)
    if (facility?.state === 'removed')
      findings.push(finding('facility-remains', { facility: facility.id, object: `its role ${name}` }))
    if (facility) continue
    // One that is being made, or a copy on its way, has the name of its schema.
    if (scene.spares.has(name)) continue
    if (isFacilityName(name)) findings.push(finding('role-orphan', { object: name }))
    else findings.push(stranger(name, role))
  }
  return [...findings, ...(await checkMemberships(scene))]
}

function stranger(
  object: string,
  role: { superuser: boolean; bypassRls: boolean; createRole: boolean; replication: boolean },
): Finding {
  const powers = [
    ...(role.superuser ? ['superuser'] : []),
    ...(role.bypassRls ? ['bypassrls'] : []),
    ...(role.createRole ? ['createrole'] : []),
    ...(role.replication ? ['replication'] : []),
  ]
  return powers.length > 0
    ? finding('role-powerful', { object, found: powers.join(', ') })
    : finding('role-unexpected', { object })
}

/** The memberships among PostgreSQL's own roles. Any other would be a bridge to whoever is a member of those. */
const BROUGHT: ReadonlySet<string> = new Set(
  ['pg_read_all_settings', 'pg_read_all_stats', 'pg_stat_scan_tables'].map((of) => `pg_monitor ${of}`),
)

interface Membership {
  member: string
  of: string
  /** `admin`, and from 16 on `inherit` and `set`; what version 15 does not know is left out. */
  options: string
}

async function checkMemberships({ client, version, registry, administrators, roles }: Scene): Promise<Finding[]> {
  const { rows } = await client.query<Membership>(MEMBERS)
  const facilityOf = new Map(registry.map((row) => [row.role, row.id]))
  const expected = MEMBERSHIPS.filter(({ from = 0 }) => version >= from)
  const seen = new Set<string>()
  const findings: Finding[] = []
  for (const { member, of, options } of rows) {
    if (administrators.has(member) || BROUGHT.has(`${member} ${of}`)) continue
    const must =
      isFacilityName(of) && member === MAKER.member && version >= 160000
        ? MAKER
        : expected.find((one) => one.member === member && one.of === of)
    const facility = facilityOf.get(member) ?? facilityOf.get(of)
    const about = { facility, object: member, found: of }
    if (!must) {
      // A stranger in a role of PostgreSQL's that reads everything is as good as a superuser.
      const strange = roles.has(member) && !Object.hasOwn(FLEET_ROLES, member) && !isFacilityName(member) && !isOurs(of)
      findings.push(
        strange
          ? finding('role-powerful', { object: member, found: `a member of ${of}` })
          : finding('membership-unexpected', { ...about, expected: 'nothing but what is listed' }),
      )
      continue
    }
    seen.add(`${member} ${of}`)
    if (version >= 160000 && options !== must.options)
      findings.push(
        finding('membership-options', {
          ...about,
          found: `kind of ${of} (${options || 'nothing'})`,
          expected: must.options,
        }),
      )
    if (version < 160000 && options !== '')
      findings.push(
        finding('membership-options', { ...about, found: `kind of ${of} (${options})`, expected: 'without admin' }),
      )
  }
  for (const { member, of } of expected)
    if (roles.has(member) && !seen.has(`${member} ${of}`))
      findings.push(finding('membership-missing', { object: member, expected: of }))
  return findings
}

function isOurs(role: string): boolean {
  return Object.hasOwn(FLEET_ROLES, role) || isFacilityName(role)
}

// As a document, since version 15 has no column for two of the options.
const MEMBERS = `
  select pg_catalog.pg_get_userbyid((document->>'member')::oid)::text as member,
    pg_catalog.pg_get_userbyid((document->>'roleid')::oid)::text as of,
    pg_catalog.concat_ws(' ', case when (document->>'inherit_option')::boolean then 'inherit' end,
      case when (document->>'set_option')::boolean then 'set' end,
      case when (document->>'admin_option')::boolean then 'admin' end) as options
  from (select pg_catalog.to_jsonb(one) as document from pg_catalog.pg_auth_members as one) as members
  order by 1, 2`
