/** Compares a server with what it must be: pure reading, on an administrator's connection. */
import type pg from 'pg'
import { CloudError, sqlState } from '../../errors.ts'
import { checkCode } from './facility/code.ts'
import { asTheySay, checkIdentity } from './facility/identity.ts'
import { checkPolicies } from './facility/policies.ts'
import { checkRelations, portionOf } from './facility/relations.ts'
import { checkFacilityRoles } from './facility/roles.ts'
import { checkShapes, checkTags } from './facility/shape.ts'
import { checkViews } from './facility/views.ts'
import { type Finding, inOrder } from './finding.ts'
import { checkFleetRoles } from './fleet/roles.ts'
import { checkFleetTables } from './fleet/tables.ts'
import { portions } from './portions.ts'
import { type Facility, type Registry, type Scene, sceneOf } from './scene.ts'
import { checkCopies, serverCopies } from './server/copies.ts'
import { checkFiles, type ServerFiles, serverFiles } from './server/files.ts'
import { checkHba, type HbaRule, hbaRules, type IdentMapping, identMappings } from './server/hba.ts'
import { surroundingsOf } from './server/hba-who.ts'
import { checkLockdown } from './server/lockdown.ts'
import { checkObjects } from './server/objects.ts'
import { checkSettings, serverSettings } from './server/settings.ts'
import { checkVersion } from './server/version.ts'
import { looking } from './snapshot.ts'

export interface ScanOptions {
  /** Only these facilities, by id; all of them if not given. */
  facilities?: readonly string[]
  /** Also what is the whole server's: roles of the fleet, lock-down, settings, who is here without being registered. Default yes. */
  fleet?: boolean
  /** Which server of the registry this is; `home` if not given. */
  server?: string
  /** What the registry says (`registryOf`), when the connection is to another server than the registry's own. */
  registry?: Registry
  /** Facts to look at in place of the server's own: what no transaction can change, for whoever tries the scan. */
  facts?: Facts
}

export interface Facts {
  version?: number
  hba?: readonly HbaRule[]
  maps?: readonly IdentMapping[]
  /** In place of single ones. */
  settings?: Readonly<Record<string, string>>
  files?: Partial<ServerFiles>
  copies?: readonly string[]
}

/**
 * What differs, in an order that does not depend on the server's. Works within an open transaction, and sees what that
 * transaction has changed.
 */
export async function scan(client: pg.ClientBase, options: ScanOptions = {}): Promise<Finding[]> {
  for (let tries = 5; ; tries--) {
    try {
      const findings = await looking(client, async () => {
        const scene = await sceneOf(client, options)
        const findings = await checkFacilities(scene)
        if (options.fleet !== false) findings.push(...(await checkFleet(scene, options.facts)))
        return inOrder(findings)
      })
      if (tries < 5 || !findings.some(ofNobody)) return findings
    } catch (error) {
      const state = sqlState(error) ?? ''
      if (tries === 1 && state === LOCKED)
        throw new CloudError(
          'scan-blocked',
          'Some session holds a facility’s tables locked, so that they could not be looked at. Try again; pg_stat_activity says whose it is.',
          error,
        )
      if (tries === 1 || ![...VANISHED, LOCKED].includes(state)) throw error
      if (state === LOCKED) await client.query(END_THOSE_IN_THE_WAY)
    }
  }
}

/**
 * Whether it is about somebody whose name PostgreSQL could not say: what was granted is seen as it was at the beginning, and
 * names as they are now. It is true only if it is still so when it is looked at once more.
 */
function ofNobody({ expected, found, object }: Finding): boolean {
  return [expected, found, object].some((text) => text.includes('unknown (OID='))
}

const LOCKED = '55P03'
/**
 * A facility's role can lock its own tables against everybody for as long as it likes, by beginning to give up its rights.
 * No call of the gateway's does; and one facility must not keep the others from being looked at, and served.
 */
const END_THOSE_IN_THE_WAY = `
  select pg_catalog.pg_terminate_backend(pid) from pg_catalog.pg_stat_activity
  where usename ~ '^t_[0-9a-f]{32}$' and pid in (
    select pid from pg_catalog.pg_locks where granted and mode = 'AccessExclusiveLock' and locktype = 'relation')`

/** Of what was there at the beginning something has been taken away: a facility was removed or moved, a view made anew. */
const VANISHED = ['3F000', '42P01', '42703', '42704', 'XX000']

async function checkFacilities(scene: Scene): Promise<Finding[]> {
  const findings = await checkFacilityRoles(scene)
  const tags = new Map<Facility, string>()
  for (const some of portions(scene.facilities)) {
    const facilities = await asTheySay(scene.client, some)
    const portion = await portionOf(scene, facilities)
    const shapes = await checkShapes(scene, portion)
    for (const [facility, tag] of shapes.tags) tags.set(facility, tag)
    findings.push(
      ...facilities.flatMap(checkIdentity),
      ...checkRelations(scene, portion),
      ...shapes.findings,
      ...(await checkPolicies(scene, portion, shapes.tags)),
      ...(await checkViews(scene, portion)),
      ...(await checkCode(scene, portion)),
    )
  }
  return [...findings, ...checkTags(tags)]
}

async function checkFleet(scene: Scene, facts: Facts = {}): Promise<Finding[]> {
  const { client } = scene
  const hba = facts.hba ?? (await hbaRules(client))
  const maps = facts.maps ?? (await identMappings(client))
  const settings = new Map([...(await serverSettings(client)), ...Object.entries(facts.settings ?? {})])
  return [
    ...checkVersion(facts.version ?? scene.version),
    ...checkHba(hba, await surroundingsOf(scene, hba, maps)),
    ...checkFiles({ ...(await serverFiles(client, maps)), ...facts.files }),
    ...(await checkSettings(scene, settings)),
    ...checkCopies(facts.copies ?? (await serverCopies(client))),
    ...(await checkLockdown(scene)),
    ...(await checkFleetRoles(scene)),
    ...(await checkFleetTables(scene)),
    ...(await checkObjects(scene)),
  ]
}
