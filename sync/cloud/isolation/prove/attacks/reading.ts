/** Reading the neighbor, in every way that SQL has. */
import type { Attack } from '../attack.ts'
import { statement } from './sql.ts'

export const reading: readonly Attack[] = [
  statement('sql', {
    id: 'read-record',
    title: 'A facility reads its neighbor’s records.',
    says: ({ schema }) => `select * from ${schema}.record`,
    control: 'reads',
  }),
]
