/** The gateway's process. It is told its settings by whoever starts it, and knows nothing of an administrator. */
import { serve } from '../processes.ts'
import { type GatewayOptions, openGateway } from './gateway.ts'

export type GatewaySettings = Omit<GatewayOptions, 'onFault' | 'bounds'>
export interface GatewayReady {
  port: number
  metricsPort?: number
}
/** Figures of the watchdog's, to be shown with the gateway's; and that a server may be gone to. */
export type GatewayTold =
  | { ended: { facility?: string | undefined; reason: string } }
  | { measured: { facility: string; bytes: number; readOnly: boolean } }
  | { opened: string }
export interface GatewaySaid {
  fault: string
}

if (process.send)
  serve<GatewaySettings, GatewayReady, GatewayTold, GatewaySaid>(async (settings, say) => {
    const gateway = await openGateway({ ...settings, onFault: (fault) => say({ fault }) })
    const { port, metricsPort, metrics } = gateway
    return {
      ready: { port, ...(metricsPort === undefined ? {} : { metricsPort }) },
      hear: (told) => {
        if ('opened' in told) gateway.open(told.opened)
        else if ('ended' in told) metrics.ended(told.ended.facility, told.ended.reason)
        else metrics.measured(told.measured.facility, told.measured.bytes, told.measured.readOnly)
      },
      close: () => gateway.close(),
    }
  })
