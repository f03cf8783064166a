import { go } from '../place.ts'
import { useMay } from '../session/session.ts'

/** Opens a patient where this person works: the chart for those who treat, the details for the front desk. */
export function useOpenPatient(): (patient: string) => void {
  const treats = useMay('chart:read')
  return (patient) => go(treats ? { name: 'chart', patient } : { name: 'details', patient })
}
