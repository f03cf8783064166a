/** One difference between what a server is and what it must be. */
import { CODES, type FindingCode, SETUP } from './codes.ts'

/**
 * `critical`: could show a facility's records to somebody else, or to a log. The gateway does not serve with one.
 * `warning`: everything else, and everything that a facility's role can do to itself: one facility must not be able to keep
 * the gateway from serving the others.
 */
export type Severity = 'critical' | 'warning'

export interface Finding {
  /** Stable, for scripts: what is wrong, such as `rls-not-forced`. */
  code: FindingCode
  severity: Severity
  /** Whose it is, by its opaque id; absent for what is the server's. */
  facility?: string
  /** What it is about: a table, a role, a setting. */
  object: string
  expected: string
  found: string
  /** A sentence that names it, and what to do. */
  message: string
}

interface Found {
  facility?: string | undefined
  object: string
  expected?: string
  found?: string
  /** Where the code alone does not say how bad it is. */
  severity?: Severity
}

export function finding(code: FindingCode, { facility, object, expected = '', found = '', severity }: Found): Finding {
  const { severity: usual, says, remedy } = CODES[code]
  // What is nobody's own is put back by the set-up.
  const advice = facility === undefined && remedy.includes('{facility}') ? SETUP : remedy
  const filled = filledIn(`${says} ${advice}`, { object, expected, found, facility })
  return {
    code,
    severity: severity ?? usual,
    ...(facility === undefined ? {} : { facility }),
    object,
    expected,
    found,
    message: facility === undefined ? filled : `${facility}: ${filled}`,
  }
}

function filledIn(text: string, { object, expected = '', found = '', facility = '' }: Found): string {
  const values: Record<string, string> = { object, expected, found, facility }
  return text.replace(/\{(\w+)\}/g, (_, name: string) => values[name] ?? '')
}

/** What was found, without what to do about it: for whoever has done it. */
export function factOf(one: Finding): string {
  return filledIn(CODES[one.code].says, one)
}

/** The findings with which a gateway must not serve. */
export function criticalOf(findings: readonly Finding[]): Finding[] {
  return findings.filter((one) => one.severity === 'critical')
}

/** In an order of their own: the server first, then facility by facility, so that two scans can be compared. */
export function inOrder(findings: readonly Finding[]): Finding[] {
  const key = ({ facility = '', code, object, expected, found }: Finding) =>
    [facility, code, object, expected, found].join('\u0000')
  const keyed = new Map(findings.map((one) => [key(one), one]))
  return [...keyed].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, one]) => one)
}
