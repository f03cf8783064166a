import { useCallback } from 'react'
import { useTranslation } from 'react-i18next'
import type { Vital } from '../../domain/vitals.ts'
import { writtenNumber, writtenUnit } from '../chart/amount.ts'

const EXAMPLES: Partial<Record<Vital['key'], string>> = {
  bp: '120/80',
  temperature: '37.2, 99F',
  weight: '62.5',
  height: "165, 5'5",
  glucose: '110, 6.1mmol',
  spo2: '98',
}

/** Why a typed measurement was not taken, as a sentence. */
export function useVitalProblem() {
  const { t } = useTranslation()
  return useCallback(
    (vital: Vital, problem: 'unreadable' | 'impossible' | 'reversed', typed: string): string => {
      if (problem === 'impossible') {
        const [top, low = top] = vital.components ?? [vital]
        const range = `${writtenNumber(low?.hard.low ?? 0)}–${writtenNumber(top?.hard.high ?? 0)} ${writtenUnit(vital.unit)}`
        return t('visits.vitals.impossible', { value: typed, range })
      }
      if (problem === 'reversed') return t('visits.vitals.reversed')
      return t('visits.vitals.unreadable', { example: EXAMPLES[vital.key] ?? '72' })
    },
    [t],
  )
}
