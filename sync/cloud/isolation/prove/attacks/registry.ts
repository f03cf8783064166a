/** With write access to the registry, as somebody would have who took the gateway over while nobody was calling. */
import type pg from 'pg'
import { seal } from '../../../keys/box.ts'
import { isVouched, vouch } from '../../../keys/voucher.ts'
import type { Attack } from '../attack.ts'
import type { Stage } from '../stage.ts'
import { atGateway, mustBe, outcomeOf } from './calling.ts'

/** Changes the registry, has the attacker's workstation call, and puts the registry back. */
const tampered = (
  id: string,
  title: string,
  change: (client: pg.Client, stage: Stage) => Promise<unknown>,
  expect: Attack['expect'],
): Attack =>
  atGateway(
    `registry-${id}`,
    title,
    async (stage) => {
      const { attacker, victim } = stage
      const facilities = [attacker.facility, victim.facility]
      const kept = await stage.admin(async (client) => ({
        facility: (await client.query('select * from registry.facility where id = any($1)', [facilities])).rows,
        device: (await client.query('select * from registry.device where facility = any($1)', [facilities])).rows,
      }))
      try {
        await stage.admin((client) => change(client, stage))
        const { station } = attacker
        const answers = [await station.hello(), await station.pull(0, 100)]
        return { value: answers.map((answer) => `${outcomeOf(answer).status} ${outcomeOf(answer).code ?? ''}`) }
      } finally {
        await stage.admin((client) => putBack(client, kept))
      }
    },
    expect,
    {
      // The victim's own workstation, with the registry as it is, does reach what the attempt is after.
      control: async ({ victim, attacker }) => {
        mustBe(await attacker.station.hello())
        mustBe(await victim.station.pull(0, 1))
      },
    },
  )

async function putBack(
  client: pg.Client,
  kept: {
    facility: { id: string; role: string; schema: string; signer: string }[]
    device: {
      facility: string
      id: string
      wrap: Buffer
      verifier: Buffer
      public_key: string
      box_key: string
      box_voucher: string
    }[]
  },
) {
  await client.query('begin')
  const ids = kept.facility.map(({ id }) => id)
  await client.query("update registry.facility set role = 'x' || id, schema = 'x' || id where id = any($1)", [ids])
  for (const { id, role, schema, signer } of kept.facility)
    await client.query('update registry.facility set role = $2, schema = $3, signer = $4 where id = $1', [
      id,
      role,
      schema,
      signer,
    ])
  await client.query('delete from registry.device where facility = any($1) and not (id = any($2))', [
    ids,
    kept.device.map(({ id }) => id),
  ])
  for (const row of kept.device)
    await client.query(
      'update registry.device set wrap = $3, verifier = $4, public_key = $5, box_key = $6, box_voucher = $7 where facility = $1 and id = $2',
      [row.facility, row.id, row.wrap, row.verifier, row.public_key, row.box_key, row.box_voucher],
    )
  await client.query('commit')
}

const UNKNOWN = { value: ['401 unauthorized', '401 unauthorized'] }

export const registry: readonly Attack[] = [
  tampered(
    'box-moved',
    'The neighbor’s box is put in place of one’s own.',
    (client, { attacker, victim }) =>
      client.query(
        'update registry.device set wrap = (select wrap from registry.device where facility = $2) where facility = $1',
        [attacker.facility, victim.facility],
      ),
    UNKNOWN,
  ),
  tampered(
    'role-swapped',
    'One’s own facility is said to have the neighbor’s role and schema.',
    async (client, { attacker, victim }) => {
      await client.query("update registry.facility set role = 'x', schema = 'x' where id = $1", [victim.facility])
      await client.query('update registry.facility set role = $2, schema = $3 where id = $1', [
        attacker.facility,
        victim.role,
        victim.schema,
      ])
    },
    UNKNOWN,
  ),
  tampered(
    'schema-swapped',
    'One’s own facility is said to have the neighbor’s schema.',
    async (client, { attacker, victim }) => {
      await client.query("update registry.facility set schema = 'x' where id = $1", [victim.facility])
      await client.query('update registry.facility set schema = $2 where id = $1', [attacker.facility, victim.schema])
    },
    // The box opens, the login is one's own, and PostgreSQL refuses it the neighbor's schema.
    { value: ['500 internal', '500 internal'] },
  ),
  tampered(
    'box-sealed',
    'A box is made for one’s own workstation with a guess at the neighbor’s password, and the neighbor’s role beside it.',
    async (client, { attacker, victim }) => {
      const { rows } = await client.query('select box_key from registry.device where facility = $1', [
        attacker.facility,
      ])
      await client.query("update registry.facility set role = 'x', schema = 'x' where id = $1", [victim.facility])
      await client.query('update registry.facility set role = $2, schema = $3 where id = $1', [
        attacker.facility,
        victim.role,
        victim.schema,
      ])
      await client.query('update registry.device set wrap = $2 where facility = $1', [
        attacker.facility,
        await seal('a guess', rows[0].box_key),
      ])
    },
    UNKNOWN,
  ),
  atGateway(
    'registry-own-key',
    'A key of one’s own is listed for the neighbor, to be sealed to at its next change of password: nobody vouches for it.',
    ({ attacker, victim, admin }) =>
      admin(async (client) => {
        const { rows } = await client.query('select box_key from registry.device where facility = $1', [
          attacker.facility,
        ])
        const signer = await client.query('select signer from registry.facility where id = $1', [victim.facility])
        const boxKey = {
          facility: victim.facility,
          holder: `device ${attacker.station.device}`,
          boxKey: rows[0].box_key as string,
        }
        // All that an intruder can vouch with is the password of a facility that it is in.
        const voucher = vouch(attacker.login.password as string, boxKey)
        return { value: isVouched(signer.rows[0].signer, boxKey, voucher) }
      }),
    { value: false },
    {
      control: ({ victim, admin }) =>
        admin(async (client) => {
          const { rows } = await client.query(
            `select device.id, box_key, box_voucher, signer
             from registry.device join registry.facility on facility.id = device.facility where facility.id = $1`,
            [victim.facility],
          )
          const { id, box_key, box_voucher, signer } = rows[0]
          if (!isVouched(signer, { facility: victim.facility, holder: `device ${id}`, boxKey: box_key }, box_voucher))
            throw new Error('its own key is not vouched for')
        }),
    },
  ),
]
