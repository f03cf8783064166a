import { MantineProvider } from '@mantine/core'
import { QueryClientProvider } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { queries } from './queries.ts'
import { useScheme } from './scheme.ts'
import { theme } from './theme.ts'

/**
 * What every screen stands in. The provider would write its variables and classes into `<style>` elements; the page's
 * policy allows none, so both are switched off and `tokens.css` sets the variables.
 */
export function Providers({ children }: { children: ReactNode }) {
  const scheme = useScheme()
  return (
    <MantineProvider theme={theme} forceColorScheme={scheme} withCssVariables={false} withGlobalClasses={false}>
      <QueryClientProvider client={queries}>{children}</QueryClientProvider>
    </MantineProvider>
  )
}
