/** The entries of a short list of our own that hold every word typed, those that begin with it first. */
export function matching<T extends { display: string }>(list: readonly T[], typed: string, limit = 20): T[] {
  const words = typed.toLowerCase().split(/\s+/).filter(Boolean)
  const hits = list.filter((it) => words.every((word) => it.display.toLowerCase().includes(word)))
  const first = words[0] ?? ''
  const begins = (it: T) => (it.display.toLowerCase().startsWith(first) ? 0 : 1)
  return hits.toSorted((a, b) => begins(a) - begins(b)).slice(0, limit)
}
