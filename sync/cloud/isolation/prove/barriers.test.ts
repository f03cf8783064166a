/** Each barrier alone, on the PostgreSQL that comes along. The other servers are tried with the whole proof. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type TestCluster, testCluster } from '../../testing/postgres.ts'
import { testBarriers } from './barriers.ts'
import { openStage, type Stage } from './stage.ts'

let cluster: TestCluster
let stage: Stage
beforeAll(async () => {
  cluster = await testCluster()
  stage = await openStage(cluster)
}, 60_000)
afterAll(async () => {
  await stage?.close()
  await cluster?.remove()
})

test('with any one barrier taken away from any table, the others hold', async () => {
  const verdicts = await testBarriers(stage)
  expect(verdicts.filter(({ faults }) => faults.length > 0)).toEqual([])
  expect(new Set(verdicts.map(({ removed }) => removed))).toEqual(
    new Set(['connection', 'grants', 'row-level security']),
  )
  expect(verdicts.length).toBeGreaterThanOrEqual(40)
})
