import { useTranslation } from 'react-i18next'
import { speak } from '../i18n/i18n.ts'
import { LANGUAGES, type Language } from '../preferences.ts'
import styles from './LanguageSwitch.module.css'

/** The languages, each in its own words, for the pages before anyone has signed in. */
export function LanguageSwitch() {
  const { t, i18n } = useTranslation()
  return (
    <fieldset className={styles.switch}>
      <legend className="visually-hidden">{t('session.language')}</legend>
      {(Object.keys(LANGUAGES) as Language[]).map((language) => (
        <button
          key={language}
          type="button"
          lang={language}
          className={styles.language}
          aria-pressed={i18n.language === language}
          onClick={() => void speak(language)}
        >
          {LANGUAGES[language]}
        </button>
      ))}
    </fieldset>
  )
}
