/** The peer of the search benches, in its own process: see `pouchdb-search.ts` for what it is given. */
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import type { Measured, Order } from './pouchdb-process.ts'

export interface PouchPeer {
  /** Times each text once. Nothing else should run meanwhile. */
  time(order: Order): Promise<Measured>
  stop(): Promise<void>
}

/** Starts it with that many people; resolves when all are in and its index is built, which takes a minute or two. */
export async function pouchPeer(patients: number): Promise<PouchPeer> {
  const child = fork(join(import.meta.dirname, 'pouchdb-process.ts'), [String(patients)], { serialization: 'advanced' })
  await once(child, 'message')
  return {
    async time(order) {
      const answered = once(child, 'message')
      child.send(order)
      return (await answered)[0] as Measured
    },
    async stop() {
      const ended = once(child, 'exit')
      child.disconnect()
      await ended
    },
  }
}
