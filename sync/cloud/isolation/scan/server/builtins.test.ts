/** What PostgreSQL brings is known on every version that is here, and what is newer than what was looked at is said mildly. */
import type pg from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { setUpServer } from '../../../cluster.ts'
import { OTHER_VERSIONS, otherPostgres } from '../../../testing/other-postgres.ts'
import { connected, testCluster } from '../../../testing/postgres.ts'
import { BUILTINS, VARYING } from '../expected/builtins.ts'
import type { Finding } from '../finding.ts'
import type { Scene } from '../scene.ts'
import { looking } from '../snapshot.ts'
import { builtinRows, checkBuiltins, digestOfKind } from './builtins.ts'

describe.each(['ours', ...OTHER_VERSIONS])('PostgreSQL %s', (which) => {
  let server: { admin: pg.ClientConfig; remove(): unknown }
  beforeAll(async () => {
    if (which === 'ours') server = await testCluster({ registry: false })
    else {
      const { cluster, remove } = await otherPostgres(which, { registry: false })
      server = { admin: cluster.admin, remove }
    }
  }, 60_000)
  afterAll(() => server?.remove())

  const asked = <T>(work: (client: pg.Client, version: number) => Promise<T>, options = '') =>
    connected({ ...server.admin, options }, async (client) => {
      const { rows } = await client.query("select current_setting('server_version_num')::int as version")
      return work(client, rows[0].version)
    })
  const said = (client: pg.Client, version: number): Promise<Finding[]> =>
    looking(client, () => checkBuiltins({ client, version } as unknown as Scene))
  const digests = () =>
    asked(async (client, version) => ({
      found: Object.fromEntries(
        [...(await looking(client, () => builtinRows(client)))].map(([kind, rows]) => [
          kind,
          digestOfKind(rows, VARYING),
        ]),
      ),
      expected: BUILTINS[Math.trunc(version / 10_000)]?.digests,
    }))

  test('is what it was, before it is closed and afterwards, however it writes names', async () => {
    const before = await digests()
    expect(before.found).toEqual(before.expected)
    await setUpServer(server.admin)
    expect(await digests()).toEqual(before)
    const odd = '-c quote_all_identifiers=on -c extra_float_digits=-15 -c search_path=public'
    expect(await asked(said, odd)).toEqual([])
  })

  test('what is missing is found as well; a later minor release is no reason not to serve, another major one no finding', () =>
    asked(async (client, version) => {
      await client.query("begin; delete from pg_catalog.pg_cast where castsource = 'inet'::regtype")
      expect(await said(client, version)).toMatchObject([
        { code: 'builtin-changed', severity: 'critical', object: 'casts', found: 'nothing that is still there' },
      ])
      const major = Math.trunc(version / 10_000) * 10_000
      expect(await said(client, major + 99)).toMatchObject([{ code: 'builtin-changed', severity: 'warning' }])
      expect(await said(client, 990_000)).toEqual([])
      await client.query('rollback')
      expect(await said(client, version)).toEqual([])
    }))
})
