/** What one call leaves behind in a connection, for the next: the gateway's pool itself, as the gateway uses it. */
import type pg from 'pg'
import { serverOf } from '../../../cluster.ts'
import { Pool } from '../../../gateway/pool.ts'
import { newPassword, scramVerifier } from '../../../keys/scram.ts'
import type { Attack, Outcome } from '../attack.ts'
import { type Party, refusedWith } from '../party.ts'
import type { Stage } from '../stage.ts'

type Use = <T>(party: Party, work: (client: pg.Client) => Promise<T>, password?: string) => Promise<T>

/** An attack on a pool of its own, made as the gateway makes its own. */
const pooled_ = (
  id: string,
  title: string,
  attempt: (use: Use, stage: Stage) => Promise<Outcome>,
  expect: Outcome,
  control: (use: Use, stage: Stage) => Promise<unknown> = async (use, { victim, attacker }) => {
    for (const party of [victim, attacker])
      await use(party, (client) => client.query(`select count(*) from ${party.schema}.record`))
  },
): Attack => {
  const withPool = async <T>(stage: Stage, work: (use: Use) => Promise<T>): Promise<T> => {
    const pool = new Pool({ servers: async () => serverOf(stage.cluster.admin) })
    const heard = new WeakSet<pg.Client>()
    try {
      return await work((party, inside, password = party.login.password as string) =>
        pool.use(
          { ...party, server: 'home' } as Parameters<Pool['use']>[0],
          async () => password,
          async (client) => {
            if (!heard.has(client)) party.witness.listenTo(client)
            heard.add(client)
            return inside(client)
          },
        ),
      )
    } finally {
      await pool.close()
    }
  }
  return {
    ...{ id: `pool.${id}`, group: 'pool' as const, title, expect },
    control: (stage) => withPool(stage, async (use) => void (await control(use, stage))),
    attempt: (stage) => withPool(stage, (use) => attempt(use, stage)),
  }
}

/** Which connection it is: by the client that the driver gives. The server's own number is not for facilities to ask. */
const itself = async (client: pg.Client) => client

const refused = async (work: () => Promise<unknown>): Promise<Outcome> => {
  try {
    await work()
    return { value: 'accepted' }
  } catch (error) {
    return refusedWith(error)
  }
}

/** Leaves something behind, in the attacker's connection, and looks at what the victim's next call gets. */
const residue = (id: string, what: string, leave: (client: pg.Client, stage: Stage) => Promise<unknown>): Attack =>
  pooled_(
    `residue-${id}`,
    `A facility’s call leaves ${what} behind; its neighbor’s next call gets another connection, and finds nothing of it.`,
    async (use, stage) => {
      const { attacker, victim } = stage
      const mine = await use(attacker, async (client) => {
        await leave(client, stage)
        return client
      }).catch(() => undefined)
      return use(victim, async (client) => {
        const { rows } = await client.query('show search_path')
        const cursors = await refused(() => client.query('fetch all from left_behind'))
        return {
          value: [client !== mine, rows[0].search_path, client.getTransactionStatus()],
          ...(cursors.sqlstate ? { sqlstate: cursors.sqlstate } : {}),
        }
      }).catch((error: unknown) => refusedWith(error))
    },
    { value: [true, '', 'I'], sqlstate: '34000' },
  )

