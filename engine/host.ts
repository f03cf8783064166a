/** What the engine's own process runs: calls come in over a message port and answers go out; nothing else does. */
import { failure } from './dispatch.ts'
import { Engine, type EngineOptions } from './engine.ts'

/** The part of a message port that is used: Node's and Electron's both have it. */
export interface Port {
  postMessage(message: unknown): void
  on(event: 'message', listener: (message: unknown) => void): unknown
}

interface CallMessage {
  id: number
  name: string
  input: unknown
}

/**
 * The words of all names are read into memory by the first search. For 100,000 patients that takes a quarter of a second,
 * so it is done when somebody has just signed in and looks at today's list, rather than at their first keystroke.
 */
const WARM_MS = 500

/** Serves `{ id, name, input }` with `{ id, answer }`, and tells events as `{ event, data }`. */
export function runEngine(port: Port, options: Omit<EngineOptions, 'emit'>): Engine {
  const engine = new Engine({ ...options, emit: (event, data) => port.postMessage({ event, data }) })
  let warm = false
  port.on('message', (received) => {
    const message = callIn(received)
    if (!message) return
    const { id, name, input } = message
    engine
      .call(name, input)
      .then((answer) => {
        port.postMessage({ id, answer })
        if (warm || engine.state !== 'open') return
        warm = true
        setTimeout(() => engine.warm(), WARM_MS).unref()
      })
      // An answer that cannot be cloned into a message: the caller must not wait for it for ever.
      .catch((error: unknown) => port.postMessage({ id, answer: { ok: false, error: failure(error) } }))
  })
  return engine
}

/** Electron wraps what was sent in an event; Node gives it as it is. */
function callIn(received: unknown): CallMessage | undefined {
  const message = isObject(received) && !('name' in received) && 'data' in received ? received.data : received
  if (!isObject(message)) return undefined
  const { id, name, input } = message
  return typeof id === 'number' && typeof name === 'string' ? { id, name, input } : undefined
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}
