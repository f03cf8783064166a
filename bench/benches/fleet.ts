/**
 * 5,000 facilities on one PostgreSQL: whether making one, and pushing to one, stays as quick as with ten; whether the
 * gateway's memory follows its pool and not the fleet; how long the scan takes; how many a second a migration brings along.
 */
import { performance } from 'node:perf_hooks'
import { setTimeout as sleep } from 'node:timers/promises'
import { Workstation } from '../../sync/cloud/client/workstation.ts'
import { scan } from '../../sync/cloud/isolation/scan/scan.ts'
import { migrate } from '../../sync/cloud/migrate/migrate.ts'
import { readStep, STEPS } from '../../sync/cloud/schema/steps.ts'
import { connected, type TestCloud, testCloud } from '../../sync/cloud/testing/postgres.ts'
import { batchesOf } from '../batches.ts'
import { type Bench, type Figure, median, percentile } from '../figure.ts'

const FACILITIES = Number(process.env.ALCOVE_BENCH_FACILITIES ?? 5000)
const ACTIVE = 10
const PUSHES = 400
const ENTRIES = 20

export const fleet: Bench = {
  name: 'fleet',
  async run() {
    const cloud = await testCloud()
    const stations: Workstation[] = []
    try {
      const times: number[] = []
      const codes: string[] = []
      const provision = async () => {
        const start = performance.now()
        const { enrollmentCode } = await cloud.facility(`Sample Clinic ${times.length}`)
        times.push(performance.now() - start)
        codes.push(enrollmentCode)
      }
      const enroll = async (code: string) => {
        const station = await Workstation.enrolled(code)
        stations.push(station)
        await hungUp(station)
        return station
      }

      while (times.length < ACTIVE) await provision()
      const active: Workstation[] = []
      for (const code of codes) active.push(await enroll(code))
      const few = await pushes(active)

      while (times.length < FACILITIES) await provision()
      // A fleet grows over months; what PostgreSQL clears up after thousands at once is not in the figure.
      await connected(cloud.admin, (client) => client.query('checkpoint'))
      await sleep(30_000)
      const many = await pushes(active)

      // More facilities than the pool has room for, so that most calls open a connection and close another's. The first
      // hundred fill the pool; what is held after that is what would grow with the fleet.
      const others: Workstation[] = []
      for (const code of spread(codes.slice(ACTIVE), 300)) others.push(await enroll(code))
      await pulls(others.slice(0, 100))
      const before = await used(stations)
      await pulls(others)
      const after = await used(stations)

      const first = median(times.slice(0, 100))
      const last = median(times.slice(-100))
      const scanned = await scanTime(cloud)
      const migrated = await migrationRate(cloud)
      return [
        { name: `facilities made, the first hundred (median)`, value: first, unit: 'ms each' },
        { name: `the last hundred of ${FACILITIES} (median)`, value: last, unit: 'ms each' },
        held('the last hundred ÷ the first', last / first, 1.5),
        { name: `push of ${ENTRIES} entries with ${ACTIVE} facilities, 99 of 100`, value: few, unit: 'ms' },
        { name: `the same with ${FACILITIES}`, value: many, unit: 'ms' },
        held(`push with ${FACILITIES} ÷ with ${ACTIVE}`, many / few, 1.5),
        held('gateway memory, 300 facilities called ÷ 100', after / before, 1.1),
        { name: `scan of ${FACILITIES}`, value: scanned, unit: 's', target: 'under 60 s', ok: scanned < 60 },
        {
          name: 'migrate, a column added',
          value: migrated,
          unit: 'facilities/s',
          target: 'at least 500',
          ok: migrated >= 500,
        },
      ]
    } finally {
      for (const station of stations) station.close()
      await cloud.remove()
    }
  },
}

const held = (name: string, value: number, most: number): Figure => ({
  name,
  value,
  unit: '',
  target: `at most ${most}`,
  ok: value <= most,
})

/** The time below which 99 of 100 pushes lie: the median of three runs, so that one hiccup of the disk is not the figure. */
async function pushes(stations: readonly Workstation[], calls = PUSHES): Promise<number> {
  const runs: number[] = []
  for (let run = 0; run < 3; run++) {
    const frames = stations.map((station) => batchesOf(station, ENTRIES, Math.ceil(calls / stations.length)))
    const times: number[] = []
    for (let call = 0; call < calls; call++) {
      const station = stations[call % stations.length] as Workstation
      const frame = frames[call % stations.length]?.[Math.floor(call / stations.length)] as Buffer
      const start = performance.now()
      const { status } = await station.pushFrame(frame)
      times.push(performance.now() - start)
      if (status !== 200) throw new Error(`a push was answered with ${status}`)
    }
    runs.push(percentile(times, 0.99))
  }
  return median(runs)
}

/** Calls each facility once, with nothing that would be kept here. */
async function pulls(stations: readonly Workstation[]): Promise<void> {
  for (const station of stations) {
    const { status } = await station.pull(0, 1)
    await hungUp(station)
    if (status !== 200) throw new Error(`a pull was answered with ${status}`)
  }
}

/** Clinics have an address each; the gateway bounds how many connections one address has, and how many a second. */
async function hungUp(station: Workstation): Promise<void> {
  station.close()
  await sleep(25)
}

/** A number of elements, evenly from the whole. */
function spread<T>(all: readonly T[], count: number): T[] {
  const step = Math.max(1, Math.floor(all.length / count))
  return all.filter((_, at) => at % step === 0).slice(0, count)
}

/** Bytes in use, once what is not needed has gone; the workstations, which are in this process too, hang up for it. */
async function used(stations: readonly Workstation[]): Promise<number> {
  for (const station of stations) station.close()
  await sleep(500)
  global.gc?.()
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}

async function scanTime(cloud: TestCloud): Promise<number> {
  const start = performance.now()
  const findings = await connected(cloud.admin, (client) => scan(client))
  if (findings.length > 0) throw new Error(`the scan found ${findings.length}, first: ${findings[0]?.message}`)
  return (performance.now() - start) / 1000
}

/** A column with a grant for the facility's role, added to every facility's head. */
const COLUMN = `
  set local role fleet_owner;
  alter table :"schema".head add column added bigint not null default 0;
  grant update (added) on :"schema".head to :"role";
  reset role;`

/** Facilities a second, canaries and report included. */
async function migrationRate(cloud: TestCloud): Promise<number> {
  const steps = [...STEPS, readStep('003-column', COLUMN)]
  const { ok, migrated, seconds } = await migrate(cloud, { to: steps.length, steps, runners: 4 })
  if (!ok) throw new Error('the migration failed')
  return migrated / seconds
}
