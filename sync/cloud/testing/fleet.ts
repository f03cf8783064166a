/** Many facilities without anybody in them, as quickly as PostgreSQL makes them: for what is about the fleet. */
import { randomBytes, randomUUID } from 'node:crypto'
import { asProvisioner, type Cluster } from '../cluster.ts'
import { scramVerifier } from '../keys/scram.ts'
import { FACILITY_VERSION, facilitySql } from '../schema/steps.ts'
import type { Whose } from './fingerprint.ts'

/** One password for all of them, as its verifier takes a while to make. Nobody logs in to any. */
export async function emptyFacilities(cluster: Cluster, count: number, version = FACILITY_VERSION): Promise<Whose[]> {
  const verifier = scramVerifier('of nobody')
  return asProvisioner(cluster, async (client) => {
    const made: Whose[] = []
    while (made.length < count) {
      const facility = `f_${randomBytes(16).toString('hex')}`
      const role = `t_${randomBytes(16).toString('hex')}`
      const names = { facility, role, schema: role, database: cluster.admin.database ?? '', verifier }
      await client.query(
        `begin; set local synchronous_commit = off;
         ${facilitySql({ ...names, tag: randomUUID(), epoch: randomUUID() }, { to: version })}
         insert into registry.facility (id, name, role, schema, version, verifier)
         values ('${facility}', 'Empty ${facility}', '${role}', '${role}', ${version}, '${verifier}'); commit`,
      )
      made.push({ facility, role, schema: role })
    }
    return made
  })
}
