/** This workstation's own choices about the page. Never anything about a patient. */
import { useSyncExternalStore } from 'react'

export const LANGUAGES = { en: 'English', hi: 'हिन्दी' } as const
export type Language = keyof typeof LANGUAGES
export type Appearance = 'auto' | 'light' | 'dark'

const LANGUAGE_KEY = 'alcove.language'
const APPEARANCE_KEY = 'alcove.appearance'
const listeners = new Set<() => void>()

/** The language chosen here before; otherwise the system's, if we speak it. */
export function preferredLanguage(): Language {
  const kept = read(LANGUAGE_KEY)
  if (kept === 'en' || kept === 'hi') return kept
  return navigator.language.startsWith('hi') ? 'hi' : 'en'
}

export function keepLanguage(language: Language): void {
  write(LANGUAGE_KEY, language)
}

export function keepAppearance(appearance: Appearance): void {
  write(APPEARANCE_KEY, appearance)
  applyAppearance()
  for (const listener of listeners) listener()
}

/** Light or dark as chosen here, or as the system has it. Set on the root element before anything is drawn. */
export function applyAppearance(): void {
  const chosen = preferredAppearance()
  const dark = chosen === 'auto' ? window.matchMedia?.('(prefers-color-scheme: dark)').matches : chosen === 'dark'
  document.documentElement.setAttribute('data-mantine-color-scheme', dark ? 'dark' : 'light')
}

export function preferredAppearance(): Appearance {
  const kept = read(APPEARANCE_KEY)
  return kept === 'light' || kept === 'dark' ? kept : 'auto'
}

export function useAppearance(): Appearance {
  return useSyncExternalStore((listener) => {
    listeners.add(listener)
    return () => listeners.delete(listener)
  }, preferredAppearance)
}

// Storage may be switched off by policy; then a choice lasts as long as the page does.
const memory = new Map<string, string>()

function read(key: string): string | null {
  try {
    return window.localStorage.getItem(key) ?? memory.get(key) ?? null
  } catch {
    return memory.get(key) ?? null
  }
}

function write(key: string, value: string): void {
  memory.set(key, value)
  try {
    window.localStorage.setItem(key, value)
  } catch {
    // Kept in memory above.
  }
}
