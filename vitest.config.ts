import { defineConfig } from 'vitest/config'
import { TallyReporter } from './test/reporting/vitest-reporter.ts'

export default defineConfig({
  test: {
    include: ['{domain,engine,electron,renderer,sync,test}/**/*.test.{ts,tsx}'],
    exclude: ['test/e2e/**', 'node_modules/**'],
    // For a busy machine: nothing here is expected to take so long, and whatever hangs is still noticed.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    pool: 'forks',
    maxWorkers: 2,
    reporters: ['default', new TallyReporter()],
  },
})
