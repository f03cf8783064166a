/** What a facility's role does to itself keeps nobody from looking at the others, and from serving them. */
import { randomUUID } from 'node:crypto'
import pg from 'pg'
import { expect, test } from 'vitest'
import { Workstation } from '../../client/workstation.ts'
import { forFile } from '../../testing/for-file.ts'
import { connected, loginOf, testCloud } from '../../testing/postgres.ts'
import { criticalOf } from './finding.ts'
import { scan } from './scan.ts'

const cloud = forFile(testCloud)

async function stolenLogin(name: string): Promise<pg.ClientConfig> {
  const made = await cloud.facility(`${name} ${randomUUID()}`)
  const station = await Workstation.enrolled(made.enrollmentCode)
  const login = await loginOf(cloud, made, station)
  station.close()
  return login
}

test.each(["seed = '0.5'", "role = 'none'", 'session_authorization from current', 'default_with_oids = off'])(
  'a setting of its own that PostgreSQL does not list is no more than a warning: %s',
  async (setting) => {
    const login = await stolenLogin('Setting')
    await connected(login, (client) => client.query(`alter role current_user set ${setting}`))
    const findings = await connected(cloud.admin, (client) => scan(client))
    expect(findings.filter(({ object }) => object === login.user).map(({ code }) => code)).toEqual(['role-setting'])
    expect(criticalOf(findings)).toEqual([])
  },
)

test('it locks its own tables and waits: its session is ended, and everything is looked at', async () => {
  const holding = new pg.Client(await stolenLogin('Locked'))
  const ended = new Promise((done) => holding.once('error', done))
  holding.on('error', () => {}) // what comes after the first
  await holding.connect()
  await holding.query('set idle_in_transaction_session_timeout = 0; begin; drop owned by current_user')
  expect(criticalOf(await connected(cloud.admin, (client) => scan(client)))).toEqual([])
  // admin_shutdown
  expect(await ended).toMatchObject({ code: '57P01' })
  await holding.end().catch(() => {})
}, 60_000)
