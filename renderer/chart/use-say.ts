import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { useFormat } from '../format/use-format.ts'
import { type Say, spelledOut } from './record-lines.ts'

/** The words that a record's lines are said with, in the language being spoken. */
export function useSay(): Say & { field: (name: string) => string; kind: (name: string) => string } {
  const { t, i18n } = useTranslation()
  const format = useFormat()
  return useMemo(() => {
    const word = (key: string) => (i18n.exists(key) ? i18n.t(key as 'chart.tabs.label') : undefined)
    return {
      date: format.dateTime,
      code: (value) =>
        word(`chart.status.${value}`) ??
        word(`chart.allergies.verifications.${value}`) ??
        word(`chart.allergies.criticalities.${value}`) ??
        word(`ui.severity.${value}`) ??
        word(`ui.sex.${value}`),
      yes: t('chart.details.yes'),
      no: t('chart.details.no'),
      field: (name) => word(`chart.fields.${name}`) ?? spelledOut(name),
      kind: (name) => word(`chart.timeline.kinds.${name}`) ?? spelledOut(name.replaceAll('_', ' ')),
    }
  }, [t, i18n, format])
}
