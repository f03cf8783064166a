/** The gateway and the watchdog, running beside each other; what one measures, the other shows. */
import { fileURLToPath } from 'node:url'
import type pg from 'pg'
import type { GatewayReady, GatewaySaid, GatewaySettings, GatewayTold } from './gateway/process.ts'
import { Running } from './processes.ts'
import type { WatchdogSaid, WatchdogSettings } from './watchdog/process.ts'

export interface Services {
  port: number
  metricsPort?: number
  /** Of the gateway. */
  pid: number | undefined
  /** Serves the facilities of a server that was closed until now. */
  open(server: string): void
  stop(): Promise<void>
}

/** For the operator's log. A role that the registry does not have is of no facility that is served. */
export function endedLine({ facility, reason }: { facility?: string | undefined; reason: string }): string {
  const whose = facility ?? 'a facility that is not in the registry any more, as those of a proof are when it is over'
  return `watchdog: ended a session of ${whose} (${reason})`
}

export async function runServices(
  { watchdog: home, closed = [], ...settings }: GatewaySettings & { watchdog: pg.ClientConfig },
  onFault: (what: string) => void,
): Promise<Services> {
  const waiting = new Set(closed)
  const gateway = await Running.start<GatewaySettings, GatewayReady, GatewayTold, GatewaySaid>({
    name: 'gateway',
    file: fileURLToPath(new URL('./gateway/process.ts', import.meta.url)),
    // Started again, it has to be where workstations know it to be.
    settings: (before) => ({ ...settings, closed: [...waiting], ...before }),
    onSaid: ({ fault }) => onFault(fault),
    onFault,
  })
  const heard = (said: WatchdogSaid) => {
    if ('fault' in said) return onFault(said.fault)
    gateway.tell(said)
    if ('ended' in said) onFault(endedLine(said.ended))
    else if (said.measured.changed)
      onFault(
        `watchdog: ${said.measured.facility} ${said.measured.readOnly ? 'has reached its quota, and is read-only' : 'has room again'}`,
      )
  }
  const watchdog = await Running.start<WatchdogSettings, null, never, WatchdogSaid>({
    name: 'watchdog',
    file: fileURLToPath(new URL('./watchdog/process.ts', import.meta.url)),
    settings: () => ({ home }),
    onSaid: heard,
    onFault,
  }).catch(async (error: unknown) => {
    await gateway.stop()
    throw error
  })
  return {
    ...gateway.ready,
    get pid() {
      return gateway.pid
    },
    open: (server) => {
      waiting.delete(server)
      gateway.tell({ opened: server })
    },
    stop: async () => {
      await Promise.all([gateway.stop(), watchdog.stop()])
    },
  }
}
