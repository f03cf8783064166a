/** A transport on which everything goes wrong that can, in an order that a property test has drawn. */
import { SyncError } from '../../protocol/errors.ts'
import type { Answer, Ask, Transport } from '../transport.ts'
import type { ModelGateway } from './model-gateway.ts'

export const FAULTS = ['cut-before', 'cut-after', 'twice', 'stale', 'late', 'busy', 'garbage'] as const
export type Fault = (typeof FAULTS)[number] | 'none'

/** A transport straight into the model. */
export function modelTransport(model: ModelGateway): Transport {
  return {
    pin: undefined,
    close: () => undefined,
    async ask({ path, headers = {}, body = Buffer.alloc(0) }) {
      const { status, json } = await model.handle({ path, headers, body })
      return { status, json: JSON.parse(JSON.stringify(json)), retryAfter: undefined }
    },
  }
}

/** What happened so far, kept from one transport to the next, as a network would. */
export interface Weather {
  next(): Fault
  /** The answer before: what a confused proxy gives for this request too. */
  stale?: Answer
  /** A request that is still on its way, and arrives after later ones. */
  late?: Ask
}

export function unreliable(inner: Transport, weather: Weather): Transport {
  return {
    get pin() {
      return inner.pin
    },
    close: () => inner.close(),
    async ask(ask) {
      const fault = weather.next()
      if (fault === 'cut-before') throw cut()
      if (fault === 'busy') return { status: 503, json: { error: { code: 'busy', message: '' } }, retryAfter: 0 }
      if (fault === 'garbage') return { status: 200, json: { acked: 'everything' }, retryAfter: undefined }
      if (fault === 'stale' && weather.stale) return weather.stale
      if (fault === 'late') {
        weather.late = ask
        throw cut()
      }
      const answer = await inner.ask(ask)
      if (weather.late) {
        const { signal: _, ...late } = weather.late
        delete weather.late
        await inner.ask(late)
      }
      if (fault === 'cut-after') throw cut()
      weather.stale = answer
      return fault === 'twice' ? await inner.ask(ask) : answer
    },
  }
}

function cut(): SyncError {
  return new SyncError('gateway-unreachable', 'cut')
}
