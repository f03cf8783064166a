/** Every attack, on the PostgreSQL that comes with Alcove and on those that this machine brings along. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Cluster } from '../../cluster.ts'
import { OTHER_VERSIONS, otherPostgres } from '../../testing/other-postgres.ts'
import { testCluster } from '../../testing/postgres.ts'
import { ATTACKS } from './catalogue.ts'
import { runAttacks } from './runner.ts'
import { openStage, type Stage } from './stage.ts'

interface Place {
  cluster: Cluster
  log: string
  remove(): void | Promise<void>
}

async function own(): Promise<Place> {
  const cluster = await testCluster()
  return { cluster, log: `${cluster.dir}/postgres.log`, remove: () => cluster.remove() }
}

const PLACES: [string, () => Promise<Place>][] = [
  ['the one that comes along', own],
  ...OTHER_VERSIONS.map((version): [string, () => Promise<Place>] => [version, () => otherPostgres(version)]),
]

describe.each(PLACES)('on PostgreSQL: %s', (_, make) => {
  let place: Place
  let stage: Stage
  beforeAll(async () => {
    place = await make()
    stage = await openStage(place.cluster, { log: place.log })
  }, 60_000)
  afterAll(async () => {
    await stage?.close()
    await place?.remove()
  })

  test('every attack is refused, exactly as it must be', { timeout: 180_000 }, async () => {
    const verdicts = await runAttacks(stage, ATTACKS)
    const wrong = verdicts.filter(({ faults }) => faults.length > 0)
    expect(wrong.map(({ id, outcome, faults }) => JSON.stringify({ id, outcome, faults }))).toEqual([])
    console.log(verdicts.filter(({ notHere }) => notHere).map(({ id, notHere }) => `${id}: ${notHere}`))
  })
})
