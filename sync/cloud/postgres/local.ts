/**
 * The default PostgreSQL: one that comes with Alcove and lives in the data folder, for trying out, for tests and for a
 * small hub. It listens on this machine only, and lets in nobody without a password.
 *
 *     DIR/postgres/       the database cluster
 *     DIR/admin.json      its administrator's password; readable by its owner only
 *     DIR/postgres.log
 */
import { execFile, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import {
  chmodSync,
  chownSync,
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs'
import { appendFile, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { platform, tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import pg from 'pg'
import { CloudError, sqlState } from '../errors.ts'
import { keptPassword } from '../state.ts'
import { postgresUser, program, type RunAs, reachablePostgres } from './binaries.ts'

const run = promisify(execFile)
const DATABASE = 'alcove'
const ADMIN = 'postgres'
const START_MS = 60_000
/** Any number will do, as long as it is ours. */
const LEAVING = 0x1eaf
/** What our own connections call themselves. */
const PRESENT = 'alcove cloud, present'

export interface LocalPostgres {
  /** The administrator's login. */
  admin: pg.ClientConfig
  /** Lets go of it; whoever is the last to do so stops it. */
  leave(): Promise<void>
  /** Stops it; commands that are using it get a moment to finish. A second gateway on the same folder keeps it. */
  stop(): Promise<void>
}

/** Finds the folder's PostgreSQL running, or makes it if need be and starts it. */
export async function openLocalPostgres(dir: string): Promise<LocalPostgres> {
  mkdirSync(dir, { recursive: true, mode: 0o700 })
  const as = postgresUser()
  reachable(dir, as)
  const password = keptPassword(join(dir, 'admin.json'))
  const programs = await reachablePostgres(dir, as)
  const cluster = join(dir, 'postgres')
  if (!existsSync(cluster)) await initialize(programs, cluster, password, as)

  const login = (port: number): pg.ClientConfig => ({
    host: '127.0.0.1',
    port,
    user: ADMIN,
    password,
    database: DATABASE,
  })
  const begin = async () => (await findRunning(cluster, login)) ?? (await start(programs, dir, cluster, as, login))
  const { port, presence } = await present(begin, login)
  const shutDown = () => run(program(programs, 'pg_ctl'), ['stop', '-D', cluster, '-m', 'fast', '-w'], as)
  return {
    admin: login(port),
    leave: async () => {
      const alone = await isAlone(presence, 300)
      // Still connected while it shuts down, so that whoever leaves next waits for the lock and finds it gone.
      if (alone) await shutDown()
      await presence.end().catch(() => {})
    },
    stop: async () => {
      // Whoever is not one of ours (a psql that was left open) does not keep it running.
      const needed = !(await isAlone(presence, 10_000)) && (await hasOthersPresent(presence))
      if (!needed) await shutDown().catch(() => {}) // or it was gone before us
      await presence.end().catch(() => {})
    },
  }
}

/** A connection for as long as we need the server: the others see by it that they are not the last. */
async function present(
  begin: () => Promise<number>,
  login: (port: number) => pg.ClientConfig,
): Promise<{ port: number; presence: pg.Client }> {
  for (let attempts = 5; ; attempts--) {
    const port = await begin()
    const presence = new pg.Client({ ...login(port), application_name: PRESENT })
    presence.on('error', () => {})
    try {
      await presence.connect()
      return { port, presence }
    } catch (error) {
      // The last one to leave stopped it just after we found it running.
      await presence.end().catch(() => {})
      if (attempts === 0) throw new CloudError('postgres-failed', 'PostgreSQL does not stay up.', error)
    }
  }
}

/** Made aside and then put in place, so that a cluster that was cut off half-made is never taken for a whole one. */
async function initialize(programs: string, cluster: string, password: string, as: RunAs): Promise<void> {
  const making = `${cluster}.making-${randomBytes(4).toString('hex')}`
  mkdirSync(making, { mode: 0o700 })
  const passwordFile = `${making}.password`
  await writeFile(passwordFile, password, { mode: 0o600 })
  own(making, as)
  own(passwordFile, as)
  try {
    await run(
      program(programs, 'initdb'),
      ['-D', making, '-U', ADMIN, '-A', 'scram-sha-256', `--pwfile=${passwordFile}`]
        // The same collation on every machine, whatever locales it has.
        .concat(['--encoding=UTF8', '--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8']),
      { ...as, cwd: making },
    )
    await appendFile(join(making, 'postgresql.conf'), SETTINGS)
    await writeFile(join(making, 'pg_hba.conf'), HBA)
    renameSync(making, cluster)
  } catch (error) {
    rmSync(making, { recursive: true, force: true })
    if (existsSync(cluster)) return // another command was first
    throw new CloudError(
      'postgres-failed',
      'A new PostgreSQL could not be made in the data folder. Is the disk full?',
      error,
    )
  } finally {
    rmSync(passwordFile, { force: true })
  }
}

const SETTINGS = `
listen_addresses = '127.0.0.1'
unix_socket_directories = ''
password_encryption = 'scram-sha-256'
max_connections = 100
# Not for facilities, whatever they do: see sql/004-watchdog.sql.
superuser_reserved_connections = 3
reserved_connections = 12
jit = off
timezone = 'UTC'
log_timezone = 'UTC'
temp_file_limit = '1GB'
shared_buffers = '256MB'
wal_buffers = '16MB'
max_wal_size = '2GB'
${platform() === 'linux' ? "recovery_init_sync_method = 'syncfs'" : ''}
# That something failed, never what was in it: the log must not hold records.
log_min_messages = 'log'
log_min_error_statement = 'panic'
log_error_verbosity = 'terse'
log_parameter_max_length = 0
log_parameter_max_length_on_error = 0
`

/** Exactly who may come, from where, to what; the last line turns everybody else away. */
const HBA = `
# type  database             user                    address        method
host    ${DATABASE},postgres ${ADMIN}                127.0.0.1/32   scram-sha-256
host    ${DATABASE}          alcove_gateway          127.0.0.1/32   scram-sha-256
host    ${DATABASE}          alcove_watchdog         127.0.0.1/32   scram-sha-256
host    ${DATABASE}          "/^t_[0-9a-f]{32}$"     127.0.0.1/32   scram-sha-256
host    all                  all                     all            reject
local   all                  all                                    reject
`

async function start(
  programs: string,
  dir: string,
  cluster: string,
  as: RunAs,
  login: (port: number) => pg.ClientConfig,
): Promise<number> {
  const port = await freePort()
  const log = openSync(join(dir, 'postgres.log'), 'a', 0o600)
  // In a group of its own: Ctrl-C is for us, and we stop it in order.
  const options = { ...as, cwd: cluster, detached: true, stdio: ['ignore', log, log] as ['ignore', number, number] }
  const [file, ...given] = bounded([program(programs, 'postgres'), '-D', cluster, '-p', String(port)])
  const child = spawn(file, given, options)
  closeSync(log)
  let exited = false
  child.once('exit', () => {
    exited = true
  })
  child.once('error', () => {
    exited = true
  })
  child.unref()
  const until = Date.now() + START_MS
  while (Date.now() < until) {
    if (await answers(login(port))) return port
    if (exited) {
      // Two commands may have started it at once; PostgreSQL lets only one of them have the folder.
      const other = await findRunning(cluster, login)
      if (other !== undefined) return other
      throw new CloudError('postgres-failed', `PostgreSQL did not start. ${join(dir, 'postgres.log')} says why.`)
    }
    await sleep(25)
  }
  throw new CloudError(
    'postgres-failed',
    `PostgreSQL did not start within a minute. ${join(dir, 'postgres.log')} says why.`,
  )
}

/** What each session may take for itself, in kB. A push of the largest kind takes some ten thousand. */
const MOST_DATA_KB = 1 << 20

/**
 * A program with a bound on the memory of each of its processes, where the system has one that counts what is not shared.
 * PostgreSQL has none: a session may set its own `work_mem`, and one value may have a gigabyte. Beyond the bound the
 * statement is refused (53200), and nobody else notices; without it, the system ends a process, and PostgreSQL all others.
 */
function bounded(command: [string, ...string[]]): [string, ...string[]] {
  if (platform() !== 'linux') return command
  return ['/bin/sh', '-c', `ulimit -d ${MOST_DATA_KB} 2>/dev/null; exec "$0" "$@"`, ...command]
}

/** The port of the folder's PostgreSQL, if it runs. */
async function findRunning(cluster: string, login: (port: number) => pg.ClientConfig): Promise<number | undefined> {
  const until = Date.now() + START_MS
  while (Date.now() < until) {
    const lines = readOptional(join(cluster, 'postmaster.pid'))?.split('\n')
    const [pid, port] = [Number(lines?.[0]), Number(lines?.[3])]
    if (!lines || !isPostgres(pid)) return undefined
    if (port && (await answers(login(port)))) return port
    await sleep(100) // it is starting or stopping
  }
  throw new CloudError('postgres-failed', 'The PostgreSQL of this data folder is running, but does not answer.')
}

/** Whether it takes connections. Makes our database on the way, the first time. */
async function answers(admin: pg.ClientConfig): Promise<boolean> {
  const client = new pg.Client({ ...admin, database: 'postgres', connectionTimeoutMillis: 5000 })
  client.on('error', () => {})
  try {
    await client.connect()
    const found = await client.query('select from pg_database where datname = $1', [DATABASE])
    if (found.rowCount === 0) await client.query(`create database ${DATABASE} template template0`)
    return true
  } catch (error) {
    // 42P04, 23505: another command made the database a moment ago. 28P01: it is not ours to talk to.
    if (['42P04', '23505'].includes(sqlState(error) ?? '')) return true
    if (sqlState(error) === '28P01')
      throw new CloudError('admin-password', 'The password in admin.json does not open this PostgreSQL.')
    return false
  } finally {
    await client.end().catch(() => {})
  }
}

/**
 * Whether no one else is connected, or not for longer than that (a connection takes a moment to end). Those who leave at
 * once ask one after the other; who waits for that is leaving too, and does not count.
 */
async function isAlone(presence: pg.Client, patienceMs: number): Promise<boolean> {
  try {
    await presence.query('select pg_advisory_lock($1)', [LEAVING])
    for (const until = Date.now() + patienceMs; ; await sleep(50)) {
      const { rowCount } = await presence.query(
        `select from pg_stat_activity where backend_type = 'client backend' and pid <> pg_backend_pid()
          and wait_event is distinct from 'advisory'`,
      )
      if (!rowCount) return true
      if (Date.now() >= until) return false
    }
  } catch {
    return false // somebody stopped it, or is stopping it
  }
}

/** Whether another program of ours has the server open, and means to keep it. */
async function hasOthersPresent(presence: pg.Client): Promise<boolean> {
  try {
    const { rowCount } = await presence.query(
      `select from pg_stat_activity where application_name = $1 and pid <> pg_backend_pid()
        and wait_event is distinct from 'advisory'`,
      [PRESENT],
    )
    return (rowCount ?? 0) > 0
  } catch {
    return false // it is gone
  }
}

/**
 * PostgreSQL's user has to pass through the folders above. Our own folder, and temporary ones that were made for us with
 * it, are opened for passing (not for reading); anything else is not ours to open.
 */
function reachable(dir: string, as: RunAs): void {
  if (as.uid === undefined) return
  const temporary = resolve(tmpdir())
  for (let folder = resolve(dir); folder !== dirname(folder); folder = dirname(folder)) {
    const { mode, uid } = statSync(folder)
    if (mode & 0o001 || uid === as.uid) continue
    if (folder !== resolve(dir) && !folder.startsWith(`${temporary}/`))
      throw new CloudError(
        'unreachable-folder',
        `PostgreSQL does not run as root, and its user "postgres" may not pass through ${folder}. Choose a --data folder elsewhere, such as /var/lib/alcove.`,
      )
    chmodSync(folder, (mode & 0o777) | 0o011)
  }
}

function own(path: string, as: RunAs): void {
  if (as.uid !== undefined && as.gid !== undefined) chownSync(path, as.uid, as.gid)
}

/**
 * Whether that process is there and may be a PostgreSQL. After a power cut the file with its number is still there, and
 * the number may be somebody else's by now.
 */
function isPostgres(pid: number): boolean {
  if (!(pid > 0)) return false
  try {
    process.kill(pid, 0)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false
  }
  const name = readOptional(`/proc/${pid}/comm`)
  return name === undefined || name.trim() === 'postgres'
}

function readOptional(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
}

function freePort(): Promise<number> {
  return new Promise((done, fail) => {
    const server = createServer()
    server.once('error', fail)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => (address && typeof address === 'object' ? done(address.port) : fail(new Error('no port'))))
    })
  })
}
