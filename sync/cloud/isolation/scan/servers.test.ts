/** A server that is looked at while the fleet goes on being changed, on two real ones. */
import { expect, test } from 'vitest'
import { createFacility } from '../../provision/create.ts'
import { FACILITY_VERSION } from '../../schema/steps.ts'
import { serverNamed } from '../../servers/server.ts'
import { forFile } from '../../testing/for-file.ts'
import { connected } from '../../testing/postgres.ts'
import { twoServers } from '../../testing/two-servers.ts'
import { registryOf } from './scene.ts'
import { scanServer } from './servers.ts'

const servers = forFile(twoServers)

test('what came about after the registry was read is no alarm, and what is really so is', async () => {
  const { cloud, second } = servers
  const now = () => connected(cloud.admin, registryOf)
  const before = await now()
  const place = { server: await serverNamed(cloud, 'second') }
  const made = await createFacility(cloud, 'Made meanwhile', cloud.address, FACILITY_VERSION, place)
  const there = { id: 'second', admin: second.admin }
  const read = [before]
  expect(await scanServer(there, async () => read.pop() ?? now())).toEqual([])
  expect(read).toEqual([])
  await connected(second.admin, (client) => client.query(`grant select on ${made.schema}.record to alcove_gateway`))
  const said = await scanServer(there, now)
  expect(said.map(({ code, facility }) => [code, facility])).toEqual([['grant-unexpected', made.facility]])
  expect(await scanServer({ id: 'home', admin: cloud.admin }, () => Promise.reject(new Error('not asked')))).toEqual([])
})
