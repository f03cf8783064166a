/** From a command's options to a PostgreSQL: the data folder's own, started if it is not running, or one's own server. */
import { join, resolve } from 'node:path'
import { type Cluster, setUpCluster } from './cluster.ts'
import { CloudError } from './errors.ts'
import { loginFrom } from './login-url.ts'
import { openLocalPostgres } from './postgres/local.ts'
import { defaultStateFolder } from './state.ts'

export interface WhereOptions {
  data?: string | undefined
  'database-url'?: string | undefined
  state?: string | undefined
}

export interface Where extends Cluster {
  /** Lets go of the server: stops it if this command started it. */
  leave(): Promise<void>
  /** Stops it in any case, if it is the data folder's own: for the command that runs until it is stopped. */
  stop(): Promise<void>
}

/**
 * Opens the cluster that a command is about, set up and ready for facilities. Without `setUp` it is taken as it is: setting
 * up waits for whoever else is at it, and a command for an emergency waits for nobody.
 */
export async function openWhere(
  options: WhereOptions,
  environment: NodeJS.ProcessEnv = process.env,
  { setUp = true } = {},
): Promise<Where> {
  const url = options['database-url'] ?? (options.data === undefined ? environment.ALCOVE_DATABASE_URL : undefined)
  if (options.data !== undefined && options['database-url'] !== undefined)
    throw new CloudError('bad-arguments', 'Give either --data or --database-url, not both.')
  if (options.data === undefined && url === undefined)
    throw new CloudError('bad-arguments', 'Give --data DIR, or --database-url URL for a PostgreSQL of your own.')
  const open = async () =>
    options.data === undefined ? elsewhere(url ?? '', options.state) : local(options.data, options.state)
  if (!setUp) return open()
  try {
    return await ready(await open())
  } catch (error) {
    // Another command may have stopped its PostgreSQL just after we found it running.
    if (options.data === undefined || !(error instanceof CloudError) || error.code !== 'postgres-unreachable')
      throw error
    return ready(await open())
  }
}

/** Sets it up; one that cannot be is let go of. */
async function ready(where: Where): Promise<Where> {
  try {
    await setUpCluster(where)
    return where
  } catch (error) {
    await where.leave()
    throw error
  }
}

/** The folder with the gateway's keys and login, without opening any PostgreSQL. */
export function stateFolder({ data, state }: WhereOptions): string {
  if (state) return resolve(state)
  return data === undefined ? resolve(defaultStateFolder()) : join(resolve(data), 'gateway')
}

async function local(data: string, state?: string): Promise<Where> {
  const dir = resolve(data)
  const postgres = await openLocalPostgres(dir)
  return {
    admin: postgres.admin,
    state: stateFolder({ data, state }),
    leave: () => postgres.leave(),
    stop: () => postgres.stop(),
  }
}

function elsewhere(url: string, state?: string): Where {
  const nothing = async () => {}
  return { admin: loginFrom(url), state: stateFolder({ state }), leave: nothing, stop: nothing }
}
