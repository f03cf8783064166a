import { z } from 'zod'
import { ENTRY_KINDS, type EntryBody, type EntryKind } from '../../domain/entry.ts'
import { id } from '../../domain/fields.ts'
import { timeOf } from '../../domain/hlc.ts'
import { KINDS, kindNamed } from '../../domain/kinds.ts'
import { displayName } from '../../domain/name.ts'
import { may } from '../../domain/roles.ts'
import type { Activity } from '../api-shapes.ts'
import type { Context } from '../context.ts'
import type { Database } from '../database.ts'
import { AlcoveError } from '../errors.ts'
import { feature, query } from '../feature.ts'
import { CHAIN_START } from '../journal.ts'
import { quoted } from '../tables.ts'
import { summaryOf } from './activity-words.ts'
import { authorNames } from './history.ts'

interface Stored {
  hash: string
  device: string
  dseq: number
  hlc: string
  author: string
  kind: EntryKind
  record: string
  id: string
  body: string
}

/** The journal as people read it: who did what, when, and to whose record. Never what the record says. */
export const activity = feature('activity', {
  list: query({
    input: z.strictObject({
      before: z.string().max(200).optional(),
      limit: z.int().min(1).max(500).default(100),
      author: z.string().max(64).optional(),
      patient: id().optional(),
      kind: z.enum(ENTRY_KINDS).optional(),
    }),
    needs: 'activity:read',
    run: (context, { before, limit, author, patient, kind }): { entries: Activity[]; next?: string } => {
      const { db, user } = context
      const place = before === undefined ? { hlc: '~', hash: '~' } : placeOf(before)
      const params = { ...place, author, patient, kind, limit: limit + 1 }
      const found = patient === undefined ? ofClinic(db, params) : ofPatient(db, params)
      const shown = found.slice(0, limit)
      const names = may(user.roles, 'patient:read') ? patientNames(context) : () => undefined
      const authors = authorNames(db)
      const last = shown.at(-1)
      return {
        entries: shown.map((entry) => asActivity(db, entry, authors, names)),
        ...(last && found.length > limit && { next: `${last.hlc}~${last.hash}` }),
      }
    },
  }),
})

type Params = {
  hlc: string
  hash: string
  author: string | undefined
  patient: string | undefined
  kind: EntryKind | undefined
  limit: number
}

/** The newest entries: device by device, as each one's chain is in the order of the clock and needs no index. */
function ofClinic(db: Database, params: Params): Stored[] {
  const devices = db.all<{ id: string }>('select id from device')
  return newestFirst(
    devices.flatMap(({ id }) => db.all<Stored>(listing(params), { ...params, device: id })),
    params.limit,
  )
}

/** Entries about a patient: those of the patient's own record, and those of every record that is theirs. */
function ofPatient(db: Database, params: Params): Stored[] {
  return newestFirst(
    ABOUT_PATIENT.flatMap((about) => db.all<Stored>(about(params), params)),
    params.limit,
  )
}

function newestFirst(entries: Stored[], limit: number): Stored[] {
  return entries.sort((a, b) => (a.hlc === b.hlc ? (a.hash < b.hash ? 1 : -1) : a.hlc < b.hlc ? 1 : -1)).slice(0, limit)
}

function asActivity(
  db: Database,
  entry: Stored,
  authors: (id: string) => string,
  names: (patient: string) => string | undefined,
): Activity {
  const { hash, device, dseq, hlc, author, kind, record, id } = entry
  const body = JSON.parse(entry.body) as EntryBody
  const patient = patientOf(db, entry, body)
  const patientName = patient === undefined ? undefined : names(patient)
  return {
    ...{ hash, device, dseq, author, kind, record, id },
    at: new Date(timeOf(hlc)).toISOString(),
    authorName: authors(author),
    summary: summaryOf(body),
    ...(patient !== undefined && { patient }),
    ...(patientName !== undefined && { patientName }),
    ...(body.reason !== undefined && { reason: body.reason }),
  }
}

/** Whose record it is: said by the entry itself when it made the record, by the record otherwise. */
function patientOf(db: Database, { kind, record, id }: Stored, body: EntryBody): string | undefined {
  if (kind !== 'change' && kind !== 'access') return undefined
  if (record === 'patient') return id
  const field = kindNamed(record)?.patient
  if (field === undefined) return undefined
  const named = body.fields?.[field]
  if (typeof named === 'string') return named
  return (
    db.get<{ patient: string | null }>(`select patient from ${quoted(record)} where id = ?`, [id])?.patient ?? undefined
  )
}

function patientNames({ store }: Context): (patient: string) => string | undefined {
  const known = new Map<string, string | undefined>()
  return (patient) => {
    if (!known.has(patient)) {
      const record = store.get(KINDS.patient, patient)
      known.set(patient, record && displayName(record))
    }
    return known.get(patient)
  }
}

function placeOf(cursor: string): { hlc: string; hash: string } {
  const [hlc, hash] = cursor.split('~')
  if (!hlc || !hash) throw new AlcoveError('bad-input', 'before: not a place in this list.')
  return { hlc, hash }
}

interface Filter {
  author?: string | undefined
  kind?: EntryKind | undefined
}

const FIELDS = 'hash, device, dseq, hlc, author, kind, record, id, body'
const PLACE = 'hlc <= :hlc and (hlc < :hlc or hash < :hash)'

/** Of one device. What is rare (sign-ins, looks) has an index of its own; everything else is read from the end. */
export const listing = ({ author, kind }: Filter): string => {
  const from = author === undefined ? '' : 'and +author = :author'
  return kind === undefined || kind === 'change'
    ? `select ${FIELDS} from journal
       where seq > ${CHAIN_START} and seq <= ${CHAIN_START} + 0xffffffff and ${PLACE} ${from}
       ${kind === undefined ? '' : 'and +kind = :kind'}
       order by seq desc limit :limit`
    : `select ${FIELDS} from journal
       where kind = :kind and kind <> 'change' and device = :device and ${PLACE} ${from}
       order by hlc desc, hash desc limit :limit`
}

export const ABOUT_PATIENT: readonly ((filter: Filter) => string)[] = [
  (filter) => about(`opens = 0 and record = 'patient' and id = :patient`, filter),
  (filter) => about('seq = (select _seq from patient where id = :patient)', filter),
  ...Object.values(KINDS)
    .filter((kind) => kind.patient)
    .map(({ name }) => ({ name, theirs: `from ${quoted(name)} where patient = :patient` }))
    .flatMap(({ name, theirs }) => [
      (filter: Filter) => about(`opens = 0 and record = '${name}' and id in (select id ${theirs})`, filter),
      (filter: Filter) => about(`seq in (select _seq ${theirs})`, filter),
    ]),
]

const about = (which: string, { author, kind }: Filter): string =>
  `select ${FIELDS} from journal where ${which} and +hlc <= :hlc and (+hlc < :hlc or hash < :hash)
   ${author === undefined ? '' : 'and +author = :author'} ${kind === undefined ? '' : 'and +kind = :kind'}
   order by hlc desc, hash desc limit :limit`
