/**
 * Making a facility on another server than the registry's. That cannot be one transaction, so it goes: written down as
 * being made; made there, in one transaction; entered into the registry, and no longer being made, in another. Killed in
 * between, it is a spare copy that nobody knows the way to, and the next command that is about that server takes it away.
 */
import type pg from 'pg'
import { asAdmin, asProvisioner, type Cluster, setUpServer } from '../cluster.ts'
import { transaction } from '../gateway/transaction.ts'
import type { Server } from './server.ts'
import { dropSpare, lockMoves, sparesOf, sweep } from './spare.ts'

/** Where a facility is to be made. */
export interface Place {
  server: Server
  onStep?: (step: MakingStep) => void
}

export const MAKING_STEPS = ['noted', 'made', 'entered'] as const
export type MakingStep = (typeof MAKING_STEPS)[number]

interface Making {
  schema: string
  /** Refuses what the registry would refuse: asked before anything is made. */
  check: (registry: pg.Client) => Promise<void>
  /** On the server, as the provisioner, in a transaction. */
  make: (server: pg.Client) => Promise<void>
  /** In the registry, as the provisioner, in a transaction. */
  enter: (registry: pg.Client) => Promise<void>
}

export async function makeElsewhere(cluster: Cluster, place: Place, making: Making): Promise<void> {
  const { server, onStep = () => {} } = place
  const { schema } = making
  await setUpServer(server.cluster.admin)
  await sweep(cluster, server.id)
  await asAdmin(cluster.admin, async (home) => {
    // As long as this is held, no other command takes what is being made for something left behind.
    await lockMoves(home, schema)
    try {
      await asProvisioner(cluster, async (registry) => {
        await making.check(registry)
        await registry.query("insert into registry.spare (schema, server, why) values ($1, $2, 'making')", [
          schema,
          server.id,
        ])
      })
      onStep('noted')
      await asProvisioner(server.cluster, (client) => transaction(client, () => making.make(client)))
      onStep('made')
      await asProvisioner(cluster, (registry) =>
        transaction(registry, async () => {
          await making.check(registry)
          await making.enter(registry)
          await registry.query('delete from registry.spare where schema = $1 and server = $2', [schema, server.id])
        }),
      )
      onStep('entered')
    } catch (error) {
      // By what the registry says, not by what failed: a commit may have come through though its answer did not.
      for (const spare of await sparesOf(home, schema)) await dropSpare(cluster, home, spare).catch(() => {})
      throw error
    }
  })
}
