import { useMediaQuery } from '@mantine/hooks'
import { useAppearance } from './preferences.ts'

/** Light or dark: the workstation's own choice, or the system's. */
export function useScheme(): 'light' | 'dark' {
  const chosen = useAppearance()
  const systemIsDark = useMediaQuery('(prefers-color-scheme: dark)', undefined, { getInitialValueInEffect: false })
  if (chosen !== 'auto') return chosen
  return systemIsDark ? 'dark' : 'light'
}
