/** The watchdog on every other PostgreSQL of this machine: whose rights a role has by itself differs from 15 to 16. */
import { randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import { programLogin, serverOf } from '../cluster.ts'
import { createFacility } from '../provision/create.ts'
import { onOther, TO_TRY } from '../testing/other-postgres.ts'
import { connected, NOWHERE, refusal, sqlOn } from '../testing/postgres.ts'
import { ENDLESS, HOARD, unlimited, watching } from '../testing/watching.ts'
import type { SessionLimits } from './sessions.ts'

test.for(TO_TRY)(
  'PostgreSQL %s: sessions beyond a limit are ended, logins kept out and let in, writing held and released',
  onOther(async ({ cluster }) => {
    const { facility, role, schema } = await createFacility(cluster, 'Noisy', NOWHERE)
    const sql = sqlOn(cluster)
    const password = randomBytes(16).toString('hex')
    await sql(`alter role ${role} password '${password}'`)
    const login = { ...serverOf(cluster.admin), user: role, password }
    const home = await programLogin(cluster, 'watchdog')
    const ends = (limits: Partial<SessionLimits>, reason: string, statement: string) =>
      watching({ home, limits: { statement: 1000, ...limits } }, async ({ ended }) => {
        await unlimited(login, async (client) => {
          await refusal(client, statement)
          await expect.poll(() => ended.length, { timeout: 5000, interval: 20 }).toBeGreaterThan(0)
          expect(await refusal(client, 'select 1')).not.toBe('accepted')
        })
        expect([reason, ended[0]]).toEqual([reason, [facility, reason]])
      })
    await ends({ statement: 0.3 }, 'statement', ENDLESS)
    await ends({ transaction: 0.5 }, 'transaction', `begin; select from ${schema}.head`)
    await ends({ idleInTransaction: 0.3 }, 'idle-in-transaction', 'begin')
    await ends(
      { locks: 5 },
      'locks',
      `begin; ${'savepoint s; select from SCHEMA.head for update; '.replace('SCHEMA', schema)}
        select from ${schema}.journal; select from ${schema}.record; select from ${schema}.blob; select from ${schema}.device`,
    )
    await ends({ temporary: 1 << 20 }, 'temporary', `set work_mem = '64kB'; ${HOARD.split(';')[1]}`)
    if (process.platform === 'linux') await ends({ memory: 150 << 20 }, 'memory', HOARD)

    await watching({ home, limits: { statement: 0.2 }, pauses: { after: 2, first: 3000 } }, async ({ ended }) => {
      for (let i = 0; i < 2; i++) await unlimited(login, (client) => refusal(client, ENDLESS))
      await expect.poll(() => ended.map(([, reason]) => reason), { timeout: 5000 }).toContain('paused')
      await expect(connected(login, async () => 'in')).rejects.toMatchObject({ code: '53300' })
      await expect
        .poll(() => connected(login, async () => 'in').catch(() => 'out'), { timeout: 8000, interval: 200 })
        .toBe('in')
    })

    const quota = (bytes: number) => sql(`update registry.facility set quota_bytes = ${bytes} where id = '${facility}'`)
    const insert = () =>
      connected(login, (client) =>
        refusal(client, `insert into ${schema}.blob (hash, content) values (gen_random_uuid(), '')`),
      )
    await watching({ home, measureMs: 100 }, async () => {
      await expect.poll(insert, { timeout: 5000 }).toBe('accepted')
      await quota(10_000)
      await expect.poll(insert, { timeout: 5000 }).toBe('42501')
      await quota(20e9)
      await expect.poll(insert, { timeout: 5000 }).toBe('accepted')
    })
  }),
)
