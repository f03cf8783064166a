/** Which facilities there are. */
import { asProvisioner, type Cluster } from '../cluster.ts'

/** Every facility there is, oldest first. */
export async function listFacilities(cluster: Cluster) {
  return asProvisioner(cluster, async (client) => {
    const { rows } = await client.query<ListedFacility>(`
      select facility.id as facility, name, facility.schema, role, state, facility.created_at as "createdAt",
        (select count(*)::int from registry.device where device.facility = facility.id and revoked_at is null) as devices
      from registry.facility where state <> 'removed' order by created_at, id`)
    return rows
  })
}

interface ListedFacility {
  facility: string
  name: string
  schema: string
  role: string
  state: string
  createdAt: Date
  devices: number
}
