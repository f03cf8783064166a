/** Stopping all exchange with a facility for a while, and letting it go on. Nothing is lost either way. */
import type pg from 'pg'
import type { Cluster } from '../cluster.ts'
import { noteOperatorAct } from '../operator-act.ts'
import { type Facility, inState } from './find.ts'
import { endSessions, onFacility, quoted } from './operate.ts'

/**
 * Suspends a facility: its role may not log in, its sessions end, and the gateway tells its workstations so. To suspend one
 * that is suspended changes nothing.
 */
export async function suspendFacility(cluster: Cluster, typed: string): Promise<Facility> {
  const facility = await onFacility(cluster, typed, async ({ registry, server, facility }) => {
    inState(facility, 'active', 'suspended')
    await server.query(`alter role ${quoted(facility.role)} nologin`)
    if (facility.state === 'active') {
      await noteOperatorAct(server, facility, { act: 'suspend' })
      await setState(registry, facility.id, 'suspended')
    }
    return { ...facility, state: 'suspended' as const }
  })
  await endSessions(cluster, facility)
  return facility
}

/** Lets a suspended facility go on where it was. */
export async function resumeFacility(cluster: Cluster, typed: string): Promise<Facility> {
  return onFacility(cluster, typed, async ({ registry, server, facility }) => {
    inState(facility, 'active', 'suspended')
    await server.query(`alter role ${quoted(facility.role)} login`)
    if (facility.state === 'suspended') {
      await noteOperatorAct(server, facility, { act: 'resume' })
      await setState(registry, facility.id, 'active')
    }
    return { ...facility, state: 'active' as const }
  })
}

function setState(registry: pg.Client, id: string, state: 'active' | 'suspended') {
  return registry.query('update registry.facility set state = $2, changed_at = now() where id = $1', [id, state])
}
