/** Commands about one server at the same moment: each waits for the other, or goes round it; none of them fails of it. */
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { asProvisioner, setUpServer } from '../cluster.ts'
import { createFacility } from '../provision/create.ts'
import { repairFacility } from '../provision/repair.ts'
import { FACILITY_VERSION } from '../schema/steps.ts'
import { connected } from '../testing/postgres.ts'
import { type TwoServers, twoServers } from '../testing/two-servers.ts'
import { seal, unseal } from './seal.ts'
import { serverNamed } from './server.ts'
import { dropCopy, lockMoves, sweep, unlockMoves } from './spare.ts'

let servers: TwoServers
beforeAll(async () => {
  servers = await twoServers()
})
afterAll(() => servers?.remove())

let made = 0
const onSecond = async () => {
  const { cloud } = servers
  const address = { url: cloud.url, pin: cloud.tls.pin }
  const place = { server: await serverNamed(cloud, 'second') }
  return createFacility(cloud, `Clinic ${++made}`, address, FACILITY_VERSION, place)
}

/** Waits until some session of the second server waits for a lock. */
const somebodyWaits = () =>
  connected(servers.second.admin, async (client) => {
    while (!(await client.query("select from pg_stat_activity where wait_event_type = 'Lock'")).rowCount)
      await sleep(20)
  })

test('what was being made when the sweep began, and is in use when it comes to it, stays', async () => {
  const { cloud, second } = servers
  const facility = await onSecond()
  // Before the other one, and slow to take away: somebody reads it.
  const left = `t_${'0'.repeat(32)}`
  await connected(cloud.admin, (maker) =>
    connected(second.admin, async (reader) => {
      await reader.query(`create schema ${left} create table journal ()`)
      await reader.query(`begin; lock table ${left}.journal`)
      const spare = "insert into registry.spare (schema, server, why) values ($1, 'second', 'making')"
      for (const schema of [left, facility.schema]) await maker.query(spare, [schema])
      await lockMoves(maker, facility.schema)
      const sweeping = sweep(cloud, 'second')
      sweeping.catch(() => {})
      await somebodyWaits()
      // As at the end of making it.
      await maker.query('delete from registry.spare where schema = $1', [facility.schema])
      await unlockMoves(maker, facility.schema)
      await reader.query('rollback')
      expect(await sweeping).toBe(1)
    }),
  )
  const { rowCount } = await connected(second.admin, (client) =>
    client.query('select from pg_namespace where nspname in ($1, $2)', [left, facility.schema]),
  )
  expect(rowCount).toBe(1)
})

test('who may connect to a database is changed by one after the other', async () => {
  const { cloud, second } = servers
  const copy = await onSecond()
  const { database } = second.admin
  const acts: ((admin: pg.Client) => Promise<unknown>)[] = [
    (admin) => seal(admin, copy, { shared: false }),
    (admin) => unseal(admin, copy, { login: true }),
    () => repairFacility(cloud, copy.facility),
    (admin) => dropCopy(admin, copy),
  ]
  for (const act of acts)
    await connected(second.admin, (admin) =>
      asProvisioner(second, async (other) => {
        await other.query(
          `begin; create role at_once; grant connect on database ${pg.escapeIdentifier(database ?? '')} to at_once`,
        )
        const acting = act(admin)
        acting.catch(() => {})
        await somebodyWaits()
        await other.query(
          `revoke connect on database ${pg.escapeIdentifier(database ?? '')} from at_once; drop role at_once; commit`,
        )
        await other.end()
        await acting
      }),
    )
})

test('two databases of one server are set up at the same moment: the roles are theirs in common', async () => {
  const { second } = servers
  await connected(second.admin, async (client) => {
    await client.query('begin; alter role fleet_owner nologin')
    const settingUp = setUpServer(second.admin)
    settingUp.catch(() => {})
    await somebodyWaits()
    await client.query('commit')
    await settingUp
  })
})
