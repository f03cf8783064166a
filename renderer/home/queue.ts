/** The order in which a day's visits are read: who is inside, who waits by token, who is done. */
import type { ApiValue } from '../../engine/api.ts'

type Visiting = ApiValue<'patient.today'>['visits'][number]
type Status = Visiting['encounter']['status']

const RANK: Record<Status, number> = {
  'in-progress': 0,
  triaged: 1,
  arrived: 1,
  onleave: 2,
  planned: 3,
  unknown: 4,
  finished: 5,
  cancelled: 6,
  'entered-in-error': 7,
}

/** Of the same standing, the lower token comes first; without tokens, who came first. */
export function queueOrder(visits: readonly Visiting[]): Visiting[] {
  return [...visits].sort(
    (a, b) =>
      RANK[a.encounter.status] - RANK[b.encounter.status] ||
      (a.encounter.token ?? Number.MAX_SAFE_INTEGER) - (b.encounter.token ?? Number.MAX_SAFE_INTEGER) ||
      (a.encounter.start ?? '').localeCompare(b.encounter.start ?? ''),
  )
}

export function countsOf(visits: readonly Visiting[]): { waiting: number; inside: number; done: number } {
  const count = (...of: Status[]) => visits.filter(({ encounter }) => of.includes(encounter.status)).length
  return { waiting: count('arrived', 'triaged'), inside: count('in-progress'), done: count('finished') }
}

/** Who is to be called next; undefined when nobody waits. */
export function nextOf(visits: readonly Visiting[]): Visiting | undefined {
  return queueOrder(visits).find(({ encounter: { status } }) => status === 'arrived' || status === 'triaged')
}
