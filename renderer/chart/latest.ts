/** The latest of each vital, whichever of its codes it was recorded or imported under. */
import type { Observation } from '../../domain/kinds.ts'
import { VITALS, type Vital } from '../../domain/vitals.ts'

/** Every code under which a vital may be found: ours and those of imports. */
export const VITAL_CODES = VITALS.flatMap((vital) => [vital.code, ...(vital.also ?? [])])

/** The latest value of one vital. */
export function latestOf(vital: Vital, latest: Record<string, Observation>): Observation | undefined {
  return [vital.code, ...(vital.also ?? [])]
    .flatMap((code) => latest[code] ?? [])
    .toSorted((a, b) => (b.effective ?? '').localeCompare(a.effective ?? ''))[0]
}
