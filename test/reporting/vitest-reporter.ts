/** A Vitest reporter that writes a `Tally` to the file named by `ALCOVE_TALLY`, skip reasons included. */
import { writeFileSync } from 'node:fs'
import type { SerializedError } from 'vitest'
import type { Reporter, TestModule } from 'vitest/node'
import type { Tally } from './tally.ts'

export class TallyReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], errors: readonly SerializedError[]): void {
    const file = process.env.ALCOVE_TALLY
    if (!file) return
    const tally: Tally = { suite: 'vitest', passed: 0, failed: errors.length, skipped: [] }
    for (const module of modules) {
      // A file that could not be loaded has no tests to count: it counts as one failure itself.
      if (module.errors().length > 0) tally.failed++
      for (const test of module.children.allTests()) {
        const result = test.result()
        if (result.state === 'passed') tally.passed++
        else if (result.state === 'skipped')
          tally.skipped.push({ name: test.fullName, why: result.note ?? 'it says no reason' })
        else tally.failed++
      }
    }
    writeFileSync(file, JSON.stringify(tally))
  }
}
