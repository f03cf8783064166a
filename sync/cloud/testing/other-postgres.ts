/** A PostgreSQL that somebody brings along: those that Debian's packages put on this machine, each as a cluster of its own. */
import { execFileSync } from 'node:child_process'
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'vitest'
import { asAdmin, type Cluster, setUpCluster } from '../cluster.ts'
import { postgresUser } from '../postgres/binaries.ts'

const ROOT = '/usr/lib/postgresql'

/** The major versions that are here, from 15. */
export const OTHER_VERSIONS = existsSync(ROOT) ? readdirSync(ROOT).filter((name) => Number(name) >= 15) : []

export interface OtherPostgres {
  cluster: Cluster
  log: string
  remove(): void
}

/**
 * Makes and starts one, set up for facilities; without a registry it is one to be added to another's. Its programs may be
 * elsewhere than where Debian puts them.
 */
export async function otherPostgres(
  version: string,
  { registry = true, bin = join(ROOT, version, 'bin') } = {},
): Promise<OtherPostgres> {
  const dir = mkdtempSync(join(tmpdir(), 'alcove-other-'))
  const as = postgresUser()
  if (as.uid !== undefined && as.gid !== undefined) chownSync(dir, as.uid, as.gid)
  const run = (name: string, ...args: string[]) =>
    execFileSync(join(bin, name), args, { ...as, cwd: dir, stdio: 'ignore' })
  const password = join(dir, 'password')
  writeFileSync(password, 'guessed by nobody', { mode: 0o644 })
  const port = await freePort()
  const files = join(dir, 'files')
  const log = join(dir, 'log')
  run('initdb', '-D', files, '-U', 'boss', '-A', 'scram-sha-256', `--pwfile=${password}`, '-E', 'UTF8', '--no-locale')
  const settings = `-p ${port} -c listen_addresses=127.0.0.1 -c unix_socket_directories=`
  run('pg_ctl', '-D', files, '-o', settings, '-l', log, '-w', 'start')
  const remove = () => {
    run('pg_ctl', '-D', files, '-m', 'immediate', '-w', 'stop')
    rmSync(dir, { recursive: true, force: true })
  }
  try {
    const login = { host: '127.0.0.1', port, user: 'boss', password: 'guessed by nobody' }
    await asAdmin({ ...login, database: 'postgres' }, (client) => client.query('create database records'))
    const cluster = { admin: { ...login, database: 'records' }, state: join(dir, 'state') }
    if (registry) await setUpCluster(cluster)
    return { cluster, log, remove }
  } catch (error) {
    remove()
    throw error
  }
}

/** For `test.for`: each of them; where there is none, one test that is skipped and says why. */
export const TO_TRY = OTHER_VERSIONS.length > 0 ? OTHER_VERSIONS : ['15 or newer']

/** A test with one of them, which is removed afterwards. */
export function onOther(work: (other: OtherPostgres, version: string) => Promise<void>, { registry = true } = {}) {
  return async (version: string, { skip }: Pick<TestContext, 'skip'>): Promise<void> => {
    if (OTHER_VERSIONS.length === 0) skip('this machine has no PostgreSQL of its own, 15 or newer')
    const other = await otherPostgres(version, { registry })
    try {
      await work(other, version)
    } finally {
      other.remove()
    }
  }
}

function freePort(): Promise<number> {
  return new Promise((done) => {
    const server = createServer()
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => done(address && typeof address === 'object' ? address.port : 0))
    })
  })
}
