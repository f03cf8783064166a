/**
 * A quiet facility's pushes, beside a neighbor that floods in every way at once (`flood.ts`): how much longer the slowest
 * of a hundred takes, in one run: calm, then with the neighbor at the gateway, then with it in PostgreSQL as well, where only
 * the gateway should be let in. Flood and quiet share the machine's processors, the flood's own work included.
 */
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { performance } from 'node:perf_hooks'
import { setTimeout as sleep } from 'node:timers/promises'
import { Workstation } from '../../sync/cloud/client/workstation.ts'
import { programLogin } from '../../sync/cloud/cluster.ts'
import { anotherCode, loginOf, testCloud } from '../../sync/cloud/testing/postgres.ts'
import { Watchdog } from '../../sync/cloud/watchdog/watchdog.ts'
import { batchesOf } from '../batches.ts'
import { type Bench, type Figure, percentile } from '../figure.ts'
import type { Weapons } from '../flood.ts'

const SECONDS = 40
/** Until the watchdog has seen what goes on, and the facility's role may not log in for a while. */
const ONSET_SECONDS = 10
const ENTRIES = 20
const EVERY_MS = 50
const AT_MOST = 2

export const noisyNeighbor: Bench = {
  name: 'noisy-neighbor',
  async run() {
    const cloud = await testCloud()
    const watchdog = new Watchdog({ home: await programLogin(cloud, 'watchdog') })
    try {
      const quiet = await Workstation.enrolled((await cloud.facility('Quiet')).enrollmentCode)
      const noisy = await cloud.facility('Noisy')
      const station = await Workstation.enrolled(noisy.enrollmentCode)
      const login = await loginOf(cloud, noisy, station)
      const floodedBy = async (weapons: Partial<Weapons>) => {
        const enrollmentCode = await anotherCode(cloud, noisy, station)
        const flood = fork(new URL('../flood.ts', import.meta.url))
        flood.send({ schema: noisy.schema, enrollmentCode, ...weapons } satisfies Weapons)
        await once(flood, 'message')
        const onset = await pushes(quiet, ONSET_SECONDS)
        const then = await pushes(quiet, SECONDS)
        flood.send('stop')
        await once(flood, 'exit')
        await sleep(3000)
        return { onset, then }
      }
      await pushes(quiet, 5)
      const calm = await pushes(quiet, SECONDS)
      const gateway = await floodedBy({})
      const both = await floodedBy({ login })
      quiet.close()
      station.close()
      const held = (name: string, value: number): Figure => ({
        name,
        value: value / calm,
        unit: '',
        target: `at most ${AT_MOST}`,
        ok: value / calm <= AT_MOST,
      })
      return [
        { name: `push of ${ENTRIES} entries, calm, 99 of 100`, value: calm, unit: 'ms' },
        { name: `flood at the gateway, its first ${ONSET_SECONDS} s`, value: gateway.onset, unit: 'ms' },
        { name: 'flood at the gateway', value: gateway.then, unit: 'ms' },
        held('flood at the gateway ÷ calm', gateway.then),
        { name: `flood in PostgreSQL as well, its first ${ONSET_SECONDS} s`, value: both.onset, unit: 'ms' },
        { name: 'flood in PostgreSQL as well', value: both.then, unit: 'ms' },
        held('flood in PostgreSQL as well ÷ calm', both.then),
      ]
    } finally {
      await watchdog.close()
      await cloud.remove()
    }
  },
}

/** Pushes at a clinic's pace; the time below which 99 of 100 lie. */
async function pushes(station: Workstation, seconds: number): Promise<number> {
  const times: number[] = []
  const count = (seconds * 1000) / EVERY_MS
  const frames = batchesOf(station, ENTRIES, count)
  for (const frame of frames) {
    const start = performance.now()
    const { status } = await station.pushFrame(frame)
    const took = performance.now() - start
    if (status !== 200) throw new Error(`the quiet facility was answered with ${status}`)
    times.push(took)
    await sleep(Math.max(0, EVERY_MS - took))
  }
  return percentile(times, 0.99)
}
