/** Facilities on other servers than the registry's, and other versions of PostgreSQL than the one that comes along. */
import { randomUUID } from 'node:crypto'
import { expect, test } from 'vitest'
import { Workstation } from '../client/workstation.ts'
import { createFacility } from '../provision/create.ts'
import { allServers, loginVariable, type Server } from '../servers/server.ts'
import { fingerprint, type Whose } from '../testing/fingerprint.ts'
import { emptyFacilities } from '../testing/fleet.ts'
import { onOther, TO_TRY } from '../testing/other-postgres.ts'
import { connected } from '../testing/postgres.ts'
import { twoServers } from '../testing/two-servers.ts'
import { migrate } from './migrate.ts'

test('a facility on another server is brought along there; the registry follows, also if it was cut off before', async () => {
  const { cloud, second, remove } = await twoServers()
  const variable = loginVariable('second')
  const url = process.env[variable] as string
  try {
    const server = (await allServers(cloud)).at(-1) as Server
    const { address } = cloud
    const there = await createFacility(cloud, 'There', address, 1, { server })
    await emptyFacilities(cloud, 3, 1)
    const station = await Workstation.enrolled(there.enrollmentCode)
    const push = async () => {
      station.change('patient', randomUUID(), { family: 'Family', sex: 'female' })
      expect((await station.push(station.entries.length)).status).toBe(200)
    }
    await push()

    delete process.env[variable]
    const without = await migrate(cloud, { canaries: 0 })
    expect(without).toMatchObject({
      ok: false,
      migrated: 3,
      failed: [{ facility: there.facility, code: 'server-login' }],
    })
    process.env[variable] = url
    await push()

    const registered = async () =>
      connected(cloud.admin, async (client) => {
        const { rows } = await client.query('select version from registry.facility where id = $1', [there.facility])
        return rows[0].version
      })
    expect(await migrate(cloud)).toMatchObject({ ok: true, migrated: 1 })
    expect(await registered()).toBe(2)
    await push()

    // Cut off between its commit and the registry's.
    await connected(cloud.admin, (client) =>
      client.query('update registry.facility set version = 1 where id = $1', [there.facility]),
    )
    await push()
    expect(await migrate(cloud)).toMatchObject({ ok: true })
    expect(await registered()).toBe(2)
    await connected(second.admin, async (client) => {
      const bytes = station.entries.reduce((sum, { body }) => sum + Buffer.byteLength(body), 0)
      const { rows } = await client.query(
        `select stored::int, (select count(*)::int from ${there.schema}.access_log where act = 'operator-migrate') as noted
         from ${there.schema}.head`,
      )
      expect(rows).toEqual([{ stored: bytes, noted: 1 }])
    })
    station.close()
  } finally {
    process.env[variable] = url
    await remove()
  }
}, 60_000)

test.for(TO_TRY)(
  'on PostgreSQL %s too, what was brought along is what a new one is',
  onOther(async ({ cluster }) => {
    const [fresh] = (await emptyFacilities(cluster, 1)) as [Whose]
    const old = await emptyFacilities(cluster, 5, 1)
    expect(await migrate(cluster)).toMatchObject({ ok: true, migrated: 5 })
    await connected(cluster.admin, async (client) => {
      const expected = await fingerprint(client, fresh)
      for (const one of old) expect(await fingerprint(client, one)).toBe(expected)
    })
  }),
)
