/** Facilities that are made on another server than the registry's, on two real ones. */
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { Workstation } from '../client/workstation.ts'
import { createFacility } from '../provision/create.ts'
import { listFacilities } from '../provision/list.ts'
import { FACILITY_VERSION } from '../schema/steps.ts'
import { forFile } from '../testing/for-file.ts'
import { connected, refusal } from '../testing/postgres.ts'
import { traces, twoServers, whereItWrites } from '../testing/two-servers.ts'
import { listServers } from './add.ts'
import { MAKING_STEPS } from './making.ts'
import { allServers, eachServer, serverLogin, serverNamed } from './server.ts'
import { sweep } from './spare.ts'

const servers = forFile(twoServers)

const make = async (name: string) => {
  const { cloud } = servers
  const { address } = cloud
  return createFacility(cloud, name, address, FACILITY_VERSION, { server: await serverNamed(cloud, 'second') })
}
const inRegistry = (text: string) => connected(servers.cloud.admin, async (client) => (await client.query(text)).rows)
/** Schemas of facilities on the second server, and their roles. */
const onSecond = () =>
  connected(servers.second.admin, async (client) => {
    const { rows } = await client.query<{ name: string }>(
      `select nspname as name from pg_namespace where nspname like 't\\_%'
       union all select rolname from pg_roles where rolname like 't\\_%' order by 1`,
    )
    return rows.map(({ name }) => name)
  })

test('a facility on another server is served by the same gateway, and kept apart by the same barriers', async () => {
  const { cloud, second } = servers
  const [there, here, neighbor] = [await make('There'), await cloud.facility('Here'), await make('Neighbor')]
  for (const facility of [there, here, neighbor]) {
    const station = await Workstation.enrolled(facility.enrollmentCode)
    station.change('patient', 'x', { family: 'A' })
    expect((await station.push()).status).toBe(200)
    expect((await station.pull(0, 10)).body.entries.length).toBe(1)
    station.close()
  }
  expect(await traces(cloud, there.schema)).toEqual({ schema: false, role: false })
  expect(await whereItWrites([cloud, second], there.schema)).toEqual([1])
  await connected(second.admin, async (client) => {
    await client.query(`set session authorization ${neighbor.role}`)
    expect(await refusal(client, `select * from ${there.schema}.record`)).toBe('42501')
    expect(await refusal(client, 'select * from pg_catalog.pg_class')).toBe('42501')
    expect(await refusal(client, `select * from ${neighbor.schema}.record`)).toBe('accepted')
  })
  const listed = await listFacilities(cloud)
  expect(new Map(listed.map(({ name, server }) => [name, server])).get('There')).toBe('second')
  expect(await listServers(cloud)).toMatchObject([
    { server: 'home', facilities: 1, host: null },
    { server: 'second', facilities: 2, tls: false, spares: 0 },
  ])
})

test('a name that is taken is refused before anything is made', async () => {
  await make('Taken')
  const before = await onSecond()
  await expect(make('Taken')).rejects.toMatchObject({ code: 'facility-exists' })
  expect(await onSecond()).toEqual(before)
  expect(await inRegistry('select * from registry.spare')).toEqual([])
})

test.each(MAKING_STEPS)('killed when it has come to “%s”, it leaves a whole facility or none', async (step) => {
  const before = await onSecond()
  await killed(step, `Killed ${step}`)
  const entered = await inRegistry(`select schema from registry.facility where name = 'Killed ${step}'`)
  expect(entered.length).toBe(step === 'entered' ? 1 : 0)
  // The next command about that server takes away what is left.
  const next = await make(`After ${step}`)
  const mine = [next, ...entered].flatMap(({ schema }) => [schema, schema])
  expect(await onSecond()).toEqual([...before, ...mine].sort())
  expect(await inRegistry('select * from registry.spare')).toEqual([])
  // The name was not used up by what did not come about.
  if (step !== 'entered') await make(`Killed ${step}`)
})

test('what fails in the registry is taken away on the server at once', async () => {
  const before = await onSecond()
  await connected(servers.cloud.admin, async (client) => {
    await client.query('alter table registry.enrollment add constraint none check (false) not valid')
    await expect(make('Refused')).rejects.toMatchObject({ code: '23514' })
    await client.query('alter table registry.enrollment drop constraint none')
  })
  expect(await onSecond()).toEqual(before)
  expect(await inRegistry('select * from registry.spare')).toEqual([])
  expect(await sweep(servers.cloud, 'second')).toBe(0)
})

test('a facility’s only copy is never taken for a spare one, whatever the registry is made to say', async () => {
  const facility = await make('Only')
  await inRegistry(`insert into registry.spare (schema, server, why) values ('${facility.schema}', 'second', 'old')`)
  await expect(sweep(servers.cloud, 'second')).rejects.toMatchObject({ code: 'registry-damaged' })
  expect(await traces(servers.second, facility.schema)).toEqual({ schema: true, role: true })
  await inRegistry('delete from registry.spare')
})

test('each server is visited, home first; none if the login to one is missing or leads elsewhere', async () => {
  const seen = await eachServer(servers.cloud, async ({ id, cluster }) =>
    connected(cluster.admin, async (client) => {
      const { rows } = await client.query("select to_regnamespace('registry') is not null as registry")
      return [id, rows[0].registry]
    }),
  )
  expect(seen).toEqual([
    ['home', true],
    ['second', false],
  ])
  let visited = 0
  const visit = async () => void visited++
  const without = { ...process.env, ALCOVE_SERVER_URL_SECOND: '' }
  await expect(eachServer(servers.cloud, visit, without)).rejects.toMatchObject({
    code: 'server-login',
    message: expect.stringContaining('ALCOVE_SERVER_URL_SECOND'),
  })
  const elsewhere = { ALCOVE_SERVER_URL_SECOND: 'postgres://boss:secret-word@127.0.0.1:1/alcove' }
  const failure = await allServers(servers.cloud, elsewhere).catch((error) => error)
  expect([failure.code, failure.message.includes('secret-word')]).toEqual(['other-server', false])
  await expect(serverLogin(servers.cloud, 'third')).rejects.toMatchObject({ code: 'no-server' })
  expect(visited).toBe(0)
})

function killed(step: string, name: string): Promise<void> {
  const { admin, state } = servers.cloud
  const what = { cluster: { admin, state }, step, create: { name, server: 'second' } }
  const script = join(import.meta.dirname, '..', 'testing', 'killed-at-step.ts')
  return new Promise((done, fail) =>
    execFile(process.execPath, [script, JSON.stringify(what)], (error, _out, err) =>
      error?.signal === 'SIGKILL' ? done() : fail(new Error(`not killed: ${err}`)),
    ),
  )
}
