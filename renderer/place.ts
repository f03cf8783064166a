/**
 * Where in the program one is. A place is a value, not an address: nothing about a patient is ever in a URL, a title or
 * the browser's history, and a reload forgets it.
 */
import { useSyncExternalStore } from 'react'

export type AdminSection = 'users' | 'activity' | 'sync' | 'data' | 'machine'

export type Place =
  | { name: 'home' }
  | { name: 'patients'; text?: string }
  | { name: 'register'; text?: string }
  | { name: 'details'; patient: string }
  | { name: 'chart'; patient: string }
  | { name: 'visit'; patient: string; encounter: string }
  | { name: 'admin'; section: AdminSection }

interface Trail {
  past: Place[]
  here: Place
  future: Place[]
}

const TRAIL_LIMIT = 50
let trail: Trail = { past: [], here: { name: 'home' }, future: [] }
const listeners = new Set<() => void>()

function set(next: Trail) {
  trail = next
  for (const listener of listeners) listener()
}

/** Goes to a place. `replace` leaves no way back to the one being left (a form that was just saved). */
export function go(to: Place, { replace = false } = {}): void {
  if (same(to, trail.here)) return
  set({ past: replace ? trail.past : [...trail.past, trail.here].slice(-TRAIL_LIMIT), here: to, future: [] })
}

/** Goes back one place; home when there is none. */
export function back(): void {
  const to = trail.past.at(-1)
  if (to) set({ past: trail.past.slice(0, -1), here: to, future: [trail.here, ...trail.future] })
  else go({ name: 'home' }, { replace: true })
}

export function forward(): void {
  const [to, ...future] = trail.future
  if (to) set({ past: [...trail.past, trail.here], here: to, future })
}

/** Forgets every place: a session has ended. */
export function forgetPlaces(): void {
  set({ past: [], here: { name: 'home' }, future: [] })
}

export function usePlace(): Place {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    () => trail.here,
  )
}

function same(a: Place, b: Place): boolean {
  return JSON.stringify(a) === JSON.stringify(b)
}
