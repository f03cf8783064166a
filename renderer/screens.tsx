/** Which screen stands at which place. A feature adds its line here. */
import type { ReactNode } from 'react'
import { AdminScreen } from './admin/AdminScreen.tsx'
import { ChartScreen } from './chart/ChartScreen.tsx'
import { Home } from './home/Home.tsx'
import { Details } from './patients/Details.tsx'
import { Patients } from './patients/Patients.tsx'
import { Register } from './patients/Register.tsx'
import type { Place } from './place.ts'
import { VisitScreen } from './visits/VisitScreen.tsx'

type Screens = { [Name in Place['name']]?: (place: Extract<Place, { name: Name }>) => ReactNode }

const SCREENS: Screens = {
  home: () => <Home />,
  patients: () => <Patients />,
  register: ({ text }) => <Register text={text} />,
  details: ({ patient }) => <Details key={patient} patient={patient} />,
  chart: ({ patient }) => <ChartScreen key={patient} patient={patient} />,
  visit: ({ patient, encounter }) => <VisitScreen patient={patient} encounter={encounter} />,
  admin: ({ section }) => <AdminScreen section={section} />,
}

/** The screen of a place. */
export function screenOf(place: Place): ReactNode {
  const screen = SCREENS[place.name] as ((place: Place) => ReactNode) | undefined
  return screen?.(place)
}
