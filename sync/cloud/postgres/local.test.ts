/** The PostgreSQL that comes along, and a session that wants more than there is. */
import { expect, test } from 'vitest'
import { clinicIn } from '../testing/clinic.ts'
import { forFile } from '../testing/for-file.ts'
import { connected, loginOf, refusal, testCloud } from '../testing/postgres.ts'

const cloud = forFile(testCloud)

test.runIf(process.platform === 'linux')(
  'a session that takes memory without end is refused it; it goes on, and so does everybody else',
  async () => {
    const { facility, station } = await clinicIn(cloud, 'Greedy', 1)
    const { station: neighbor } = await clinicIn(cloud, 'Neighbor', 1)
    const login = await loginOf(cloud, facility, station)
    await connected(cloud.admin, async (beside) => {
      await connected(login, async (client) => {
        const large = (letter: string) => `length(repeat(repeat('${letter}', 1000000), 400))`
        expect(await refusal(client, `select ${large('x')}`)).toBe('accepted')
        // out_of_memory, of this statement only.
        expect(await refusal(client, `select ${['a', 'b', 'c'].map(large).join(', ')}`)).toBe('53200')
        const sorted = `set work_mem = '2GB'; set hash_mem_multiplier = 1000;
          select count(*) from (select repeat('x', 1000) || g as text from generate_series(1, 1500000) as g group by text) as hashed`
        expect(await refusal(client, sorted)).toBe('53200')
        expect(await refusal(client, 'select 1')).toBe('accepted')
      })
      // Had the system ended that session's process, PostgreSQL would have ended this one.
      expect(await refusal(beside, 'select 1')).toBe('accepted')
    })
    for (const one of [station, neighbor]) {
      expect((await one.hello()).status).toBe(200)
      one.close()
    }
  },
  60_000,
)
