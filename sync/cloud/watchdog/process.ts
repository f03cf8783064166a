/** The watchdog's process: apart from the gateway's, which faces the network and must not be able to end sessions. */
import type pg from 'pg'
import { serve } from '../processes.ts'
import { Watchdog } from './watchdog.ts'

export interface WatchdogSettings {
  home: pg.ClientConfig
}
export type WatchdogSaid =
  | { fault: string }
  | { ended: { facility?: string | undefined; reason: string } }
  | { measured: { facility: string; bytes: number; readOnly: boolean; changed: boolean } }

if (process.send)
  serve<WatchdogSettings, null, never, WatchdogSaid>(async ({ home }, say) => {
    const watchdog = new Watchdog({
      home,
      onEnded: (facility, reason) => say({ ended: { facility, reason } }),
      onMeasured: ({ facility, bytes, readOnly, changed }) => say({ measured: { facility, bytes, readOnly, changed } }),
      onFault: (fault) => say({ fault }),
    })
    return { ready: null, close: () => watchdog.close() }
  })
