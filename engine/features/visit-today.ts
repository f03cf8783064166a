/** Today's visits: the list of who comes, the number to be called next, the visit that is under way. */
import { dayBounds, localDay } from '../../domain/dates.ts'
import type { Encounter } from '../../domain/kinds.ts'
import { KINDS } from '../../domain/kinds.ts'
import { may } from '../../domain/roles.ts'
import type { PatientHit } from '../api-shapes.ts'
import type { Context } from '../context.ts'
import { nextMrn } from '../mrn.ts'
import type { Row } from '../rows.ts'
import { hitOf } from './patient-hits.ts'
import { nowOf, withoutSource } from './records.ts'

const { encounter: kind, patient } = KINDS

/** No clinic has more visits in a day; an import that dates everything today must not stop the screen. */
const MOST_VISITS = 1000

export function visitsOfDay({ db, store }: Context, day: string): { encounter: Encounter; patient: PatientHit }[] {
  return db
    .all<Row>(OF_DAY, { ...dayBounds(day), limit: MOST_VISITS })
    .map((row) => store.read(kind, row))
    .sort((a, b) => (a.token ?? MOST_VISITS) - (b.token ?? MOST_VISITS))
    .flatMap((encounter) => {
      const who = store.get(patient, encounter.patient)
      return who ? [{ encounter: withoutSource(encounter), patient: hitOf(who) }] : []
    })
}

/** The patient's visit that is under way today. */
export function openVisitOf({ db, store, now }: Context, who: string): Encounter | undefined {
  const row = db.get<Row>(OPEN, { ...dayBounds(localDay(now())), patient: who })
  return row && store.read(kind, row)
}

/**
 * The visit that is under way, or a new one with the day's next token. Call it in the transaction that uses it, so that
 * no two visits get one token.
 */
export function openVisit(context: Context, who: string, reason?: string): Encounter {
  const { db, store, user, now } = context
  const open = openVisitOf(context, who)
  if (open) return open
  // Imported patients bring no number of ours; they get one when they first come.
  if (store.need(patient, who).mrn === undefined) store.change(patient, who, { mrn: nextMrn(context) })
  const last = db.get<{ token: number | null }>(LAST_TOKEN, dayBounds(localDay(now())))?.token ?? 0
  // Whoever treats opens it by starting; anyone else by letting the patient take a seat.
  const treats = may(user.roles, 'note:write')
  return store.save(kind, {
    patient: who,
    class: 'AMB',
    status: treats ? 'in-progress' : 'arrived',
    start: nowOf(context),
    token: last + 1,
    ...(treats && user.practitioner !== undefined && { practitioner: user.practitioner }),
    ...(reason && { reason: { display: reason } }),
  })
}

export const OF_DAY = `
  select * from encounter where _at >= :from and _at < :to and status not in ('cancelled', 'entered-in-error')
  order by _at limit :limit`
export const OPEN = `
  select * from encounter
  where patient = :patient and _at >= :from and _at < :to
    and status in ('planned', 'arrived', 'triaged', 'in-progress', 'onleave')
  order by _at desc limit 1`
export const LAST_TOKEN = 'select max(token) as token from encounter where _at >= :from and _at < :to'
