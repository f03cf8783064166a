/**
 * A command that is killed at a step, for the tests: `node killed-at-step.ts '{"cluster": …, "step": "sealed", "move": …}'`.
 * A process of its own, and SIGKILL: nothing in it gets to tidy up.
 */
import type { Cluster } from '../cluster.ts'
import { createFacility } from '../provision/create.ts'
import { FACILITY_VERSION } from '../schema/steps.ts'
import { moveFacility } from '../servers/move.ts'
import { serverNamed } from '../servers/server.ts'
import { NOWHERE } from './postgres.ts'

export interface Killed {
  cluster: Cluster
  step: string
  move?: { facility: string; to: string }
  create?: { name: string; server: string }
}

const { cluster, step, move, create } = JSON.parse(process.argv[2] ?? '{}') as Killed
const onStep = (name: string) => {
  if (name === step) process.kill(process.pid, 'SIGKILL')
}
if (move) await moveFacility(cluster, move.facility, move.to, { onStep })
if (create) {
  const place = { server: await serverNamed(cluster, create.server), onStep }
  await createFacility(cluster, create.name, NOWHERE, FACILITY_VERSION, place)
}
