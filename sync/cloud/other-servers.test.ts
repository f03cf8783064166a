/**
 * A PostgreSQL that somebody brings along: every major version from 15 that Debian's packages put on this machine. The
 * cloud's SQL is set up on it twice, a facility is made, and a neighbor is refused with each barrier left by itself.
 */
import { execFileSync } from 'node:child_process'
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { asAdmin, setUpCluster } from './cluster.ts'
import { postgresUser } from './postgres/binaries.ts'
import { createFacility } from './provision/create.ts'
import { refusal } from './testing/postgres.ts'

const ROOT = '/usr/lib/postgresql'
const versions = existsSync(ROOT) ? readdirSync(ROOT).filter((name) => Number(name) >= 15) : []

if (versions.length === 0)
  test('another PostgreSQL than the one that comes along', ({ skip }) =>
    skip('this machine has no PostgreSQL of its own, 15 or newer'))

test.each(versions)(
  'PostgreSQL %s takes the whole set-up, and keeps two facilities apart',
  async (version) => {
    const dir = mkdtempSync(join(tmpdir(), 'alcove-other-'))
    const as = postgresUser()
    if (as.uid !== undefined && as.gid !== undefined) chownSync(dir, as.uid, as.gid)
    const run = (name: string, ...args: string[]) =>
      execFileSync(join(ROOT, version, 'bin', name), args, { ...as, cwd: dir, stdio: 'ignore' })
    const password = join(dir, 'password')
    writeFileSync(password, 'guessed by nobody', { mode: 0o644 })
    const port = await freePort()
    const files = join(dir, 'files')
    run('initdb', '-D', files, '-U', 'boss', '-A', 'scram-sha-256', `--pwfile=${password}`, '-E', 'UTF8', '--no-locale')
    const settings = `-p ${port} -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c fsync=off`
    run('pg_ctl', '-D', files, '-o', settings, '-l', join(dir, 'log'), '-w', 'start')
    try {
      const login = { host: '127.0.0.1', port, user: 'boss', password: 'guessed by nobody' }
      await asAdmin({ ...login, database: 'postgres' }, (client) => client.query('create database records'))
      const cluster = { admin: { ...login, database: 'records' }, state: join(dir, 'state') }
      await setUpCluster(cluster)
      await setUpCluster(cluster)
      const address = { url: 'https://127.0.0.1:1', pin: 'a'.repeat(64) }
      const [mine, other] = [
        await createFacility(cluster, 'Mine', address),
        await createFacility(cluster, 'Other', address),
      ]
      await asAdmin(cluster.admin, async (client) => {
        const asOther = async (statement: string) => {
          await client.query(`savepoint before; set local session authorization ${other.role}`)
          const answer = await refusal(client, statement)
          await client.query('rollback to before')
          return answer
        }
        const read = `select * from ${mine.schema}.meta`
        const breaking = async (broken: string, check: () => Promise<void>) => {
          await client.query('begin')
          await client.query(broken)
          await check()
          await client.query('rollback')
        }
        await breaking('select', async () => {
          expect(await asOther(`select * from ${other.schema}.meta`)).toBe('accepted')
          for (const statement of [read, 'select * from pg_class', 'select pg_sleep(0)', 'do $$ begin end $$'])
            expect([statement, await asOther(statement)]).toEqual([statement, '42501'])
        })
        await breaking(`alter table ${mine.schema}.meta disable row level security`, async () => {
          expect(await asOther(read)).toBe('42501')
        })
        const given = `grant usage on schema ${mine.schema} to ${other.role}; grant select on all tables in schema ${mine.schema} to ${other.role}`
        await breaking(given, async () => {
          await client.query(`set local session authorization ${other.role}`)
          expect((await client.query(read)).rowCount).toBe(0)
        })
      })
    } finally {
      run('pg_ctl', '-D', files, '-m', 'immediate', '-w', 'stop')
      rmSync(dir, { recursive: true, force: true })
    }
  },
  60_000,
)

function freePort(): Promise<number> {
  return new Promise((done) => {
    const server = createServer()
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => done(address && typeof address === 'object' ? address.port : 0))
    })
  })
}
