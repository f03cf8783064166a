/** What a configuration fault is: one statement that somebody might run some night, and what a scan must then say. */
import type pg from 'pg'
import type { FindingCode } from '../scan/codes.ts'
import type { Facts } from '../scan/scan.ts'
import type { Stage } from './stage.ts'

export interface Fault {
  /** Stable: `grants.select-to-everybody`. */
  readonly id: string
  /** For a reader who does not read SQL. */
  readonly title: string
  /** The finding that must come of it. */
  readonly code: FindingCode
  /** Breaks it, as the administrator, in a transaction that is taken back. */
  readonly inject?: (client: pg.Client, stage: Stage) => Promise<unknown>
  /** What no transaction can change (the server's version, its door) is handed to the scan in place of the server's own. */
  readonly facts?: (client: pg.Client) => Promise<Facts>
  /** From which server version on there is such a thing. */
  readonly from?: number
}

/** A fault that is one or several statements. */
export function broken(
  id: string,
  title: string,
  code: FindingCode,
  sql: (stage: Stage) => string,
  from?: number,
): Fault {
  return {
    id,
    title,
    code,
    inject: (client, stage) => client.query(sql(stage)),
    ...(from === undefined ? {} : { from }),
  }
}
