import { parseArgs } from 'node:util'
import { runEngine } from '../engine/host.ts'
import { serveOutbox } from '../sync/worker/outbox-port.ts'

/** The engine's own process: everything that holds a key runs in here and ends with it. */
const { values } = parseArgs({
  options: { data: { type: 'string' }, 'idle-minutes': { type: 'string', default: '5' } },
})
if (!values.data) throw new Error('The engine needs --data.')

const { parentPort } = process
const engine = runEngine(
  {
    postMessage: (message) => parentPort.postMessage(message),
    on: (_event, listener) => parentPort.on('message', ({ data }) => listener(data)),
  },
  { dir: values.data, idleMinutes: Number(values['idle-minutes']) },
)

// A message that brings a port is main joining this process with the sync worker's. Only an open clinic has an outbox,
// and main joins them only after somebody has signed in.
parentPort.on('message', ({ ports: [port] }) => {
  if (!port) return
  // Somebody may have locked the clinic while the worker was being started: there is nothing to serve it then.
  if (engine.state === 'open') serveOutbox(port, engine.outbox)
  else port.close()
})
