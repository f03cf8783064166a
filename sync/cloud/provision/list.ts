/** Which facilities there are, and which workstations they have. */
import { asProvisioner, type Cluster } from '../cluster.ts'
import { findFacility } from './find.ts'

export interface ListedFacility {
  facility: string
  name: string
  schema: string
  role: string
  state: string
  server: string
  version: number
  storedBytes: number
  quotaBytes: number
  readOnly: boolean
  createdAt: Date
  devices: number
}

/** Every facility there is, oldest first. */
export async function listFacilities(cluster: Cluster): Promise<ListedFacility[]> {
  return asProvisioner(cluster, async (client) => {
    const { rows } = await client.query<ListedFacility>(`
      select facility.id as facility, name, facility.schema, role, state, server, version,
        stored_bytes::float8 as "storedBytes", quota_bytes::float8 as "quotaBytes", read_only as "readOnly",
        facility.created_at as "createdAt",
        (select count(*)::int from registry.device where device.facility = facility.id and revoked_at is null) as devices
      from registry.facility where state <> 'removed' order by created_at, id`)
    return rows
  })
}

interface ListedDevice {
  device: string
  enrolledAt: Date
  revokedAt: Date | null
}

/** A facility's workstations, those that were taken out included. */
export async function listDevices(cluster: Cluster, typed: string): Promise<ListedDevice[]> {
  return asProvisioner(cluster, async (client) => {
    const { id } = await findFacility(client, typed)
    const { rows } = await client.query<ListedDevice>(
      `select id as device, enrolled_at as "enrolledAt", revoked_at as "revokedAt" from registry.device
       where facility = $1 order by enrolled_at, id`,
      [id],
    )
    return rows
  })
}