export const pooled: readonly Attack[] = [
  residue('setting', 'a search path', (client, { attacker }) => client.query(`set search_path = ${attacker.schema}`)),
  residue('transaction', 'an open transaction', (client) => client.query('begin')),
  residue('aborted', 'a transaction that failed', async (client) => {
    await client.query('begin')
    await client.query('select 1/0').catch(() => {})
  }),
  residue('cursor', 'a cursor that outlives its transaction', (client, { attacker }) =>
    client.query(`declare left_behind cursor with hold for select * from ${attacker.schema}.record`),
  ),
  residue('listening', 'a LISTEN', (client) => client.query('listen left_behind')),
  residue('prepared', 'a statement of the neighbor’s name', (client, { attacker }) =>
    client.query(`prepare "read-head" as select 'x' from ${attacker.schema}.head`),
  ),
  residue('error', 'an error', (client) => client.query('select 1/0')),
  pooled_(
    'own-transaction',
    'A call ends with its transaction open: the facility’s own next call does not go on in it.',
    async (use, { attacker }) => {
      const first = await use(attacker, async (client) => {
        await client.query('begin')
        return client
      })
      return use(attacker, async (client) => ({ value: [client !== first, client.getTransactionStatus()] }))
    },
    { value: [true, 'I'] },
  ),
  pooled_(
    'own-failed',
    'A call fails in the middle: nobody gets its connection again, its own facility included.',
    async (use, { attacker }) => {
      let first: pg.Client | undefined
      await use(attacker, async (client) => {
        first = client
        await client.query('select 1/0')
      }).catch(() => {})
      return { value: (await use(attacker, itself)) !== first }
    },
    { value: true },
  ),
  pooled_(
    'late-result',
    'A call gives up on a statement; its answer, when it comes, is given to nobody.',
    async (use, { attacker, victim }) => {
      let first: pg.Client | undefined
      await use(attacker, (client) => {
        first = client
        const late = client.query(`select count(*), '${attacker.tag}' from generate_series(1, 3000000)`)
        late.catch(() => {})
        return Promise.race([late, Promise.reject(new Error('gave up'))])
      }).catch(() => {})
      const next = await use(attacker, async (client) => ({
        other: client !== first,
        rows: (await client.query('select 1 as one')).rows,
      }))
      const theirs = await use(victim, async (client) => (await client.query('select 2 as two')).rows)
      return { value: [next.other, next.rows, theirs] as never }
    },
    { value: [true, [{ one: 1 }], [{ two: 2 }]] },
  ),
  pooled_(
    'foreign-password',
    'A facility brings its own password for a connection of its neighbor’s that is open and idle.',
    async (use, { attacker, victim }) => {
      await use(victim, itself)
      return refused(() =>
        use({ ...victim, witness: attacker.witness }, itself, attacker.login.password as string),
      ).then(({ value }) => ({ value: value === 'accepted' ? 'accepted' : 'refused' }))
    },
    { value: 'refused' },
  ),
  pooled_(
    'key-collision',
    'A facility is named so that its connections might be filed with its neighbor’s.',
    async (use, { attacker, victim }) => {
      const theirs = await use(victim, itself)
      const names = [
        `${victim.facility} `,
        victim.facility.toUpperCase(),
        `${victim.facility}\0`,
        '__proto__',
        'constructor',
      ]
      const same: boolean[] = []
      for (const facility of names) same.push((await use({ ...attacker, facility }, itself)) === theirs)
      return { value: same }
    },
    { value: [false, false, false, false, false] },
  ),
  pooled_(
    'wrong-role',
    'The registry says that a facility has its neighbor’s role, while a connection of the facility’s own is open and idle.',
    async (use, { attacker, victim }) => {
      await use(attacker, itself)
      // The same facility and password, as the pool files them; the role is asked at every checkout.
      return refused(() => use({ ...attacker, role: victim.role }, itself)).then(({ value }) => ({
        value: value === 'accepted' ? 'accepted' : 'refused',
      }))
    },
    { value: 'refused' },
  ),
  pooled_(
    'rotated',
    'The password is changed while a connection is open: whoever has the new one is given a new connection.',
    async (use, stage) => {
      const party = await stage.another('rotated')
      const old = await use(party, itself)
      const password = newPassword()
      await stage.admin((client) => client.query(`alter role ${party.role} password '${scramVerifier(password)}'`))
      const next = await use(party, itself, password)
      return { value: next !== old }
    },
    { value: true },
  ),
  pooled_(
    'crossed',
    'Three facilities take and give back connections a thousand times at once: each is itself every time.',
    async (use, { attacker, victim, bystander }) => {
      let strange = 0
      const one = (party: Party) =>
        use(party, async (client) => {
          const { rows } = await client.query('select session_user::text as who')
          if (rows[0].who !== party.role) strange++
        })
      for (let round = 0; round < 42; round++)
        await Promise.all(Array.from({ length: 24 }, (_, i) => one([attacker, victim, bystander][i % 3] as Party)))
      return { value: strange }
    },
    { value: 0 },
  ),
]
