import type { SyncStatus } from '../../../engine/api-shapes.ts'
import type { Clinic } from '../../../engine/clinic.ts'
import { unwrap } from '../../../engine/clinic.ts'
import type { SyncProcess } from '../../../sync/worker/child.ts'
import { type Command, command } from '../command.ts'
import { only, withClinic } from '../open.ts'

interface Status {
  enabled: boolean
  waiting: number
  failed: number
  lastSynced: string | null
  remote: string | null
}

const enroll = command<Status>({
  name: 'sync enroll',
  says: 'Joins this workstation to a gateway by an enrollment code, and turns cloud sync on.',
  takes: 'CODE',
  show,
  run: (call) => {
    const code = only(call, 'enrollment code')
    return withClinic(call, async (clinic) => {
      unwrap(await clinic.dispatch('sync.enroll', { code }))
      await withWorker(clinic, (worker) => worker.enroll(code))
      return status(clinic)
    })
  },
})

const now = command<Status>({
  name: 'sync now',
  says: 'Sends what waits, once, and says how it went.',
  takes: '',
  show,
  run: (call) =>
    withClinic(call, async (clinic) => {
      unwrap(await clinic.dispatch('sync.now', {}))
      await withWorker(clinic, (worker) => worker.once())
      return status(clinic)
    }),
})

const on = command<Status>({
  name: 'sync on',
  says: 'Turns cloud sync on again. The desktop app sends from then on; `sync now` sends at once.',
  takes: '',
  show,
  run: (call) =>
    withClinic(call, async (clinic) => {
      unwrap(await clinic.dispatch('sync.on', {}))
      return status(clinic)
    }),
})

const off = command<Status>({
  name: 'sync off',
  says: 'Turns cloud sync off. Nothing is sent, and no connection is opened.',
  takes: '',
  show,
  run: (call) =>
    withClinic(call, async (clinic) => {
      unwrap(await clinic.dispatch('sync.off', {}))
      return status(clinic)
    }),
})

const how = command<Status>({
  name: 'sync status',
  says: 'Says whether sync is on, what waits, what failed, and when all was sent last.',
  takes: '',
  show,
  run: (call) => withClinic(call, status),
})

export const SYNC: readonly Command[] = [enroll, on, off, now, how]

async function status(clinic: Clinic): Promise<Status> {
  const { enabled, waiting, failed, lastSynced, remote }: SyncStatus = unwrap(await clinic.dispatch('sync.status', {}))
  return { enabled, waiting, failed, lastSynced: lastSynced ?? null, remote: remote ?? null }
}

/**
 * The worker in a process of its own, for as long as `act` takes. The records stay in this one. Loaded only here: for
 * every other command, and while sync is off, the code that starts it is not even read.
 */
async function withWorker(clinic: Clinic, act: (worker: SyncProcess) => Promise<unknown>): Promise<void> {
  const { forkWorker } = await import('../../../sync/worker/child.ts')
  const worker = await forkWorker(clinic.outbox)
  try {
    await act(worker)
  } finally {
    await worker.stop()
  }
}

function show({ enabled, waiting, failed, lastSynced, remote }: Status): string {
  if (!enabled) return `Cloud sync is off. ${waiting} entries are kept here only.`
  const parked = failed > 0 ? `, ${failed} refused` : ''
  return `Cloud sync is on with ${remote}: ${waiting} waiting${parked}, last sent ${lastSynced ?? 'never'}.`
}
