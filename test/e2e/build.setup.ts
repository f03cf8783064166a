import { test } from '@playwright/test'
import { buildPage } from '../../electron/build.ts'

/** The page and preload as they are now, once before all specs. */
test('the page is built', async () => {
  test.setTimeout(180_000)
  await buildPage()
})
