/** One difference between what a server is and what it must be. */

/**
 * `critical`: could show a facility's records to somebody else, or to a log. The gateway does not serve with one.
 * `warning`: everything else, and everything that a facility's role can do to itself: one facility must not be able to keep
 * the gateway from serving the others.
 */
export type Severity = 'critical' | 'warning'

export interface Finding {
  /** Stable, for scripts: what is wrong, such as `rls-not-forced`. */
  code: string
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

/** The findings with which a gateway must not serve. */
export function criticalOf(findings: readonly Finding[]): Finding[] {
  return findings.filter((one) => one.severity === 'critical')
}
