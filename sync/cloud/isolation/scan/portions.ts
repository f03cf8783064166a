/** A list in portions, each of which is read with a handful of statements: what a scan holds in memory does not grow with the fleet. */
export function* portions<T>(all: readonly T[], size = 500): Generator<readonly T[]> {
  for (let at = 0; at < all.length; at += size) yield all.slice(at, at + size)
}
