/**
 * The servers that hold facilities: the registry's own, `home`, and those that were added to it. The registry has their
 * addresses; an administrator's login to them is brought by whoever runs a command, and kept by nothing.
 */
import type pg from 'pg'
import { asAdmin, type Cluster } from '../cluster.ts'
import { CloudError } from '../errors.ts'
import { loginFrom } from '../login-url.ts'

/** A server by its address. `home` has none in the registry: whoever reads this is there. */
export interface ServerAddress {
  id: string
  host: string | null
  port: number | null
  database: string | null
  /** PEM; its certificate is checked against that authority, its name included. Null without TLS. */
  ca: string | null
}

export interface Server {
  id: string
  /** It with an administrator's login, and with the home's state folder. */
  cluster: Cluster
}

export const HOME = 'home'
const ID = /^[a-z][a-z0-9-]{0,31}$/

const ADDRESSES = 'select id, host, port, database, ca from registry.server'

/** A server's id, as it is typed and kept. */
export function serverId(text: string): string {
  if (ID.test(text)) return text
  throw new CloudError(
    'bad-server-id',
    'A server is named by small letters, digits and dashes, beginning with a letter, at most 32 of them.',
  )
}

/** The variable in which a command looks for an administrator's URL of a server. */
export function loginVariable(id: string): string {
  return `ALCOVE_SERVER_URL_${id.toUpperCase().replaceAll('-', '_')}`
}

/** The addresses of all servers, home first. */
export async function serverAddresses(cluster: Cluster): Promise<ServerAddress[]> {
  // Not as the provisioner, who waits for others of its kind: this is also asked in the middle of what it does.
  return asAdmin(cluster.admin, async (client) => {
    const { rows } = await client.query<ServerAddress>(`${ADDRESSES} order by id <> 'home', id`)
    return rows
  })
}

/** An administrator's login to a server of the fleet. */
export async function serverLogin(
  cluster: Cluster,
  id: string,
  environment: NodeJS.ProcessEnv = process.env,
): Promise<pg.ClientConfig> {
  if (id === HOME) return cluster.admin
  const address = (await serverAddresses(cluster)).find((one) => one.id === id)
  if (!address) throw new CloudError('no-server', 'There is no server of that name. `server list` shows them.')
  return loginTo(address, environment)
}

/** A server with an administrator's login. */
export async function serverNamed(cluster: Cluster, id: string): Promise<Server> {
  return { id, cluster: { admin: await serverLogin(cluster, id), state: cluster.state } }
}

/** Every server, home first, each with an administrator's login. Refuses when the login to one of them is missing. */
export async function allServers(cluster: Cluster, environment: NodeJS.ProcessEnv = process.env): Promise<Server[]> {
  const addresses = await serverAddresses(cluster)
  return addresses.map((address) => ({
    id: address.id,
    cluster: address.id === HOME ? cluster : { admin: loginTo(address, environment), state: cluster.state },
  }))
}

/** Does something on every server, one after the other, home first. None is touched unless all logins are there. */
export async function eachServer<T>(
  cluster: Cluster,
  work: (server: Server) => Promise<T>,
  environment: NodeJS.ProcessEnv = process.env,
): Promise<T[]> {
  const results: T[] = []
  for (const server of await allServers(cluster, environment)) results.push(await work(server))
  return results
}

function loginTo(address: ServerAddress, environment: NodeJS.ProcessEnv): pg.ClientConfig {
  const variable = loginVariable(address.id)
  const url = environment[variable]
  if (!url)
    throw new CloudError(
      'server-login',
      `For the server "${address.id}" an administrator's URL is needed. Give it in ${variable}; it is not kept.`,
    )
  const login = loginFrom(url)
  // A login to some other server would be believed, and facilities made where nobody looks for them.
  if (login.host !== address.host || login.port !== address.port || login.database !== address.database)
    throw new CloudError(
      'other-server',
      `${variable} leads elsewhere than was noted when the server "${address.id}" was added. \`server list\` shows where.`,
    )
  return address.ca === null ? login : withAuthority(login, address.ca)
}

/** A login whose server has to prove itself by that authority; it may still log in by a certificate of its own. */
export function withAuthority(login: pg.ClientConfig, ca: string): pg.ClientConfig {
  // One by one: pg hides the key from whatever copies all there is.
  const { cert, key } = typeof login.ssl === 'object' ? login.ssl : {}
  const own = { ...(cert === undefined ? {} : { cert }), ...(key === undefined ? {} : { key }) }
  return { ...login, ssl: { ...tlsTo(ca), ...own } }
}

/** TLS to a server whose certificate has to be of that authority and in its name. */
export function tlsTo(ca: string): { ca: string; rejectUnauthorized: true } {
  return { ca, rejectUnauthorized: true }
}
