/**
 * Where workstations find the gateway. Kept in the registry, so that a code made while the gateway is stopped, or on
 * another machine, names the right place.
 */
import { asProvisioner, type Cluster } from './cluster.ts'
import type { Address } from './provision/create.ts'
import { tlsIdentity } from './tls.ts'

export const DEFAULT_PORT = 7443

const NOTED = "select value from registry.setting where key = 'gateway'"

/** Notes the address at which the gateway is about to be found; answers the one noted before. */
export async function noteAddress(cluster: Cluster, address: Address): Promise<Address | undefined> {
  return asProvisioner(cluster, async (client) => {
    const { rows } = await client.query<{ value: Address }>(NOTED)
    await client.query(
      `insert into registry.setting (key, value) values ('gateway', $1)
       on conflict (key) do update set value = excluded.value`,
      [JSON.stringify(address)],
    )
    return rows[0]?.value
  })
}

/**
 * The address last noted; before the first start, the one that a start without options will have. That is noted as well,
 * so that every code names the same key, whatever state folder the command that made it was given.
 */
export async function knownAddress(cluster: Cluster): Promise<Address> {
  return asProvisioner(cluster, async (client) => {
    const { rows } = await client.query<{ value: Address }>(NOTED)
    if (rows[0]) return rows[0].value
    const { pin } = await tlsIdentity(cluster.state)
    const address = { url: `https://127.0.0.1:${DEFAULT_PORT}`, pin }
    await client.query("insert into registry.setting (key, value) values ('gateway', $1)", [JSON.stringify(address)])
    return address
  })
}

/** How workstations on this network find a gateway that listens there. */
export function urlOf(host: string, port: number): string {
  return `https://${host.includes(':') ? `[${host}]` : host}:${port}`
}
