import { defineConfig } from '@playwright/test'

/** End-to-end: the whole app, on the stand-in always and on Electron where its binary is. */
export default defineConfig({
  testDir: 'test/e2e',
  testMatch: '*.spec.ts',
  outputDir: 'test-results',
  timeout: 60_000,
  expect: { timeout: 10_000 },
  workers: 1,
  forbidOnly: Boolean(process.env.CI),
  reporter: 'list',
  projects: [
    { name: 'build', testMatch: 'build.setup.ts' },
    { name: 'stand-in', dependencies: ['build'] },
    { name: 'electron', dependencies: ['build'] },
  ],
})
