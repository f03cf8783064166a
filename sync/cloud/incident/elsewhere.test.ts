/** An incident at a facility that lives on another server than the registry. */
import { randomUUID } from 'node:crypto'
import { expect, test } from 'vitest'
import { moveFacility } from '../servers/move.ts'
import { clinicIn } from '../testing/clinic.ts'
import { forFile } from '../testing/for-file.ts'
import { connected } from '../testing/postgres.ts'
import { twoServers } from '../testing/two-servers.ts'
import { gather } from './evidence.ts'
import { freeze, thaw } from './freeze.ts'

const servers = forFile(twoServers)

test('it is closed, looked into and opened again where it is', async () => {
  const { cloud, second } = servers
  const { facility, station } = await clinicIn(cloud, 'Far Clinic')
  station.change('patient', randomUUID(), { family: 'Rao', sex: 'female' })
  expect((await station.push()).status).toBe(200)
  await moveFacility(cloud, facility.facility, 'second')
  const mayLogIn = () =>
    connected(second.admin, async (client) => {
      const { rows } = await client.query('select rolcanlogin as login from pg_roles where rolname = $1', [
        facility.role,
      ])
      return rows[0]?.login
    })
  expect(await mayLogIn()).toBe(true)
  expect(await freeze(cloud, facility.facility)).toMatchObject({ state: 'frozen' })
  expect(await mayLogIn()).toBe(false)
  expect((await station.hello()).body.error.code).toBe('frozen')
  const period = { since: new Date(Date.now() - 3_600_000), until: new Date(Date.now() + 1000) }
  const { facility: found, chain, tallies } = await gather(cloud, facility.facility, period)
  expect(found).toMatchObject({ server: 'second', state: 'frozen' })
  expect(chain).toMatchObject({ ok: true })
  expect(tallies.map(({ act }) => act)).toEqual(expect.arrayContaining(['push', 'operator-move', 'operator-freeze']))
  await thaw(cloud, facility.facility)
  expect(await mayLogIn()).toBe(true)
  expect((await station.hello()).status).toBe(200)
  station.close()
}, 60_000)
