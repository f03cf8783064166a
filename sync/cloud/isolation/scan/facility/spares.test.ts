/** Facilities on the move between two real servers, and the copies that they leave: never a false alarm, and never a way in. */
import type pg from 'pg'
import { expect, test } from 'vitest'
import { createFacility } from '../../../provision/create.ts'
import { FACILITY_VERSION } from '../../../schema/steps.ts'
import { MOVE_STEPS, type MoveStep, moveFacility } from '../../../servers/move.ts'
import { serverNamed } from '../../../servers/server.ts'
import { forFile } from '../../../testing/for-file.ts'
import { connected } from '../../../testing/postgres.ts'
import { twoServers } from '../../../testing/two-servers.ts'
import { criticalOf, type Finding } from '../finding.ts'
import { scan } from '../scan.ts'
import { registryOf } from '../scene.ts'

const servers = forFile(twoServers)

type Change = (client: pg.Client) => Promise<unknown>
const nothing: Change = async () => {}

/** What a scan says of a server, after something was done to it in a transaction that is taken back. */
async function saidOf(server: 'home' | 'second', change: Change = nothing): Promise<Finding[]> {
  const registry = await connected(servers.cloud.admin, registryOf)
  return connected((server === 'home' ? servers.cloud : servers.second).admin, async (client) => {
    await client.query('begin')
    await change(client)
    const findings = await scan(client, { server, registry })
    await client.query('rollback')
    return findings
  })
}
const codesOf = (findings: readonly Finding[]) => [...new Set(findings.map(({ code }) => code))].sort()

test('a move gives no false alarm at any of its steps, on either server, there and back', async () => {
  const facility = await servers.cloud.facility('On its way')
  const seen: MoveStep[] = []
  const onStep = async (step: MoveStep) => {
    seen.push(step)
    for (const server of ['home', 'second'] as const) {
      // What is to be taken away yet is said, and nothing else.
      const [late] = (await saidOf(server)).filter(({ code }) => code !== 'facility-elsewhere')
      expect(`${step} ${server}: ${late?.message ?? 'nothing'}`).toBe(`${step} ${server}: nothing`)
    }
  }
  await moveFacility(servers.cloud, facility.facility, 'second', { onStep })
  await moveFacility(servers.cloud, facility.facility, 'home', { onStep, keep: true })
  expect(seen).toEqual([...MOVE_STEPS, ...MOVE_STEPS])
  expect([...(await saidOf('home')), ...(await saidOf('second'))]).toEqual([])
}, 120_000)

test('the copy that a move was told to keep is looked at like a facility, and must be closed', async () => {
  const { facility, role, schema } = await servers.cloud.facility('Kept')
  await moveFacility(servers.cloud, facility, 'second', { keep: true })
  expect(await saidOf('home')).toEqual([])
  const after = async (sql: string) => codesOf(await saidOf('home', (client) => client.query(sql)))
  expect(await after(`alter role ${role} login`)).toEqual(['role-attribute'])
  expect(await after(`grant connect on database alcove to ${role}`)).toEqual(['grant-unexpected'])
  expect(await after(`grant select on ${schema}.record to alcove_gateway`)).toEqual(['grant-unexpected'])
  expect(await after(`alter table ${schema}.record disable row level security`)).toEqual(['rls-off'])
  expect(await after(`drop trigger sealed on ${schema}.blob`)).toEqual(['seal-broken'])
  // Whoever is let in to another database of that server, where the facility may live, is not let in to this one.
  const elsewhere = `create role away; grant connect on database postgres to ${role}; alter role ${role} login`
  expect(await after(elsewhere)).not.toContain('role-attribute')
  // The facility itself goes on to another version; its old copy stays what it was.
  await connected(servers.cloud.admin, (client) =>
    client.query('update registry.facility set version = version - 1 where id = $1', [facility]),
  )
  expect(codesOf(await saidOf('home'))).toEqual([])
  await connected(servers.cloud.admin, (client) =>
    client.query('update registry.facility set version = version + 1 where id = $1', [facility]),
  )
}, 60_000)

test('a move that was cut off is looked at, and closed wholly or not at all', async () => {
  const { facility, schema } = await servers.cloud.facility('Cut off')
  await moveFacility(servers.cloud, facility, 'second', {
    onStep: async (step) => {
      if (step !== 'sealed') return
      expect(await saidOf('home')).toEqual([])
      const after = async (sql: string) => codesOf(await saidOf('home', (client) => client.query(sql)))
      expect(await after(`drop trigger sealed on ${schema}.record`)).toEqual(['seal-broken'])
      expect(await after(`drop function ${schema}.sealed() cascade`)).toEqual([])
      expect(await after(`grant select on ${schema}.record to alcove_gateway`)).toEqual(['grant-unexpected'])
      expect(await after(`alter policy own on ${schema}.record using (true)`)).toEqual(['policy-changed'])
    },
  })
  // Nobody who is not on the move waits in the middle of it.
  const marked = await connected(servers.cloud.admin, async (client) => {
    const here = await servers.cloud.facility('Marked')
    await client.query(`begin; update registry.facility set state = 'moving' where id = '${here.facility}';
      alter table ${here.schema}.record no force row level security; alter role ${here.role} nologin`)
    return scan(client)
  })
  expect(codesOf(marked)).toEqual(['rls-not-forced', 'role-attribute'])
}, 60_000)

test('a facility that is just being made elsewhere is no alarm; whatever else is called so is', async () => {
  const { cloud } = servers
  const place = { server: await serverNamed(cloud, 'second') }
  const made = await createFacility(cloud, 'In the making', cloud.address, FACILITY_VERSION, place)
  const registry = await connected(cloud.admin, registryOf)
  const making = {
    facilities: registry.facilities.filter(({ id }) => id !== made.facility),
    spares: [...registry.spares, { schema: made.schema, server: 'second', why: 'making' as const, kept: false }],
  }
  const said = (sql: string) =>
    connected(servers.second.admin, async (client) => {
      await client.query(`begin; ${sql}`)
      return scan(client, { server: 'second', registry: making })
    })
  expect(await said('select')).toEqual([])
  expect(codesOf(await said(`grant select on ${made.schema}.record to alcove_gateway`))).toEqual(['grant-unexpected'])
  expect(criticalOf(await said(`alter role ${made.role} superuser`))).not.toEqual([])
  expect(codesOf(await said(`create table ${made.schema}.also (x text)`))).toEqual(['relation-unexpected'])
  const nobodys = { ...making, spares: [{ schema: made.schema, server: 'second', why: 'old' as const, kept: true }] }
  const orphan = await connected(servers.second.admin, (client) =>
    scan(client, { server: 'second', registry: nobodys }),
  )
  expect(codesOf(orphan)).toEqual(expect.arrayContaining(['role-orphan', 'schema-orphan']))
}, 60_000)
