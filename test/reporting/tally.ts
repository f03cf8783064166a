/** What one suite came to. Several are added up to the one line that `npm test` ends with. */
export interface Tally {
  suite: string
  passed: number
  failed: number
  skipped: { name: string; why: string }[]
}

/** The closing line, readable by people and by machines: `12 passed, 0 failed, 1 skipped`. */
export function closingLine(tallies: readonly Tally[]): string {
  const sum = (of: (tally: Tally) => number) => tallies.reduce((total, tally) => total + of(tally), 0)
  return `${sum((it) => it.passed)} passed, ${sum((it) => it.failed)} failed, ${sum((it) => it.skipped.length)} skipped`
}

/** Skipped tests, those with the same reason told together. */
export function skippedLines(tallies: readonly Tally[]): string[] {
  const byReason = new Map<string, string[]>()
  for (const { name, why } of tallies.flatMap((tally) => tally.skipped)) {
    byReason.set(why, [...(byReason.get(why) ?? []), name])
  }
  return [...byReason].flatMap(([why, names]) => [`Skipped, because ${why}:`, ...names.map((name) => `  - ${name}`)])
}
