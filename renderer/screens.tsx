/** Which screen stands at which place. A feature adds its line here. */
import type { ReactNode } from 'react'
import type { Place } from './place.ts'

type Screens = { [Name in Place['name']]?: (place: Extract<Place, { name: Name }>) => ReactNode }

const SCREENS: Screens = {}

/** The screen of a place. */
export function screenOf(place: Place): ReactNode {
  const screen = SCREENS[place.name] as ((place: Place) => ReactNode) | undefined
  return screen?.(place)
}
