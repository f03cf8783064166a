/** The first barrier: each facility's role is exactly what it must be, and its password the one that was given to it. */
import { createHash } from 'node:crypto'
import { FACILITY_ROLE, OPAQUE_ID, OPAQUE_ROLE } from '../expected/facility.ts'
import { type Finding, finding } from '../finding.ts'
import { roleDiffers, type SettingContexts, settingContexts, settingsDiffer } from '../roles.ts'
import type { Facility, Role, Scene } from '../scene.ts'

export async function checkFacilityRoles(scene: Scene): Promise<Finding[]> {
  const contexts = await settingContexts(scene.client)
  return scene.facilities.flatMap((facility) => checkRole(facility, scene.roles.get(facility.role), contexts))
}

function checkRole(facility: Facility, role: Role | undefined, contexts: SettingContexts): Finding[] {
  const about = { facility: facility.id, object: facility.role }
  const findings: Finding[] = []
  for (const [object, opaque] of [
    ['id', OPAQUE_ID.test(facility.id)],
    ['role', OPAQUE_ROLE.test(facility.role)],
    ['schema', OPAQUE_ROLE.test(facility.schema)],
  ] as const)
    if (!opaque) findings.push(finding('name-not-opaque', { facility: facility.id, object }))
  if (!role) return [...findings, finding('role-missing', about)]

  // Whoever is suspended or frozen is refused by the gateway; whether the role may log in meanwhile is the provisioner's.
  const login = facility.state === 'active' || facility.state === 'moving' ? true : role.login
  findings.push(
    ...roleDiffers(role, { login, connections: FACILITY_ROLE.connections }, facility.id),
    ...settingsDiffer(role, FACILITY_ROLE.settings, contexts, facility.id),
  )
  const registered = facility.verifier === null ? undefined : sha256(facility.verifier)
  if (role.password !== registered)
    findings.push(
      finding('role-verifier', {
        ...about,
        expected: 'the one that the registry has noted',
        found: role.password === null ? 'none' : registered === undefined ? 'one that nobody noted' : 'another one',
      }),
    )
  return findings
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}
