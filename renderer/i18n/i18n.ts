/** The page's words. English is the language of record: every other one has the same keys (a test says so). */
import i18next from 'i18next'
import { initReactI18next } from 'react-i18next'
import { keepLanguage, type Language, preferredLanguage } from '../preferences.ts'
import { en, hi } from './words.ts'

export const i18n = i18next.createInstance()

/** Loads the words. Both languages are in the bundle, so it is done when it returns. */
export function startWords(language: Language = preferredLanguage()): void {
  void i18n.use(initReactI18next).init({
    lng: language,
    fallbackLng: 'en',
    initAsync: false,
    resources: { en: { translation: en }, hi: { translation: hi } },
    interpolation: { escapeValue: false },
    returnNull: false,
  })
  document.documentElement.lang = language
  document.documentElement.dir = i18n.dir(language)
}

export async function speak(language: Language): Promise<void> {
  await i18n.changeLanguage(language)
  document.documentElement.lang = language
  document.documentElement.dir = i18n.dir(language)
  keepLanguage(language)
}

declare module 'i18next' {
  interface CustomTypeOptions {
    defaultNS: 'translation'
    resources: { translation: typeof en }
    returnNull: false
  }
}
