/** Reading the neighbor, in every way that SQL has. */
import { TABLES } from '../../../schema/steps.ts'
import type { Attack } from '../attack.ts'
import { statement } from './sql.ts'

const WHAT: Record<(typeof TABLES)[number], string> = {
  journal: 'everything its neighbor ever entered',
  record: 'its neighbor’s records',
  blob: 'its neighbor’s attachments',
  device: 'its neighbor’s list of workstations',
  access_log: 'its neighbor’s record of who came',
  head: 'how far its neighbor has come',
  meta: 'its neighbor’s own settings',
}

export const reading: readonly Attack[] = [
  ...TABLES.map((table) =>
    statement('sql', {
      id: `read-${table.replace('_', '-')}`,
      title: `A facility reads ${WHAT[table]}.`,
      says: ({ schema }) => `select * from ${schema}.${table}`,
      control: 'reads',
    }),
  ),
  statement('sql', {
    id: 'read-view',
    title: 'A facility reads its neighbor’s patients through the neighbor’s own view.',
    says: ({ schema }) => `select * from ${schema}.patient`,
    control: 'reads',
  }),
  statement('sql', {
    id: 'read-joined',
    title: 'A facility joins its neighbor’s records to its own, which it may read.',
    says: ({ schema }, { attacker }) =>
      `select theirs.fields from ${schema}.record as theirs left join ${attacker.schema}.record as mine using (id)`,
    control: async ({ victim, attacker }) => {
      for (const { session, schema } of [victim, attacker])
        await session((client) =>
          client.query(`select a.fields from ${schema}.record a left join ${schema}.record b using (id)`),
        )
    },
  }),
  statement('sql', {
    id: 'read-in-subquery',
    title: 'A facility hides its neighbor’s table in a subquery of a statement on its own.',
    says: ({ schema }) => `with r as (select (select max(fields::text) from ${schema}.record) as x) select x from r`,
    control: 'reads',
  }),
  statement('sql', {
    id: 'copy-to',
    title: 'A facility copies its neighbor’s journal out.',
    says: ({ schema }) => `copy ${schema}.journal to stdout`,
    control: 'reads',
  }),
  statement('sql', {
    id: 'copy-query-to',
    title: 'A facility copies the answer to a question about its neighbor out, in binary form.',
    says: ({ schema }) => `copy (select fields from ${schema}.record) to stdout with (format binary)`,
    control: 'reads',
  }),
  statement('sql', {
    id: 'cursor',
    title: 'A facility opens a cursor on its neighbor’s records.',
    says: ({ schema }) => `declare c cursor for select * from ${schema}.record`,
    after: () => ['begin'],
    control: 'owner',
  }),
  statement('sql', {
    id: 'holdable-cursor',
    title: 'A facility opens a cursor on its neighbor that outlives its transaction.',
    says: ({ schema }) => `declare c scroll cursor with hold for select * from ${schema}.record`,
    after: () => ['begin'],
    control: 'owner',
  }),
  statement('sql', {
    id: 'prepared',
    title: 'A facility prepares a statement on its neighbor, to run it later.',
    says: ({ schema }) => `prepare p as select * from ${schema}.record`,
    control: 'owner',
  }),
  statement('sql', {
    id: 'read-to-xml',
    title: 'A facility has a function of the server’s run the query for it.',
    says: ({ schema }) => `select pg_catalog.query_to_xml('select * from ${schema}.record', true, false, '')`,
    control: 'administrator',
  }),
  statement('sql', {
    id: 'read-for-update',
    title: 'A facility locks its neighbor’s head row, so that the neighbor can add nothing.',
    says: ({ schema }) => `select * from ${schema}.head for update`,
    control: 'reads',
  }),
  statement('sql', {
    id: 'search-path',
    title: 'A facility sets its search path to its neighbor’s schema and reads "record".',
    says: () => 'select * from record',
    after: ({ victim }) => [`set search_path = ${victim.schema}`],
    control: ({ victim }) =>
      victim.session(async (client) => {
        await client.query(`set search_path = ${victim.schema}`)
        await client.query('select * from record')
      }),
    // To somebody without USAGE the schema is as good as empty.
    expect: { sqlstate: '42P01' },
  }),
  {
    id: 'sql.startup-search-path',
    group: 'sql',
    title: 'A facility logs in with a search path of its neighbor’s schema and reads "record".',
    control: ({ victim }) =>
      victim.session(async (client) => void (await client.query('select * from record')), inSchema(victim.schema)),
    attempt: ({ attacker, victim }) =>
      attacker.session(async (client) => {
        try {
          return { rows: (await client.query('select * from record')).rowCount ?? 0 }
        } catch (error) {
          return { sqlstate: (error as { code: string }).code }
        }
      }, inSchema(victim.schema)),
    expect: { sqlstate: '42P01' },
  },
]

const inSchema = (schema: string) => ({ options: `-c search_path=${schema}` })
