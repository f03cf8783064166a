/**
 * Where workstations find the gateway. Kept in the registry, so that a code made while the gateway is stopped, or on
 * another machine, names the right place.
 */
import { asProvisioner, type Cluster } from './cluster.ts'
import type { Address } from './provision.ts'
import { tlsIdentity } from './tls.ts'

export const DEFAULT_PORT = 7443

/** Notes the address at which the gateway is about to be found. */
export async function noteAddress(cluster: Cluster, address: Address): Promise<void> {
  await asProvisioner(cluster, (client) =>
    client.query(
      `insert into registry.setting (key, value) values ('gateway', $1)
       on conflict (key) do update set value = excluded.value`,
      [JSON.stringify(address)],
    ),
  )
}

/** The address last noted; before the first start, the one that a start without options will have. */
export async function knownAddress(cluster: Cluster): Promise<Address> {
  const { rows } = await asProvisioner(cluster, (client) =>
    client.query<{ value: Address }>("select value from registry.setting where key = 'gateway'"),
  )
  if (rows[0]) return rows[0].value
  const { pin } = await tlsIdentity(cluster.state)
  return { url: `https://127.0.0.1:${DEFAULT_PORT}`, pin }
}
