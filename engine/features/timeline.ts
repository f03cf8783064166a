/** The timeline: what happened to a patient, of every kind but single measurements, in one order, page by page. */
import type { Concept } from '../../domain/fields.ts'
import type { AnyKind } from '../../domain/kind.ts'
import type { KindName, RecordOf } from '../../domain/kinds.ts'
import { KINDS } from '../../domain/kinds.ts'
import type { TimelineItem } from '../api-shapes.ts'
import type { Database } from '../database.ts'
import { AlcoveError } from '../errors.ts'
import type { Row } from '../rows.ts'
import type { Store } from '../store.ts'
import { quoted } from '../tables.ts'

type Told = { [N in KindName]?: (record: RecordOf<N>) => Omit<TimelineItem, 'kind' | 'id'> | undefined }

const said = (concept: Concept | undefined, otherwise: string): string => concept?.display || concept?.code || otherwise
const line = (...parts: (string | undefined)[]): { detail?: string } => {
  const detail = parts.filter(Boolean).join(' · ')
  return detail ? { detail } : {}
}
const when = (at: string | undefined): { at?: string } => (at === undefined ? {} : { at })
const within = (encounter: string | undefined): { encounter?: string } => (encounter === undefined ? {} : { encounter })
/** What was entered by mistake did not happen. */
const VOID = 'entered-in-error'

const TOLD = {
  encounter: (it) => ({
    title: said(it.reason ?? it.type, 'Visit'),
    ...line(it.reason && it.type ? said(it.type, '') : undefined, it.status),
    ...when(it.start),
    ...within(it.id),
  }),
  condition: (it) => ({
    title: said(it.code, 'Problem'),
    ...line(it.clinicalStatus),
    ...when(it.onset ?? it.recorded),
    ...within(it.encounter),
  }),
  allergy_intolerance: (it) => ({
    title: said(it.code, 'Allergy'),
    ...line(
      it.criticality && `criticality ${it.criticality}`,
      it.reactions?.map((one) => one.manifestation.display).join(', '),
    ),
    ...when(it.recorded ?? it.onset),
    ...within(it.encounter),
  }),
  medication_request: (it) => ({
    title: said(it.medication, 'Medicine'),
    ...line(
      it.strength,
      it.dose?.pattern,
      it.durationDays === undefined ? undefined : `${it.durationDays} d`,
      it.status,
    ),
    ...when(it.authored),
    ...within(it.encounter),
  }),
  immunization: (it) => ({
    title: said(it.vaccine, 'Vaccine'),
    ...line(
      it.doseNumber === undefined ? undefined : `dose ${it.doseNumber}`,
      it.status === 'not-done' ? 'not given' : undefined,
    ),
    ...when(it.occurrence),
    ...within(it.encounter),
  }),
  procedure: (it) => ({
    title: said(it.code, 'Procedure'),
    ...line(it.status === 'completed' ? undefined : it.status),
    ...when(it.start),
    ...within(it.encounter),
  }),
  diagnostic_report: (it) => ({
    title: said(it.code, 'Report'),
    ...line(it.status === 'final' ? undefined : it.status, it.conclusion?.slice(0, 200)),
    ...when(it.effective ?? it.issued),
    ...within(it.encounter),
  }),
  composition: (it) => ({
    title: it.title,
    ...line(it.status === 'preliminary' ? 'draft' : it.signedBy && `signed by ${it.signedBy}`),
    ...when(it.date),
    ...within(it.encounter),
  }),
} as const satisfies Told

const TELLERS = Object.entries(TOLD) as [KindName, (record: never) => Omit<TimelineItem, 'kind' | 'id'>][]
export const TIMELINE_KINDS: readonly AnyKind[] = TELLERS.map(([name]) => KINDS[name])

/** Where a page ended: the last one's time, in the form that sorts, and its id. Nothing in it for what has no date. */
interface Place {
  at: string
  id: string
}

export function timelineOf(
  db: Database,
  store: Store,
  patient: string,
  before: string | undefined,
  limit: number,
): { items: TimelineItem[]; next?: string } {
  const from = before === undefined ? undefined : placeOf(before)
  // One more than asked for tells whether there is a next page.
  const wanted = limit + 1
  let page =
    from?.at === '' ? [] : newest(db, dated, { patient, at: from?.at ?? '~', id: from?.id ?? '~', limit: wanted })
  if (page.length < wanted) {
    const id = from?.at === '' ? from.id : '~'
    page = [...page, ...newest(db, undated, { patient, id, limit: wanted - page.length })]
  }
  const shown = page.slice(0, limit)
  const last = shown.at(-1)
  return {
    items: shown.map(({ name, row }) => itemOf(store, name, row)),
    ...(last && page.length > limit && { next: `${last.at}~${last.id}` }),
  }
}

interface Listed extends Place {
  name: KindName
  row: Row
}

/** The newest of each kind, merged: whatever is among the newest of all is among the newest of its kind. */
function newest(
  db: Database,
  sql: (kind: AnyKind) => string,
  params: Record<string, unknown> & { limit: number },
): Listed[] {
  return TELLERS.flatMap(([name]) =>
    db.all<Row>(sql(KINDS[name]), params).map((row) => ({ name, row, at: String(row._at ?? ''), id: String(row.id) })),
  )
    .sort((a, b) => (a.at === b.at ? (a.id < b.id ? 1 : -1) : a.at < b.at ? 1 : -1))
    .slice(0, params.limit)
}

function itemOf(store: Store, name: KindName, row: Row): TimelineItem {
  const tell = TOLD[name as keyof typeof TOLD] as (record: unknown) => Omit<TimelineItem, 'kind' | 'id'>
  return { kind: name, id: String(row.id), ...tell(store.read(KINDS[name] as AnyKind, row)) }
}

function placeOf(cursor: string): Place {
  const [at, id] = cursor.split('~')
  if (at === undefined || id === undefined) throw new AlcoveError('bad-input', 'before: not a place in this timeline.')
  return { at, id }
}

const valid = (kind: AnyKind): string => {
  const status = ['status', 'verificationStatus'].find((name) => kind.columns.some((column) => column.name === name))
  return status ? `and (${status} is null or ${status} <> '${VOID}')` : ''
}
export const dated = (kind: AnyKind): string => `
  select * from ${quoted(kind.name)}
  where patient = :patient and _at is not null and (_at < :at or (_at = :at and id < :id)) and _at <= :at ${valid(kind)}
  order by _at desc, id desc limit :limit`
export const undated = (kind: AnyKind): string => `
  select * from ${quoted(kind.name)} where patient = :patient and _at is null and id < :id ${valid(kind)}
  order by id desc limit :limit`
