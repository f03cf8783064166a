/**
 * Setting a PostgreSQL up as a home of facilities: the fleet's roles, the registry, and the lock-down of what PostgreSQL
 * gives to everybody. Run by an administrator at every command; where all is as it must be, it changes nothing.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import pg from 'pg'
import { CloudError, isCollision, sqlState } from './errors.ts'
import { scramVerifier } from './keys/scram.ts'
import { keptPassword } from './state.ts'

const read = (file: string) => readFileSync(join(import.meta.dirname, 'sql', file), 'utf8')
const EVERYWHERE = [read('003-lockdown.sql'), read('004-watchdog.sql')]
const ROLES = read('001-roles.sql')
const REGISTRY = read('002-registry.sql')
/** Any number will do, as long as it is ours. */
const SETUP_LOCK = 0x0a1c0e
const OLDEST_SERVER = 150000
/** A machine that is gone without a word ends nothing: it is asked now and then whether it is there. */
const PATIENCE = { connectionTimeoutMillis: 15_000, keepAlive: true, keepAliveInitialDelayMillis: 10_000 }

export interface Cluster {
  /** An administrator's login. Nothing keeps it for longer than a command takes. */
  admin: pg.ClientConfig
  /** Where the TLS key and the gateway's login are kept. */
  state: string
}

/** Brings the home of the fleet, where the registry is, to what it must be. Idempotent; two at once wait for each other. */
export async function setUpCluster({ admin }: Cluster): Promise<void> {
  await setUp(admin, [ROLES, REGISTRY, ...EVERYWHERE])
}

/** The same for a further server, or a further database: it holds facilities, and no registry. */
export async function setUpServer(admin: pg.ClientConfig): Promise<void> {
  await setUp(admin, [ROLES, ...EVERYWHERE])
}

/** Refuses a server that is too old, and a login that may not set it up. By SHOW, which a closed server answers anybody. */
export async function refuseUnfit(client: pg.Client): Promise<void> {
  const version = await client.query<{ server_version_num: string }>('show server_version_num')
  if (Number(version.rows[0]?.server_version_num) < OLDEST_SERVER)
    throw new CloudError('old-postgres', 'Alcove needs PostgreSQL 15 or newer.')
  const superuser = await client.query<{ is_superuser: string }>('show is_superuser')
  if (superuser.rows[0]?.is_superuser !== 'on')
    throw new CloudError(
      'not-administrator',
      'That login is not an administrator (superuser) of the server; closing its catalogs needs one.',
    )
}

async function setUp(admin: pg.ClientConfig, steps: readonly string[]): Promise<void> {
  await asAdmin(admin, async (client) => {
    await refuseUnfit(client)
    await lockSetUp(client)
    for (const step of steps) await tryStep(client, step)
  })
}

/** Again when another database of the same server is being set up: roles are common to both, and the lock is not. */
async function tryStep(client: pg.Client, step: string, tries = 20): Promise<void> {
  try {
    await client.query(`begin;\n${step}\ncommit;`)
  } catch (error) {
    await client.query('rollback').catch(() => {})
    if (!isCollision(error) || tries === 0) throw error
    await tryStep(client, step, tries - 1)
  }
}

/**
 * Waits for whoever else sets up, or changes who may connect to the database, and keeps others waiting for as long as the
 * connection lasts: that is one row of a catalog, and of two who change it at once one fails.
 */
export async function lockSetUp(client: pg.ClientBase): Promise<void> {
  await client.query('select pg_advisory_lock($1)', [SETUP_LOCK])
}

/** The same until the transaction ends. */
export async function lockSetUpHere(client: pg.ClientBase): Promise<void> {
  await client.query('select pg_advisory_xact_lock($1)', [SETUP_LOCK])
}

/** Lets the others go on, before something that takes long and touches nothing that they have in common. As the administrator. */
export async function unlockSetUp(client: pg.ClientBase): Promise<void> {
  await client.query('select pg_advisory_unlock($1)', [SETUP_LOCK])
}

/** Runs something as the provisioner: it makes facilities, and can read none. */
export async function asProvisioner<T>(cluster: Cluster, work: (client: pg.Client) => Promise<T>): Promise<T> {
  return asAdmin(cluster.admin, async (client) => {
    await lockSetUp(client)
    // An administrator may become any role; from here on the rights are the provisioner's.
    await client.query('set session authorization alcove_provisioner')
    await client.query("set search_path = ''")
    return work(client)
  })
}

