/** The first barrier: each facility's role is exactly what it must be, and its password the one that was given to it. */
import { createHash } from 'node:crypto'
import { FACILITY_ROLE, OPAQUE_ID, OPAQUE_ROLE } from '../expected/facility.ts'
import { type Finding, finding } from '../finding.ts'
import { roleDiffers, type SettingContexts, settingContexts, settingsDiffer } from '../roles.ts'
import type { Facility, Role, Scene } from '../scene.ts'
import { isClosed, isSpare } from './spares.ts'

export async function checkFacilityRoles(scene: Scene): Promise<Finding[]> {
  const contexts = await settingContexts(scene.client)
  const doors = await doorsOf(scene)
  return scene.facilities.flatMap((facility) => {
    const role = scene.roles.get(facility.role)
    const open = doors.get(role?.oid ?? 0) ?? []
    return [
      ...checkRole(
        facility,
        role,
        contexts,
        open.some((database) => database !== scene.database),
      ),
      ...checkDoor(facility, open.includes(scene.database) ? scene.database : undefined),
    ]
  })
}

function checkRole(
  facility: Facility,
  role: Role | undefined,
  contexts: SettingContexts,
  elsewhere: boolean,
): Finding[] {
  const about = { facility: facility.id, object: facility.role }
  const findings: Finding[] = []
  for (const [object, opaque] of [
    ['id', OPAQUE_ID.test(facility.id)],
    ['role', OPAQUE_ROLE.test(facility.role)],
    ['schema', OPAQUE_ROLE.test(facility.schema)],
  ] as const)
    if (!opaque) findings.push(finding('name-not-opaque', { facility: facility.id, object }))
  if (!role) return isSpare(facility) ? findings : [...findings, finding('role-missing', about)]

  findings.push(
    ...roleDiffers(
      role,
      { login: mayLogIn(facility, role, elsewhere), connections: limitOf(facility, role) },
      facility.id,
    ),
    ...settingsDiffer(role, FACILITY_ROLE.settings, contexts, facility.id),
  )
  // One that is not in use keeps the password of its time.
  if (isSpare(facility)) return findings
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

/** `elsewhere`: it may connect to another database of this server, where the facility may live: both have one role. */
function mayLogIn(facility: Facility, role: Role, elsewhere: boolean): boolean {
  if (facility.state === 'suspended' || facility.state === 'frozen') return false
  if (isClosed(facility)) return elsewhere && role.login
  return facility.paused ? role.login : true
}

function limitOf(facility: Facility, role: Role): number {
  // The watchdog may have kept it out when its facility moved away.
  return isClosed(facility) && role.connections === 0 ? 0 : FACILITY_ROLE.connections
}

/** To a copy that is not in use nobody connects. */
function checkDoor(facility: Facility, database: string | undefined): Finding[] {
  return database !== undefined && isClosed(facility)
    ? [
        finding('grant-unexpected', {
          facility: facility.id,
          object: `database ${database}`,
          expected: 'nothing',
          found: `connect to ${facility.role}`,
        }),
      ]
    : []
}

/** The databases that the roles of copies may connect to. */
async function doorsOf({ client, facilities }: Scene): Promise<Map<number, string[]>> {
  const roles = facilities.filter(isClosed).flatMap(({ roleOid }) => roleOid ?? [])
  const { rows } = await client.query<{ role: number; databases: string[] }>(DOORS, [roles])
  return new Map(rows.map(({ role, databases }) => [role, databases]))
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

const DOORS = `
  select grantee as role, pg_catalog.array_agg(datname::text) as databases
  from pg_catalog.pg_database cross join pg_catalog.aclexplode(datacl)
  where grantee = any ($1::oid[]) and privilege_type = 'CONNECT' group by grantee`
