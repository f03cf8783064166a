import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { ageOn } from './ages.ts'
import { showDate, showDateTime, showWhen } from './dates.ts'

/** The formats of dates and ages in the language that is being spoken. */
export function useFormat() {
  const { t, i18n } = useTranslation()
  const language = i18n.language
  return useMemo(() => {
    const age = (birthDate: string, on = new Date()) => {
      const it = ageOn(birthDate, on)
      return it ? t(`ui.age.${it.unit}`, { n: it.count }) : undefined
    }
    return {
      date: (value: string) => showDate(value, language),
      dateTime: (value: string) => showDateTime(value, language),
      when: (value: string) => showWhen(value, language),
      age,
      /** `12-Jan-1970 (56y)`; an estimated date is `about 1970 (56y)`. */
      born: (birthDate: string | undefined, estimated = false) => {
        if (!birthDate) return t('ui.notRecorded')
        const shown = showDate(birthDate, language)
        const years = age(birthDate)
        return `${estimated ? t('ui.about', { what: shown }) : shown}${years ? ` (${years})` : ''}`
      },
    }
  }, [t, language])
}
