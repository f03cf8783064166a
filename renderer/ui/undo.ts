/** What was just done and can be taken back: instead of asking "are you sure" before. */
import { useSyncExternalStore } from 'react'

export interface Undoable {
  /** What was done, as a finished sentence: "Problem removed." */
  text: string
  /** Absent when there is nothing to take back and the sentence only confirms. */
  undo?: () => Promise<unknown>
}

let current: Undoable | undefined
const listeners = new Set<() => void>()

/** Says what was done, with the way back. The one before is then final. */
export function offerUndo(it: Undoable): void {
  show(it)
}

export function dismissUndo(): void {
  show(undefined)
}

export function useUndo(): Undoable | undefined {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    () => current,
  )
}

function show(it: Undoable | undefined) {
  current = it
  for (const listener of listeners) listener()
}
