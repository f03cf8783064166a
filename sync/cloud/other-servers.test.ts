/**
 * A PostgreSQL that somebody brings along: every major version from 15 that Debian's packages put on this machine. The
 * cloud's SQL is set up on it twice, a facility is made, and a neighbor is refused with each barrier left by itself.
 */
import { expect, test } from 'vitest'
import { asAdmin, setUpCluster } from './cluster.ts'
import { createFacility } from './provision/create.ts'
import { onOther, TO_TRY } from './testing/other-postgres.ts'
import { NOWHERE, refusal } from './testing/postgres.ts'

test.for(TO_TRY)(
  'PostgreSQL %s takes the whole set-up, and keeps two facilities apart',
  onOther(async ({ cluster }) => {
    await setUpCluster(cluster) // for the second time
    const [mine, other] = [
      await createFacility(cluster, 'Mine', NOWHERE),
      await createFacility(cluster, 'Other', NOWHERE),
    ]
    await asAdmin(cluster.admin, async (client) => {
      const asOther = async (statement: string) => {
        await client.query(`savepoint before; set local session authorization ${other.role}`)
        const answer = await refusal(client, statement)
        await client.query('rollback to before')
        return answer
      }
      const read = `select * from ${mine.schema}.meta`
      const breaking = async (broken: string, check: () => Promise<void>) => {
        await client.query('begin')
        await client.query(broken)
        await check()
        await client.query('rollback')
      }
      await breaking('select', async () => {
        expect(await asOther(`select * from ${other.schema}.meta`)).toBe('accepted')
        for (const statement of [read, 'select * from pg_class', 'select pg_sleep(0)', 'do $$ begin end $$'])
          expect([statement, await asOther(statement)]).toEqual([statement, '42501'])
      })
      await breaking(`alter table ${mine.schema}.meta disable row level security`, async () => {
        expect(await asOther(read)).toBe('42501')
      })
      const given = `grant usage on schema ${mine.schema} to ${other.role}; grant select on all tables in schema ${mine.schema} to ${other.role}`
      await breaking(given, async () => {
        await client.query(`set local session authorization ${other.role}`)
        expect((await client.query(read)).rowCount).toBe(0)
      })
    })
  }),
)
