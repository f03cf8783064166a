/** The whole proof, on the PostgreSQL that comes with Alcove. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type TestCluster, testCluster } from '../../testing/postgres.ts'
import { ATTACKS } from './catalogue.ts'
import { runAttacks } from './runner.ts'
import { openStage, type Stage } from './stage.ts'

let cluster: TestCluster
let stage: Stage

beforeAll(async () => {
  cluster = await testCluster()
  stage = await openStage(cluster, { log: `${cluster.dir}/postgres.log` })
})

afterAll(async () => {
  await stage?.close()
  await cluster?.remove()
})

test('every attack is refused, exactly as it must be', async () => {
  const verdicts = await runAttacks(stage, ATTACKS)
  expect(verdicts.filter(({ faults }) => faults.length > 0)).toEqual([])
})
