/** A new password for a facility, with nobody thrown out but who is meant to be. */
import type { Cluster } from '../cluster.ts'
import { CloudError } from '../errors.ts'
import { noteOperatorAct } from '../operator-act.ts'
import { type Facility, inState } from './find.ts'
import { type At, endSessions, onFacility } from './operate.ts'
import { reseal } from './reseal.ts'

export interface Rotated {
  facility: string
  name: string
  /** Workstations and unused codes that open it now. */
  devices: number
  codes: number
  /** Holders that the registry lists and nobody vouched for. */
  refused: string[]
}

/**
 * Changes a facility's password. Its workstations notice nothing: a call that is under way is told to come again, and finds
 * its new box.
 */
export async function rotateFacility(cluster: Cluster, typed: string): Promise<Rotated> {
  return rotated(cluster, typed, async ({ server, facility }) => {
    await noteOperatorAct(server, facility, { act: 'rotate' })
  })
}

/** Takes a workstation out, and changes the password that it knew. */
export async function revokeDevice(cluster: Cluster, typed: string, device: string): Promise<Rotated> {
  return rotated(cluster, typed, async ({ registry, server, facility }) => {
    const out = await registry.query(
      'update registry.device set revoked_at = now(), wrap = null where facility = $1 and id = $2 and revoked_at is null',
      [facility.id, device],
    )
    if (out.rowCount !== 1)
      throw new CloudError(
        'no-device',
        'That facility has no workstation of that id, or it was removed already. `facility devices` shows them.',
      )
    await noteOperatorAct(server, facility, { act: 'revoke', device })
  })
}

async function rotated(cluster: Cluster, typed: string, first: (at: At) => Promise<void>): Promise<Rotated> {
  const { facility, ...result } = await onFacility(cluster, typed, async (at): Promise<Rotating> => {
    inState(at.facility, 'active', 'suspended', 'frozen')
    await first(at)
    const { devices, codes, refused } = await reseal(at)
    return { facility: at.facility, devices, codes, refused }
  })
  // Whoever opened a connection with the old password does not keep it.
  await endSessions(cluster, facility)
  return { facility: facility.id, name: facility.name, ...result }
}

type Rotating = Omit<Rotated, 'facility' | 'name'> & { facility: Facility }
