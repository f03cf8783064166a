/**
 * Prints what belongs into `sync/cloud/isolation/scan/expected/builtins.ts`, from servers that are made for it and thrown
 * away. Give the folders of PostgreSQL's programs; of each major version the newest minor release, the oldest that is to be
 * had, and some between:
 *
 *     node test/builtins.ts /usr/lib/postgresql/15/bin /tmp/16.0/native/bin /tmp/16.14/native/bin …
 */
import { execFileSync } from 'node:child_process'
import { chownSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { asAdmin } from '../sync/cloud/cluster.ts'
import { builtinRows, digestOfKind } from '../sync/cloud/isolation/scan/server/builtins.ts'
import { looking } from '../sync/cloud/isolation/scan/snapshot.ts'
import { postgresUser } from '../sync/cloud/postgres/binaries.ts'

interface Pristine {
  version: number
  rows: Awaited<ReturnType<typeof builtinRows>>
}

/** A server as initdb makes it, looked at and removed. */
async function pristine(bin: string, port: number): Promise<Pristine> {
  const dir = mkdtempSync(join(tmpdir(), 'alcove-builtins-'))
  const as = postgresUser()
  if (as.uid !== undefined && as.gid !== undefined) chownSync(dir, as.uid, as.gid)
  const run = (name: string, ...args: string[]) =>
    execFileSync(join(bin, name), args, { ...as, cwd: dir, stdio: ['ignore', 'ignore', 'inherit'] })
  const files = join(dir, 'files')
  try {
    run('initdb', '-D', files, '-U', 'boss', '-A', 'trust', '-E', 'UTF8', '--no-locale')
    const settings = `-p ${port} -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c fsync=off`
    run('pg_ctl', '-D', files, '-o', settings, '-l', join(dir, 'log'), '-w', 'start')
    try {
      return await asAdmin({ host: '127.0.0.1', port, user: 'boss', database: 'postgres' }, async (client) => {
        const { rows } = await client.query<{ version: number }>(
          "select current_setting('server_version_num')::int as version",
        )
        return { version: rows[0]?.version ?? 0, rows: await looking(client, () => builtinRows(client)) }
      })
    } finally {
      run('pg_ctl', '-D', files, '-m', 'immediate', '-w', 'stop')
    }
  } finally {
    rmSync(dir, { recursive: true, force: true })
  }
}

const found: Pristine[] = []
for (const [at, bin] of process.argv.slice(2).entries()) found.push(await pristine(bin, 25_300 + at))

// What one major version began to bring in a minor release, the others often do as well: the list is one for all.
const byMajor = [...Map.groupBy(found, ({ version }) => Math.trunc(version / 10_000))].sort(([a], [b]) => a - b)
const varying = new Set(
  byMajor.flatMap(([, releases]) => {
    const sets = releases.map(({ rows }) => new Set([...rows.values()].flat()))
    return sets.flatMap((set) => [...set].filter((row) => !sets.every((other) => other.has(row))))
  }),
)
const builtins = byMajor.map(([major, releases]) => {
  const digests = [...(releases[0]?.rows ?? [])].map(([kind, rows]) => [kind, digestOfKind(rows, varying)])
  const minor = Math.max(...releases.map(({ version }) => version % 10_000))
  return [major, { minor, digests: Object.fromEntries(digests) }]
})
process.stdout.write(`export const VARYING = ${JSON.stringify([...varying].sort(), null, 2)}
export const BUILTINS = ${JSON.stringify(Object.fromEntries(builtins), null, 2)}
`)
