/** Reads Playwright's JSON report as a `Tally`. */
import type { JSONReport, JSONReportSuite } from '@playwright/test/reporter'
import type { Tally } from './tally.ts'

/** Adds up a report; a test that passed only on a retry counts as failed, since it is not to be relied on. */
export function tallyOfPlaywright(report: JSONReport): Tally {
  const tally: Tally = { suite: 'playwright', passed: 0, failed: report.errors.length, skipped: [] }
  const walk = (suite: JSONReportSuite) => {
    for (const spec of suite.specs) {
      for (const test of spec.tests) {
        if (test.status === 'expected') tally.passed++
        else if (test.status === 'skipped') {
          const why = test.annotations.find((it) => it.type === 'skip')?.description
          tally.skipped.push({ name: `${spec.title} [${test.projectName}]`, why: why ?? 'it says no reason' })
        } else tally.failed++
      }
    }
    for (const inner of suite.suites ?? []) walk(inner)
  }
  for (const suite of report.suites) walk(suite)
  return tally
}
