/** Writing to the neighbor, or in its name. */
import { type Attack, ControlFailed } from '../attack.ts'
import { ask } from '../party.ts'
import { rolledBack, type Stage } from '../stage.ts'
import { DENIED, statement } from './sql.ts'

const ZERO = '00000000-0000-4000-8000-000000000000'

export const writing: readonly Attack[] = [
  statement('sql', {
    id: 'insert',
    title: 'A facility adds an attachment to its neighbor’s.',
    says: ({ schema }) => `insert into ${schema}.blob (hash, content) values ('0', '')`,
    control: 'owner',
  }),
  statement('sql', {
    id: 'insert-journal',
    title: 'A facility adds an entry to its neighbor’s journal.',
    says: ({ schema }) =>
      `insert into ${schema}.journal (seq, device, dseq, hash, kind, record, id, body) values (1000000, 'd', 1, 'h', 'change', 'patient', 'x', '{}')`,
    control: 'owner',
  }),
  statement('sql', {
    id: 'insert-access-log',
    title: 'A facility adds a false visit to its neighbor’s record of who came.',
    says: ({ schema }) =>
      `insert into ${schema}.access_log (seq, at, device, act, rows, address, outcome, prev, hash) values (1000000, now(), 'd', 'pull', 1, 'a', 'ok', '', '')`,
    control: 'owner',
  }),
  statement('sql', {
    id: 'insert-select',
    title: 'A facility copies its own records into its neighbor’s.',
    says: ({ schema }, { attacker }) =>
      `insert into ${schema}.blob (hash, content) select hash, content from ${attacker.schema}.blob`,
    control: ({ victim }) =>
      victim.session((client) =>
        rolledBack(client, async () => {
          await client.query(
            `insert into ${victim.schema}.blob (hash, content) select 'x' || hash, content from ${victim.schema}.blob`,
          )
        }),
      ),
  }),
  statement('sql', {
    id: 'update',
    title: 'A facility changes its neighbor’s records.',
    says: ({ schema }) => `update ${schema}.record set fields = '{}'`,
    control: 'owner',
  }),
  statement('sql', {
    id: 'delete',
    title: 'A facility deletes its neighbor’s records.',
    says: ({ schema }) => `delete from ${schema}.record`,
    control: 'administrator',
  }),
  statement('sql', {
    id: 'merge',
    title: 'A facility merges changes into its neighbor’s records.',
    says: ({ schema }) =>
      `merge into ${schema}.record as r using (select 1) as s on true when matched then update set seq = 0`,
    control: 'owner',
  }),
  statement('sql', {
    id: 'upsert',
    title: 'A facility adds to its neighbor’s attachments, or changes what is there.',
    says: ({ schema }) =>
      `insert into ${schema}.device (id, public_key) values ('x', 'y') on conflict (id) do update set hash = ''`,
    control: 'owner',
  }),
  statement('sql', {
    id: 'copy-from',
    title: 'A facility copies rows into its neighbor’s journal.',
    says: ({ schema }) => `copy ${schema}.journal from stdin`,
    control: async ({ admin, victim }) => {
      // The driver has nothing to send and says so, which PostgreSQL reports as 57014: it had begun to listen.
      const outcome = await admin((client) => ask(client, `copy ${victim.schema}.journal from stdin`))
      if (outcome.sqlstate !== '57014') throw new ControlFailed(`the administrator got ${JSON.stringify(outcome)}`)
    },
  }),
  statement('sql', {
    id: 'truncate',
    title: 'A facility empties its neighbor’s journal with TRUNCATE, which passes row-level security by.',
    says: ({ schema }) => `truncate ${schema}.journal`,
    control: (stage) => truncates(stage, stage.victim.schema),
  }),
  statement('sql', {
    id: 'truncate-own',
    title: 'A facility empties its own journal, to be rid of what it did.',
    says: (_, { attacker }) => `truncate ${attacker.schema}.journal`,
    control: (stage) => truncates(stage, stage.attacker.schema),
  }),
  statement('sql', {
    id: 'rewrite-own-journal',
    title: 'A facility changes an entry of its own journal.',
    says: (_, { attacker }) => `update ${attacker.schema}.journal set body = ''`,
    control: 'administrator',
  }),
  statement('sql', {
    id: 'delete-own-journal',
    title: 'A facility deletes entries of its own journal.',
    says: (_, { attacker }) => `delete from ${attacker.schema}.journal`,
    control: 'administrator',
  }),
  statement('sql', {
    id: 'rewrite-own-access-log',
    title: 'A facility changes its own record of who came.',
    says: (_, { attacker }) => `update ${attacker.schema}.access_log set outcome = 'ok', device = ''`,
    control: 'administrator',
  }),
  statement('sql', {
    id: 'delete-own-access-log',
    title: 'A facility deletes from its own record of who came.',
    says: (_, { attacker }) => `delete from ${attacker.schema}.access_log`,
    control: 'administrator',
  }),
  statement('sql', {
    id: 'lock-table',
    title: 'A facility locks its neighbor’s table.',
    says: ({ schema }) => `lock table ${schema}.record in row exclusive mode`,
    after: () => ['begin'],
    control: 'owner',
  }),
  statement('sql', {
    id: 'lock-own-table',
    title: 'A facility takes a lock on its own table that stops every reader, migrations included.',
    says: (_, { attacker }) => `lock table ${attacker.schema}.meta in access exclusive mode`,
    after: () => ['begin'],
    control: 'administrator',
  }),
  ...['analyze', 'reindex table', 'cluster'].map((verb) =>
    statement('sql', {
      id: `${verb.split(' ')[0]}-neighbor`,
      title: `A facility has its neighbor’s table worked on (${verb.toUpperCase()}).`,
      says: ({ schema }) => `${verb} ${schema}.record${verb === 'cluster' ? ' using record_pkey' : ''}`,
      control: 'administrator',
    }),
  ),
  statement('sql', {
    id: 'comment',
    title: 'A facility leaves a comment on its neighbor’s table.',
    says: ({ schema }) => `comment on table ${schema}.record is 'seen'`,
    control: 'administrator',
  }),
  statement('sql', {
    id: 'foreign-tag',
    title: 'A facility that has learned its neighbor’s tag writes a row under it.',
    says: (_, { attacker, victim }) =>
      `insert into ${attacker.schema}.blob (tag, hash, content) values ('${victim.tag}', '0', '')`,
    control: ownTag,
  }),
  statement('sql', {
    id: 'made-up-tag',
    title: 'A facility writes a row under a tag of nobody’s.',
    says: (_, { attacker }) => `insert into ${attacker.schema}.blob (tag, hash, content) values ('${ZERO}', '0', '')`,
    control: ownTag,
  }),
  statement('sql', {
    id: 'change-tag',
    title: 'A facility turns the tag of its own records into its neighbor’s.',
    says: (_, { attacker, victim }) => `update ${attacker.schema}.record set tag = '${victim.tag}'`,
    control: ({ attacker, rolledBack: back }) =>
      back(async (client) => void (await client.query(`update ${attacker.schema}.record set tag = '${attacker.tag}'`))),
  }),
  {
    id: 'sql.sequence',
    group: 'sql',
    title: 'A facility counts a sequence of its neighbor’s on.',
    control: ({ rolledBack: back, victim }) =>
      back(async (client) => {
        await client.query(`create sequence ${victim.schema}.counter`)
        await client.query(`select nextval('${victim.schema}.counter')`)
      }),
    attempt: ({ rolledBack: back, victim, attacker }) =>
      back(async (client) => {
        await client.query(`create sequence ${victim.schema}.counter`)
        attacker.witness.listenTo(client)
        await client.query(`set local session authorization ${attacker.role}`)
        return ask(client, `select nextval('${victim.schema}.counter')`)
      }),
    expect: DENIED,
  },
]

/** That the table can be emptied: by the administrator, who first takes the guard away. */
function truncates(stage: Stage, schema: string): Promise<void> {
  return stage.rolledBack(async (client) => {
    await client.query(`alter table ${schema}.journal disable trigger user; truncate ${schema}.journal`)
  })
}

async function ownTag({ attacker }: Stage): Promise<void> {
  await attacker.session((client) =>
    rolledBack(client, () =>
      client.query(`insert into ${attacker.schema}.blob (tag, hash, content) values ('${attacker.tag}', '0', '')`),
    ),
  )
}
