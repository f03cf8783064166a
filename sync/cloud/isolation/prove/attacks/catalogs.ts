/** What PostgreSQL tells everybody about everybody, unless it is taken back. */
import type { Attack } from '../attack.ts'
import { statement } from './sql.ts'

export const catalogs: readonly Attack[] = [
  statement('metadata', {
    id: 'pg-class',
    title: 'A facility lists every table on the server, with its size and number of rows.',
    says: () => 'select relname, reltuples, relpages from pg_catalog.pg_class',
    control: 'administrator',
  }),
]
