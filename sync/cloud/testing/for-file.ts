/** What the tests of a file share. */
import { afterAll, beforeAll } from 'vitest'

/** Made before the first test of the file, and removed after the last; there is nothing in it before. */
export function forFile<T extends { remove(): unknown }>(make: () => Promise<T>): T {
  const shared: Partial<T> = {}
  beforeAll(async () => {
    Object.assign(shared, await make())
  })
  afterAll(() => shared.remove?.())
  return shared as T
}
