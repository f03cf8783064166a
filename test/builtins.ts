/**
 * Prints what belongs into `sync/cloud/isolation/scan/expected/builtins.ts`, from servers that are made for it and thrown
 * away. Give the folders of PostgreSQL's programs; of each major version the newest minor release, the oldest that is to be
 * had, and some between:
 *
 *     node test/builtins.ts /usr/lib/postgresql/15/bin /tmp/16.0/native/bin /tmp/16.14/native/bin …
 */
import { asAdmin } from '../sync/cloud/cluster.ts'
import { builtinRows, digestOfKind } from '../sync/cloud/isolation/scan/server/builtins.ts'
import { looking } from '../sync/cloud/isolation/scan/snapshot.ts'
import { otherPostgres } from '../sync/cloud/testing/other-postgres.ts'

interface Pristine {
  version: number
  rows: Awaited<ReturnType<typeof builtinRows>>
}

/** A server as initdb makes it, looked at and removed. */
async function pristine(bin: string): Promise<Pristine> {
  const { cluster, remove } = await otherPostgres('', { registry: false, bin })
  try {
    return await asAdmin(cluster.admin, async (client) => {
      const { rows } = await client.query<{ version: number }>(
        "select current_setting('server_version_num')::int as version",
      )
      return { version: rows[0]?.version ?? 0, rows: await looking(client, () => builtinRows(client)) }
    })
  } finally {
    remove()
  }
}

const found: Pristine[] = []
for (const bin of process.argv.slice(2)) found.push(await pristine(bin))

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
