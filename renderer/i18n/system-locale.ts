/**
 * A system may call its language something that is no language tag: `C`, `en-US@posix`. Whatever formats by the
 * system's language then throws; the drawing of charts does so as it loads. What cannot be read is taken for English.
 */
export function mendSystemLocale(system: { language: string } = navigator): void {
  if (isLocale(system.language)) return
  Object.defineProperty(system, 'language', { value: 'en-US', configurable: true })
  Object.defineProperty(system, 'languages', { value: ['en-US'], configurable: true })
}

function isLocale(tag: string | undefined): boolean {
  if (!tag) return false
  try {
    new Intl.NumberFormat(tag)
    return true
  } catch {
    return false
  }
}
