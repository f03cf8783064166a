import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { lookup } from '../../domain/lookup.ts'
import { writtenNumber } from '../chart/amount.ts'
import type { en } from './words.en.ts'

type Act = keyof typeof en.access.acts
type Outcome = keyof typeof en.access.outcomes

/** A visit's parts in plain words. What a newer gateway says, and these words do not know yet, is shown as it is. */
export function useVisitWords() {
  const { t, i18n } = useTranslation()
  return useMemo(() => {
    const known = (key: string) => i18n.exists(key)
    return {
      act: (act: string) => (known(`admin.access.acts.${act}`) ? t(`admin.access.acts.${act as Act}`) : act),
      outcome: (outcome: string) =>
        known(`admin.access.outcomes.${outcome}`)
          ? t(`admin.access.outcomes.${outcome as Outcome}`)
          : t('admin.access.refused', { code: outcome }),
      /** By the beginning of its id: enough to tell a clinic's rooms apart. */
      station: (device: string, here: boolean) =>
        here ? t('admin.access.here') : t('admin.access.workstation', { id: device.slice(0, 4) }),
      amount: (act: string, rows: number) =>
        rows === 0 ? '' : t(`admin.access.${COUNTED[act] ?? 'lines'}`, { count: rows, shown: writtenNumber(rows) }),
    }
  }, [t, i18n])
}

/** What is brought or taken by these is changes; by others, lines of this list or of a table. */
const COUNTED = lookup<'changes'>({ push: 'changes', pull: 'changes' })
