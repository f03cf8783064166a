/** A PostgreSQL of any version that is here, which speaks TLS and whose files of settings a test may write to. */
import { chownSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type pg from 'pg'
import { asAdmin } from '../cluster.ts'
import { postgresUser } from '../postgres/binaries.ts'
import { tlsIdentity } from '../tls.ts'
import { otherPostgres } from './other-postgres.ts'
import { testCluster } from './postgres.ts'

export interface RealServer {
  admin: pg.ClientConfig
  /** Where its files are. */
  dir: string
  /** Has it read its files again. */
  reload(): Promise<void>
  remove(): unknown
}

/** `ours` is the version that comes with Alcove. Set up for facilities, without TLS-only lines: without TLS it could not read one. */
export async function realServer(version: string): Promise<RealServer> {
  const { admin, state, remove } = version === 'ours' ? await testCluster() : await other(version)
  try {
    const dir = await asAdmin(admin, async (client) => {
      const { rows } = await client.query<{ dir: string }>('show data_directory')
      return Object.values(rows[0] ?? {})[0] as string
    })
    const { key, certificate } = await tlsIdentity(state)
    writeOwned(join(dir, 'server.key'), key)
    writeOwned(join(dir, 'server.crt'), certificate)
    const server = { admin, dir, reload: () => reload(admin), remove }
    await asAdmin(admin, async (client) => {
      await client.query("alter system set ssl_ca_file = 'server.crt'")
      await client.query('alter system set ssl = on')
    })
    await server.reload()
    return server
  } catch (error) {
    await remove()
    throw error
  }
}

async function other(version: string) {
  const { cluster, remove } = await otherPostgres(version)
  return { ...cluster, remove }
}

/** A file that is PostgreSQL's own, and nobody else may read. */
function writeOwned(file: string, text: string): void {
  writeFileSync(file, text, { mode: 0o600 })
  const { uid, gid } = postgresUser()
  if (uid !== undefined && gid !== undefined) chownSync(file, uid, gid)
}

/** Waits until a new session sees that it is done. */
async function reload(admin: pg.ClientConfig): Promise<void> {
  const loaded = () =>
    asAdmin(admin, async (client) => {
      const { rows } = await client.query<{ at: string }>('select pg_conf_load_time()::text as at')
      return rows[0]?.at
    })
  const before = await loaded()
  await asAdmin(admin, (client) => client.query('select pg_reload_conf()'))
  while ((await loaded()) === before) await sleep(20)
}
