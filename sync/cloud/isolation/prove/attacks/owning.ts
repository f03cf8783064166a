/** Through the owner's rights: row-level security is forced on the owner as well. And with it switched off. */
import type { Attack } from '../attack.ts'
import { ask } from '../party.ts'
import { withGrants } from './granted.ts'

export const owning: readonly Attack[] = [
  {
    id: 'metadata.row-security-off',
    group: 'metadata',
    title: 'A facility that was granted everything switches row-level security off: it gets an error, not rows.',
    control: async (stage) =>
      void (await withGrants(stage, stage.victim, (client) =>
        client.query(`select * from ${stage.victim.schema}.record`),
      )),
    attempt: (stage) =>
      withGrants(stage, stage.attacker, async (client) => {
        await client.query('set local row_security = off')
        return ask(client, `select * from ${stage.victim.schema}.record`)
      }),
    expect: { sqlstate: '42501' },
  },
  {
    id: 'metadata.owner-view',
    group: 'metadata',
    title:
      'The owner itself, or a view that runs with the owner’s rights, reads: row-level security is forced on the owner too.',
    control: async (stage) =>
      void (await stage.rolledBack((client) => client.query(`select * from ${stage.victim.schema}.record`))),
    attempt: (stage) =>
      stage.rolledBack(async (client) => {
        await client.query('set local role fleet_owner')
        await client.query(`create view ${stage.victim.schema}.open as select * from ${stage.victim.schema}.record`)
        await client.query(`grant usage on schema ${stage.victim.schema} to ${stage.attacker.role}`)
        await client.query(`grant select on ${stage.victim.schema}.open to ${stage.attacker.role}`)
        await client.query('reset role')
        await client.query(`set local session authorization ${stage.attacker.role}`)
        stage.attacker.witness.listenTo(client)
        return ask(client, `select * from ${stage.victim.schema}.open`)
      }),
    expect: { rows: 0 },
  },
  {
    id: 'metadata.definer-function',
    group: 'metadata',
    title: 'A function of the owner’s that runs with the owner’s rights reads for a facility: it finds nothing.',
    control: async (stage) =>
      void (await stage.rolledBack((client) => client.query(`select * from ${stage.victim.schema}.record`))),
    attempt: (stage) =>
      stage.rolledBack(async (client) => {
        const { victim, attacker } = stage
        await client.query('set local role fleet_owner')
        await client.query(
          `create function ${victim.schema}.open() returns bigint language sql security definer as 'select count(*) from ${victim.schema}.record'`,
        )
        await client.query(`grant usage on schema ${victim.schema} to ${attacker.role}`)
        await client.query(`grant execute on function ${victim.schema}.open() to ${attacker.role}`)
        await client.query('reset role')
        await client.query(`set local session authorization ${attacker.role}`)
        attacker.witness.listenTo(client)
        const { rows } = await client.query<{ open: string }>(`select ${victim.schema}.open() as open`)
        return { value: Number(rows[0]?.open) }
      }),
    expect: { value: 0 },
  },
]
