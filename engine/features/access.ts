/** Who came to this facility's records in the cloud: what was read of its access log, for the admin. */
import { z } from 'zod'
import { ACCESS_CSV_HEAD, accessCsvLine } from '../../domain/access-csv.ts'
import { isByOperator } from '../../domain/access-log.ts'
import { accessBreaks, accessExtent, allAccess } from '../access-log.ts'
import type { AccessStatus, CloudVisit } from '../api-shapes.ts'
import type { Context } from '../context.ts'
import { AlcoveError } from '../errors.ts'
import { FilePath, refuseOwnFolder } from '../export/target.ts'
import { writeWhole } from '../export/whole-file.ts'
import { feature, query, task } from '../feature.ts'

const said = z.string().max(200)
const Place = z.tuple([said, z.int(), said])

export const access = feature('access', {
  /** The newest first. */
  list: query({
    input: z.strictObject({
      before: z.string().max(1000).optional(),
      limit: z.int().min(1).max(500).default(100),
      /** A workstation's id, or `operator`. */
      who: said.optional(),
      act: said.optional(),
      /** Only what was refused. */
      refused: z.boolean().default(false),
    }),
    needs: 'activity:read',
    run: (context, { before, limit, who, act, refused }): { rows: CloudVisit[]; next?: string } => {
      const { db, journal } = context
      const place = before === undefined ? LAST : placeOf(before)
      const asked = { remote: remoteOf(context)?.id ?? '', ...place, who, act, limit: limit + 1 }
      const found = db.all<Omit<CloudVisit, 'by'>>(listed({ who, act, refused }), asked)
      const rows = found.slice(0, limit).map((row) => ({ ...row, by: byWhom(row, journal.device) }))
      const last = rows.at(-1)
      return { rows, ...(last && found.length > limit && { next: JSON.stringify([last.at, last.seq, last.id]) }) }
    },
  }),

  /** Whether there is a log, how far it was read, and whether its chain holds. */
  status: query({
    input: z.strictObject({}),
    needs: 'activity:read',
    run: (context): AccessStatus => {
      const { db, journal } = context
      const remote = remoteOf(context)
      if (!remote) return { enrolled: false, rows: 0, devices: [], breaks: [] }
      const extent = accessExtent(db, remote.id)
      const since = db.get<{ at: string }>(FIRST, [remote.id])?.at
      return {
        enrolled: true,
        rows: extent?.kept ?? 0,
        ...(since !== undefined && { since }),
        ...(extent && { readAt: extent.readAt }),
        ...(extent && isBehind(extent.readAt, remote.lastSynced) && { behind: true as const }),
        devices: db
          .all<{ device: string }>(DEVICES, { remote: remote.id })
          .map(({ device }) => ({ device, here: device === journal.device })),
        breaks: accessBreaks(db, remote.id),
      }
    },
  }),

  /** All of it into a file, in the order in which it was written, with what its chain can be checked by. */
  export: task({
    input: z.strictObject({ path: FilePath, format: z.enum(['csv', 'json']) }),
    needs: 'activity:read',
    run: async (context, { path, format }): Promise<{ rows: number; bytes: number }> => {
      const { dir, journal, user, facility } = context
      const remote = remoteOf(context)
      if (!remote) throw new AlcoveError('sync-off', 'This clinic is not enrolled with a gateway: there is no log.')
      refuseOwnFolder(dir, path)
      const write = format === 'csv' ? asCsv : asJson
      const { value: rows, bytes } = writeWhole(path, (out) => write(context, remote, out))
      journal.append({ kind: 'admin', author: user.id, record: 'access.exported', id: facility.id, fields: { rows } })
      return { rows, bytes }
    },
  }),
})

interface RemoteRow {
  id: string
  url: string
  facility: string
  lastSynced: string | null
}

/** The log is read once an hour. When it fails twice, and all else does not, that is worth a word. */
const BEHIND_MS = 3 * 60 * 60_000

function isBehind(readAt: string, lastSynced: string | null): boolean {
  return lastSynced !== null && Date.parse(lastSynced) - Date.parse(readAt) > BEHIND_MS
}

function asCsv({ db }: Context, remote: RemoteRow, write: (text: string) => void): number {
  let rows = 0
  write(ACCESS_CSV_HEAD)
  for (const row of allAccess(db, remote.id)) {
    write(accessCsvLine(row))
    rows += 1
  }
  return rows
}

function asJson({ db, now }: Context, { id, url, facility }: RemoteRow, write: (text: string) => void): number {
  let rows = 0
  const about = {
    facility,
    gateway: url,
    exportedAt: now().toISOString(),
    readAt: accessExtent(db, id)?.readAt ?? null,
  }
  write(`${JSON.stringify({ ...about, breaks: accessBreaks(db, id) }).slice(0, -1)},"rows":[`)
  for (const row of allAccess(db, id)) {
    write(`${rows > 0 ? ',' : ''}\n${JSON.stringify(row)}`)
    rows += 1
  }
  write('\n]}\n')
  return rows
}

function byWhom(row: Pick<CloudVisit, 'act' | 'device'>, here: string): CloudVisit['by'] {
  if (isByOperator(row)) return 'operator'
  return row.device === here ? 'here' : 'workstation'
}

function placeOf(cursor: string): { at: string; seq: number; hash: string } {
  try {
    const [at, seq, hash] = Place.parse(JSON.parse(cursor))
    return { at, seq, hash }
  } catch {
    throw new AlcoveError('bad-input', 'before: not a place in this list.')
  }
}

function remoteOf({ db }: Context): RemoteRow | undefined {
  return db.get<RemoteRow>(REMOTE)
}

const LAST = { at: '~', seq: 0, hash: '' }
const REMOTE = `
  select id, config ->> 'url' as url, config ->> 'facility' as facility, last_synced as lastSynced
  from remote order by enabled desc, id desc limit 1`
const FIRST = 'select min(at) as at from access_row where remote = ? having min(at) is not null'
/** One step of the index for each, rather than a look at every row. */
const DEVICES = `
  with recursive seen (who) as (
    select min(who) from access_row where remote = :remote
    union all
    select (select min(who) from access_row where remote = :remote and who > seen.who) from seen where who is not null)
  select who as device from seen where who is not null and who <> 'operator' limit 500`

interface Filter {
  who?: string | undefined
  act?: string | undefined
  refused?: boolean | undefined
}

/** Only what is asked for stands in the statement, so that the index for it is used. */
export function listed({ who, act, refused }: Filter): string {
  return `
    select hash as id, seq, at, device, act, rows, address, outcome from access_row
    where remote = :remote and (at, seq, hash) < (:at, :seq, :hash)
      ${who === undefined ? '' : 'and who = :who'} ${act === undefined ? '' : 'and act = :act'}
      ${refused ? "and outcome <> 'ok'" : ''}
    order by at desc, seq desc, hash desc limit :limit`
}
