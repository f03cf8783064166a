/** What was typed and not yet saved, kept in memory so that leaving a form and coming back loses nothing. Never on disk. */
import { useCallback, useState } from 'react'

const drafts = new Map<string, unknown>()

/**
 * State that outlives its screen, under a key of its own (`register`, `visit:<id>`).
 * `forget` is for when it has been saved.
 */
export function useDraft<T>(key: string, initial: T) {
  const [value, setValue] = useState<T>(() => (drafts.has(key) ? (drafts.get(key) as T) : initial))
  const change = useCallback(
    (next: T | ((before: T) => T)) => {
      setValue((before) => {
        const after = typeof next === 'function' ? (next as (before: T) => T)(before) : next
        drafts.set(key, after)
        return after
      })
    },
    [key],
  )
  const forget = useCallback(() => {
    drafts.delete(key)
  }, [key])
  return [value, change, forget] as const
}

/** A session has ended: what one person typed is not the next one's. */
export function forgetDrafts(): void {
  drafts.clear()
}
