import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { KINDS } from '../../domain/kinds.ts'
import { openClinic } from '../clinic.ts'
import { Database } from '../database.ts'
import { closing, contextOf, PASSWORD, scratchClinic, scratchFolder } from '../scratch.ts'
import { MIGRATIONS, migrate } from './migrate.ts'

function fresh(): Database {
  return closing(Database.open(join(scratchFolder(), 'clinic.db'), randomBytes(32)))
}

test('migrations are numbered in the order in which they run, and run once', () => {
  const db = fresh()
  migrate(db)
  migrate(db)
  expect(db.pragma('user_version')).toBe(MIGRATIONS.length)
  expect(() => migrate(fresh(), [...MIGRATIONS].reverse())).toThrow(/migration/)
})

test('one that fails leaves the database as it was', () => {
  const db = fresh()
  const broken = { number: MIGRATIONS.length + 1, says: 'broken', sql: 'create table half (a) ; no such thing' }
  expect(() => migrate(db, [...MIGRATIONS, broken])).toThrow()
  expect(db.pragma('user_version')).toBe(0)
  expect(db.all('select name from sqlite_schema')).toEqual([])
})

test('there is a strict table for every kind, with its fields', () => {
  const db = fresh()
  migrate(db)
  for (const kind of Object.values(KINDS)) {
    const columns = db.all<{ name: string }>('select name from pragma_table_info(?)', [kind.name]).map((it) => it.name)
    expect(columns).toEqual(expect.arrayContaining(['id', ...kind.columns.map((column) => column.name)]))
    expect(db.get('select strict from pragma_table_list(?)', [kind.name])).toEqual({ strict: 1 })
  }
})

test('a database newer than the program is refused, by its number and by a column that nobody here knows', async () => {
  for (const sql of [`pragma user_version = ${MIGRATIONS.length + 1}`, 'alter table patient add column tattoo text']) {
    const { dir, clinic, context } = await scratchClinic()
    context.db.exec(sql)
    await clinic.close()
    await expect(openClinic({ dir, login: 'asha', password: PASSWORD })).rejects.toMatchObject({
      code: 'newer-database',
      message: expect.stringContaining('Update'),
    })
  }
})

test('a field that the program comes to know gets its column, with the values that were kept until then', async () => {
  const { dir, clinic, context } = await scratchClinic()
  const { id } = context.store.save(KINDS.patient, { family: 'Rao', sex: 'female', language: 'te' })
  // As a program would leave it that did not know languages yet.
  context.db.exec(`
    alter table patient drop column language;
    update patient set _more = '{"language":"te"}';
  `)
  await clinic.close()
  const again = closing(await openClinic({ dir, login: 'asha', password: PASSWORD }))
  expect(contextOf(again).store.get(KINDS.patient, id)).toMatchObject({ language: 'te' })
  expect(contextOf(again).db.get('select language, _more from patient')).toEqual({ language: 'te', _more: null })
})