/** Programs that log in by themselves, each with a password in the state folder. */
const PROGRAMS = {
  gateway: { role: 'alcove_gateway', file: 'gateway.json' },
  watchdog: { role: 'alcove_watchdog', file: 'watchdog.json' },
} as const

/**
 * The login of one of our programs. Its password is made once and kept in the state folder. A server whose role has
 * another password already belongs with another state folder: taking it over locks the program that uses that one out,
 * and has to be asked for.
 */
export async function programLogin(
  { admin, state }: Cluster,
  program: keyof typeof PROGRAMS,
  { takeOver = false }: { takeOver?: boolean } = {},
): Promise<pg.ClientConfig> {
  const { role, file } = PROGRAMS[program]
  const password = keptPassword(join(state, file))
  const login = { ...serverOf(admin), user: role, password }
  if (await opens(login)) return login
  await asAdmin(admin, async (client) => {
    const { rows } = await client.query('select from pg_authid where rolname = $1 and rolpassword is not null', [role])
    if (rows.length > 0 && !takeOver)
      throw new CloudError(
        'other-state',
        `The ${program} of this server has its login in another state folder. Give that folder with --state; or say --take-over, and whatever runs from the other folder is locked out.`,
      )
    await client.query(`alter role ${role} password ${pg.escapeLiteral(scramVerifier(password))}`)
  })
  return login
}

export function gatewayLogin(cluster: Cluster): Promise<pg.ClientConfig> {
  return programLogin(cluster, 'gateway')
}

/** The server of a login, without who logs in. */
export function serverOf(login: pg.ClientConfig): pg.ClientConfig {
  const { host, port, database } = login
  const ssl = withoutCertificate(login.ssl)
  return {
    ...(host === undefined ? {} : { host }),
    ...(port === undefined ? {} : { port }),
    ...(database === undefined ? {} : { database }),
    ...(ssl === undefined ? {} : { ssl }),
  }
}

/** How a server is known over TLS; an administrator's own certificate and key stay with the administrator. */
function withoutCertificate(ssl: pg.ClientConfig['ssl']): pg.ClientConfig['ssl'] {
  if (typeof ssl !== 'object') return ssl
  const { ca, rejectUnauthorized, servername } = ssl
  return {
    ...(ca === undefined ? {} : { ca }),
    ...(rejectUnauthorized === undefined ? {} : { rejectUnauthorized }),
    ...(servername === undefined ? {} : { servername }),
  }
}

async function opens(login: pg.ClientConfig): Promise<boolean> {
  const client = new pg.Client({ ...login, ...PATIENCE })
  client.on('error', () => {})
  try {
    await client.connect()
    return true
  } catch (error) {
    if (['28P01', '28000'].includes(sqlState(error) ?? '')) return false
    throw unreachable(error)
  } finally {
    await client.end().catch(() => {})
  }
}

/** One connection as the administrator, closed afterwards. */
export async function asAdmin<T>(admin: pg.ClientConfig, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ ...admin, ...PATIENCE, application_name: 'alcove cloud' })
  client.on('error', () => {})
  try {
    await client.connect()
  } catch (error) {
    await client.end().catch(() => {})
    throw unreachable(error)
  }
  try {
    return await work(client)
  } finally {
    await client.end().catch(() => {})
  }
}

function unreachable(error: unknown): CloudError {
  const state = sqlState(error)
  if (state?.startsWith('28'))
    return new CloudError('postgres-refused', 'PostgreSQL does not accept that login.', error)
  if (state === '3D000') return new CloudError('postgres-refused', 'PostgreSQL has no database of that name.', error)
  if (state === '53300')
    return new CloudError(
      'postgres-busy',
      'PostgreSQL has no connection to spare. Try again in a moment; if it stays so, see who holds them.',
      error,
    )
  const { code = '', message = '' } = error as NodeJS.ErrnoException
  if (/CERT|SIGNATURE|ERR_TLS|ERR_SSL/.test(code) || /does not support SSL/.test(message))
    return new CloudError(
      'postgres-certificate',
      'The server does not prove over TLS that it is the one of that name: its certificate is missing, another, or not of the authority given.',
      error,
    )
  return new CloudError(
    'postgres-unreachable',
    'PostgreSQL does not answer. Is it running, and is the address right?',
    error,
  )
}
