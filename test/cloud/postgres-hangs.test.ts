/** PostgreSQL, or the way to it, falls silent: nothing is refused, nothing is answered. */
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Answer, Workstation } from '../../sync/cloud/client/workstation.ts'
import { clinicIn } from '../../sync/cloud/testing/clinic.ts'
import { connected } from '../../sync/cloud/testing/postgres.ts'
import { type UpsetCloud, upsetCloud } from './upset.ts'
import { expectServedOrBusy, expectWhole } from './whole.ts'

/** As long as a workstation waits for a sign of life. */
const PATIENCE_MS = 30_000

let cloud: UpsetCloud
let cutOff: UpsetCloud
beforeAll(async () => {
  ;[cloud, cutOff] = await Promise.all([upsetCloud(), upsetCloud()])
})
afterAll(() => Promise.all([cloud?.remove(), cutOff?.remove()]))

async function timed(call: Promise<Answer>): Promise<{ answer: Answer; ms: number }> {
  const since = performance.now()
  return { answer: await call, ms: performance.now() - since }
}

/** The facility's one backend, held still as a machine does that has no memory left; gives back what lets it go on. */
async function holdStill(role: string, waitingForLock: boolean): Promise<() => void> {
  for (;;) {
    const { rows } = await connected(cloud.admin, (client) =>
      client.query<{ pid: number }>(
        "select pid from pg_stat_activity where usename = $1 and (wait_event_type = 'Lock') = $2",
        [role, waitingForLock],
      ),
    )
    const pid = rows[0]?.pid
    if (pid !== undefined) {
      process.kill(pid, 'SIGSTOP')
      return () => process.kill(pid, 'SIGCONT')
    }
    await sleep(10)
  }
}

test.concurrent('nothing comes through to PostgreSQL: each call is told so in time, and served when it does again', async () => {
  const { facility, station } = await clinicIn(cutOff, 'Cut off')
  for (let count = 0; count < 20; count++) station.change('patient', `p${count}`, { family: 'A' })
  expect((await station.push(1, 10)).status).toBe(200)
  cutOff.relay.hush()
  const late = new Workstation({ url: cutOff.url, pin: cutOff.tls.pin })
  const calls = [station.push(11), station.hello(), station.pull(0, 5), late.enroll(facility.enrollmentCode)]
  for (const { answer, ms } of await Promise.all(calls.map(timed))) {
    expect(answer.status).toBe(503)
    expectServedOrBusy([answer])
    expect(ms).toBeLessThan(PATIENCE_MS)
  }
  cutOff.relay.speak()
  expect((await station.push(11)).status).toBe(200)
  expect((await late.enroll(facility.enrollmentCode)).body.error.code).toBe('enrollment-used')
  await expectWhole(cutOff, facility, station)
  station.close()
  late.close()
})

test.concurrent('a connection that is silent when a call comes is left, and another one serves it', async () => {
  const { station, facility } = await clinicIn(cloud, 'Asleep')
  const goOn = await holdStill(facility.role, false)
  try {
    const { answer, ms } = await timed(station.hello())
    expect(answer.status).toBe(200)
    expect(ms).toBeLessThan(PATIENCE_MS / 2)
  } finally {
    goOn()
  }
  station.close()
})

test.concurrent('one that falls silent in the middle of a push is given up; its neighbor notices nothing', async () => {
  const { station, facility } = await clinicIn(cloud, 'Silent')
  const neighbor = await clinicIn(cloud, 'Neighbor')
  for (let count = 0; count < 20; count++) station.change('patient', `p${count}`, { family: 'A' })
  const { pushing, goOn } = await connected(cloud.admin, async (holder) => {
    await holder.query(`begin; select from ${facility.schema}.head for update`)
    const pushing = timed(station.push())
    return { pushing, goOn: await holdStill(facility.role, true) }
  })
  try {
    for (let count = 0; count < 20; count++) {
      const { answer, ms } = await timed(neighbor.station.hello())
      expect([answer.status, ms < 5000]).toEqual([200, true])
      await sleep(100)
    }
    const { answer, ms } = await pushing
    expect(answer.status).toBe(503)
    expectServedOrBusy([answer])
    expect(ms).toBeLessThan(45_000)
  } finally {
    goOn()
  }
  for (let status = 0; status !== 200; await sleep(100)) ({ status } = await station.push())
  await expectWhole(cloud, facility, station)
  station.close()
  neighbor.station.close()
})
