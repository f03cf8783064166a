/**
 * Putting back into a facility what it has lost, from an archive of its own. What is there stays; what is missing is added
 * behind it, in one transaction, with the facility's own rights. Run again, it finds nothing missing.
 */
import { randomUUID } from 'node:crypto'
import type pg from 'pg'
import { asFacility } from '../as-facility.ts'
import { asProvisioner, type Cluster, unlockSetUp } from '../cluster.ts'
import { CloudError } from '../errors.ts'
import { lockHead } from '../gateway/access-log.ts'
import { readRecoveryCode } from '../keys/recovery-code.ts'
import { noteOperatorAct } from '../operator-act.ts'
import { type Facility, findFacility, inState } from '../provision/find.ts'
import { onFacilityAsAdmin } from '../provision/operate.ts'
import type { AskCode } from '../provision/reenroll.ts'
import { checkArchive, type Row, rowsOf } from './check.ts'
import { Inflow } from './inflow.ts'

export interface Restored {
  facility: string
  /** What was missing, and is there again. */
  entries: number
  records: number
  blobs: number
  visits: number
  devices: number
  /** The facility's memory has a new name, so that workstations look whether it still has what they sent. */
  newEpoch: boolean
  /** Places where the archive's own access log did not hold together when it was made. */
  accessBreaks: number
}

const CHUNK_ROWS = 500
const CHUNK_BYTES = 4 << 20

export async function restoreFacility(cluster: Cluster, typed: string, file: string, ask: AskCode): Promise<Restored> {
  const known = await asProvisioner(cluster, (client) => findFacility(client, typed))
  inState(known, 'active', 'suspended', 'frozen')
  const secret = readRecoveryCode(await ask())
  const checked = await checkArchive(file, known, secret)

  return onFacilityAsAdmin(cluster, known.id, async ({ registry, server, facility }) => {
    inState(facility, 'active', 'suspended', 'frozen')
    for (const client of new Set([registry, server])) await unlockSetUp(client)
    await server.query('set local lock_timeout = 0; set local idle_in_transaction_session_timeout = 0')
    const headed = await beHeaded(server, facility)
    const before = await server.query<{ seq: number }>(
      `select seq::float8 as seq from ${facility.schema}.head for update`,
    )
    // What it had once it may have again, also where its quota lets it add nothing new.
    const hold = (held: boolean) =>
      facility.readOnly ? server.query('select watch.hold_writes($1, $2)', [facility.schema, held]) : undefined
    await hold(false)
    const counts = await asFacility(server, facility.role, async () => {
      const { head, sql } = await lockHead(server, facility.schema)
      const inflow = new Inflow(server, facility.schema, sql, head)
      for await (const { table, rows } of chunks(rowsOf(file, facility, secret), checked.sha256))
        await inflow.add(table, rows)
      await inflow.finish()
      return inflow.counts
    })
    await hold(true)
    const older = headed || counts.entries > 0 || counts.blobs > 0 || (before.rows[0]?.seq ?? 0) < checked.header.seq
    await settle(server, facility.schema, facility.version, older)
    await noteOperatorAct(server, facility, {
      act: 'restore',
      rows: counts.entries,
      ...(checked.accessBreaks > 0 ? { outcome: 'chain-broken' } : {}),
    })
    return { facility: facility.id, ...counts, newEpoch: older, accessBreaks: checked.accessBreaks }
  })
}

/**
 * The head row is the owner's to make, and so is `meta`: a facility that lost its rows has lost them too. True if there was
 * no head: what it counted has to be counted anew.
 */
async function beHeaded(server: pg.Client, { id, schema, version }: Facility): Promise<boolean> {
  const { rowCount } = await server.query(
    `insert into ${schema}.head (epoch, seq, access_seq, access_hash)
     select $1, coalesce((select max(seq) from ${schema}.journal), 0), coalesce(last.seq, 0), coalesce(last.hash, '')
     from (select) as one left join (select seq, hash from ${schema}.access_log order by seq desc limit 1) as last on true
     where not exists (select from ${schema}.head)`,
    [randomUUID()],
  )
  await server.query(
    `insert into ${schema}.meta (key, value) values ('version', $1::text::jsonb), ('facility', to_jsonb($2::text))
     on conflict (key) do nothing`,
    [String(version), id],
  )
  return rowCount === 1
}

/** As the administrator, because neither is a facility's to change: the memory's name, and what it takes. */
async function settle(server: pg.Client, schema: string, version: number, older: boolean): Promise<void> {
  if (older) await server.query(`update ${schema}.head set epoch = $1`, [randomUUID()])
  if (older && version >= 2)
    await server.query(`update ${schema}.head set stored =
      (select coalesce(sum(octet_length(body)), 0) from ${schema}.journal)
      + (select coalesce(sum(octet_length(content)), 0) from ${schema}.blob)`)
}

/** Rows of one table at a time, a few megabytes of them. Refuses a file that is not the one that was checked. */
async function* chunks(
  pieces: ReturnType<typeof rowsOf>,
  sha256: string,
): AsyncGenerator<{ table: string; rows: Row[] }> {
  let table = ''
  let rows: Row[] = []
  let bytes = 0
  for await (const piece of pieces) {
    if ('sha256' in piece && piece.sha256 !== sha256)
      throw new CloudError('archive-damaged', 'That archive changed while it was read. Nothing was changed.')
    if (!('table' in piece)) continue
    if (rows.length > 0 && (piece.table !== table || rows.length >= CHUNK_ROWS || bytes > CHUNK_BYTES)) {
      yield { table, rows }
      rows = []
      bytes = 0
    }
    table = piece.table
    rows.push(piece.row)
    bytes += sizeOf(piece.row)
  }
  if (rows.length > 0) yield { table, rows }
}

function sizeOf(row: Row): number {
  return Object.values(row).reduce((sum: number, value) => sum + (typeof value === 'string' ? value.length : 64), 0)
}
