import { expect, test } from 'vitest'
import { KINDS } from '../../../domain/kinds.ts'
import { forFile } from '../testing/for-file.ts'
import { connected, testCluster } from '../testing/postgres.ts'
import { viewsOf } from './views.ts'

const cluster = forFile(testCluster)

test('every kind has a view with a column for each of its fields, typed', () =>
  inSchema(async (query) => {
    for (const kind of Object.values(KINDS)) {
      const { fields } = await query(`select * from s."${kind.name}"`)
      expect(fields.length).toBe(kind.columns.length + 5)
    }
    const types = await query(
      `select column_name, data_type from information_schema.columns where table_schema = 's' and table_name = 'patient'`,
    )
    const typeOf = Object.fromEntries(types.rows.map((row) => [row.column_name, row.data_type]))
    expect(typeOf).toMatchObject({
      birth_date: 'text',
      active: 'boolean',
      phones: 'jsonb',
      changed_at: 'timestamp with time zone',
    })
  }))

test('a record that holds something odd does not make a report fail', () =>
  inSchema(async (query) => {
    const odd = { active: 'yes', birthDateEstimated: 1, phones: 'x', family: { a: 1 }, birthDate: 7, unknown: true }
    await query(
      `insert into s.record values ('patient', 'x', '${JSON.stringify(odd)}', '{}', '[]', '0000000000010000', '018bcfe568000000', 1)`,
    )
    const { rows } = await query('select * from s.patient')
    expect(rows[0]).toMatchObject({ active: null, birth_date_estimated: null, family: '{"a": 1}', birth_date: '7' })
    expect(rows[0].changed_at).toEqual(new Date(0x018bcfe56800))
    const numbers = '{"daysSupply": 1e300, "quantity": {"value": "x"}, "number": 1.5}'
    await query(`insert into s.record select name, 'y', '${numbers}', '{}', '[]', '0', '0', 1
      from unnest(array['${Object.keys(KINDS).join("','")}']) as name`)
    for (const name of Object.keys(KINDS)) await query(`select * from s."${name}"`)
  }))

/** A schema with the records table alone, taken back afterwards. */
async function inSchema(work: (query: (text: string) => Promise<Result>) => Promise<void>): Promise<void> {
  await connected(cluster.admin, async (client) => {
    await client.query('begin')
    await client.query(`create role r; create schema s; create table s.record
      (kind text, id text, fields jsonb, heads text[], conflicts jsonb, created text, updated text, seq bigint)`)
    await client.query(viewsOf('s', 'r'))
    await work((text) => client.query(text))
    await client.query('rollback')
  })
}

interface Result {
  fields: { name: string }[]
  // biome-ignore lint/suspicious/noExplicitAny: whatever a view has
  rows: any[]
}
