/**
 * The worker's process. Starting it opens nothing: code that could open a socket is imported by the first task.
 *
 * How a host uses it (see `child.ts`, which loads no network code and is what the host imports):
 *
 *     const worker = await forkWorker(clinic.outbox)                  // plain Node: the command line, tests
 *     const worker = new SyncProcess(utilityProcess.fork(…), ended)   // Electron: `ended` is a promise of its exit
 *     serveOutbox(portOfTheEngine, clinic.outbox)                     // in the engine's process, if it is another one;
 *     worker.outboxOn(port)                                           //   `port` is the worker's end (Electron transfers it)
 *     await worker.enroll(code)   // after `sync.enroll` was dispatched and answered ok: the engine admits one enrollment
 *     await worker.once()         // one pass, for `alcove sync now`; rejects with SyncError {code, message}
 *     worker.onStatus = (status) => …; worker.start()                 // from here on by itself
 *     worker.nudge()              // after `records.changed`; `worker.now()` when a person asks
 *     await worker.stop()         // `sync off`, lock and quit: the process is gone when this resolves
 *
 * Parent → worker: `{task, id?, code?}`; worker → parent: `{done, value|error}`, `{status}`; and the Outbox's calls.
 */
import type { Outbox } from '../../domain/outbox.ts'
import { failure, listen, outboxOver, type Port, post } from './outbox-port.ts'
import type { SyncWorker } from './worker.ts'

type UtilityPort = Port & { on(event: 'message', listener: (event: { ports?: Port[] }) => void): unknown }

const utility = (process as NodeJS.Process & { parentPort?: UtilityPort }).parentPort
const parent: Port = utility ?? (process as Port)
let outbox: Outbox = outboxOver(parent)
let worker: SyncWorker | undefined

// Electron hands over a port that leads straight to the engine, so that entries do not pass through the main process.
utility?.on('message', ({ ports }) => {
  if (ports?.[0]) outbox = outboxOver(ports[0])
})

listen(parent, (message) => {
  const { task, id, code } = message
  if (typeof task !== 'string') return
  run(task, code).then(
    (value) => post(parent, { done: id, value }),
    (error: unknown) => post(parent, { done: id, error: failure(error) }),
  )
})

// A worker without a parent would go on with nobody to turn it off.
process.on('disconnect', () => process.exit(0))

async function run(task: string, code: unknown): Promise<unknown> {
  switch (task) {
    case 'enroll': {
      const { enroll } = await import('./enroll.ts')
      const { url, facility } = await enroll(outbox, String(code))
      return { url, facility }
    }
    case 'once': {
      const { pass } = await import('./pass.ts')
      const progress = ({ entries }: { entries: number }) =>
        post(parent, { status: { state: 'syncing', sent: entries } })
      return await pass(outbox, { progress })
    }
    case 'start': {
      const { SyncWorker } = await import('./worker.ts')
      worker ??= new SyncWorker(outbox, { onStatus: (status) => post(parent, { status }) })
      return worker.start()
    }
    case 'nudge':
      return worker?.nudge()
    case 'now':
      return worker?.now()
    case 'stop':
      await worker?.stop()
      // After the answer has left.
      setTimeout(() => process.exit(0), 20)
      return
  }
}
