import { useCallback } from 'react'
import { useTranslation } from 'react-i18next'
import { Refused } from '../api.ts'

/**
 * An error as a sentence in the language being spoken. Codes that the screens know have words of their own; for others
 * the engine's sentence is shown, which is in English and always finished.
 */
export function useSentence() {
  const { t, i18n } = useTranslation()
  return useCallback(
    (error: unknown): string => {
      if (!(error instanceof Refused)) return t('ui.errors.internal')
      const key = `ui.errors.${error.code}`
      // The engine's own English says more (which field, which file), so it is kept where it is the reader's language.
      if (i18n.language !== 'en' && i18n.exists(key)) return i18n.t(key as 'ui.errors.internal', { ...error.details })
      return error.message || t('ui.errors.internal')
    },
    [t, i18n],
  )
}
