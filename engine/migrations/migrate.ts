/** Brings a database up to date when it is opened, in one transaction, or refuses one that a newer program has written. */

import type { Database } from '../database.ts'
import { NewerDatabase } from '../errors.ts'
import { Journal } from '../journal.ts'
import { Rows } from '../rows.ts'
import { alignTables, quoted } from '../tables.ts'
import { journal } from './0001-journal.ts'
import { desk } from './0002-desk.ts'
import { search } from './0003-search.ts'
import { codes } from './0004-codes.ts'
import { accessLog } from './0005-access-log.ts'
import type { Migration } from './migration.ts'

export const MIGRATIONS: readonly Migration[] = [journal, desk, search, codes, accessLog]

/** `ALCV`: says whose file it is to anyone who has the key. */
const APPLICATION_ID = 0x414c4356

export function migrate(db: Database, migrations = MIGRATIONS): void {
  assertOrder(migrations)
  const version = Number(db.pragma('user_version'))
  if (version > migrations.length) throw new NewerDatabase()
  db.immediate(() => {
    for (const migration of migrations.slice(version)) {
      db.exec(migration.sql)
      db.pragma(`user_version = ${migration.number}`)
    }
    if (version === 0) db.pragma(`application_id = ${APPLICATION_ID}`)
    const { widened } = alignTables(db)
    // A field that this program has come to know was kept beside the others until now: give it its column.
    const rows = new Rows(db, (record, id) => Journal.changes(db, record, id))
    for (const kind of widened) {
      const kept = db.all<{ id: string }>(`select id from ${quoted(kind.name)} where _more is not null`)
      for (const { id } of kept) rows.refold(kind, id)
    }
  })
}

function assertOrder(migrations: readonly Migration[]): void {
  for (const [at, migration] of migrations.entries()) {
    if (migration.number !== at + 1) throw new TypeError(`migration ${migration.number} is in place ${at + 1}`)
  }
}
