/** The single steps of a move, each of which leaves the registry telling what is so. */
import pg from 'pg'
import { asProvisioner } from '../cluster.ts'
import { CloudError, facilityBusy, isInTheWay } from '../errors.ts'
import { transaction } from '../gateway/transaction.ts'
import type { Facility } from '../provision/find.ts'
import { quoted } from '../provision/operate.ts'
import { facilitySql } from '../schema/steps.ts'
import { notWhole } from './copying.ts'
import type { Server } from './server.ts'

/** What a copy has to have in common with the original, so that workstations take it for the same. */
export interface Identity {
  tag: string
  epoch: string
}

export async function identityOf(admin: pg.Client, schema: string): Promise<Identity> {
  const { rows } = await admin.query<Identity>(`select tag, epoch from ${quoted(schema)}.head`)
  if (!rows[0]) throw notWhole()
  return rows[0]
}

/**
 * Makes the copy, empty and closed: by the text that makes every facility, with the password's verifier that the registry
 * has. On the same server the role is there already.
 */
export async function makeCopy(
  { cluster }: Server,
  facility: Facility,
  { tag, epoch }: Identity,
  { shared }: { shared: boolean },
): Promise<void> {
  const { id, role, schema, version, verifier } = facility
  const { database } = cluster.admin
  if (!verifier || !database) throw notWhole()
  const names = { facility: id, role, schema, database, tag, epoch, verifier }
  const sql = facilitySql(names, { to: version })
  await asProvisioner(cluster, (client) =>
    transaction(client, async () => {
      await client.query(shared ? sql.replace(/^create role [^;]*;$/m, '') : sql)
      await client.query(`revoke connect on database ${pg.escapeIdentifier(database)} from ${quoted(role)}`)
      if (!shared) await client.query(`alter role ${quoted(role)} nologin`)
    }),
  )
}

/** The pause begins. What the facility was is kept with the copy; how it is now is told. */
export async function pause(
  home: pg.Client,
  facility: Facility,
  target: string,
): Promise<Pick<Facility, 'state' | 'verifier'>> {
  return locked(home, facility, async (now) => {
    if (now.server !== facility.server || now.version !== facility.version || !MOVABLE.includes(now.state))
      throw new CloudError('facility-busy', 'Something else was done to that facility meanwhile. Try again.')
    await home.query("update registry.facility set state = 'moving', changed_at = now() where id = $1", [facility.id])
    await home.query('update registry.spare set state = $3 where schema = $1 and server = $2', [
      facility.schema,
      target,
      now.state,
    ])
    return now
  })
}

const MOVABLE = ['active', 'suspended', 'frozen']

/** From here on the other copy is the facility, and this one is the spare. */
export async function switchTo(home: pg.Client, facility: Facility, target: string, keep: boolean): Promise<void> {
  const { id, schema } = facility
  await locked(home, facility, async (now) => {
    if (now.server !== facility.server || now.state === 'removed' || now.version !== facility.version)
      throw new CloudError('facility-busy', 'Something else was done to that facility meanwhile. Try again.')
    await home.query('update registry.facility set server = $2, changed_at = now() where id = $1', [id, target])
    await home.query(
      `with filled as (delete from registry.spare where schema = $1 and server = $2 returning state)
       insert into registry.spare (schema, server, why, kept, state) select $1, $3, 'old', $4, state from filled`,
      [schema, target, facility.server, keep],
    )
  })
}

/**
 * Takes the switch back: the server that the facility was to go to is gone, and has never served it, because it is `moving`
 * still. What was acknowledged is all in the copy here.
 */
export async function switchBack(home: pg.Client, { id, schema }: Facility, source: string): Promise<void> {
  await transaction(home, async () => {
    const { rows } = await home.query<{ server: string; state: string }>(
      `with spare as (
         delete from registry.spare where schema = $2 and server = $3 and why = 'old' and state is not null returning state)
       select facility.server, spare.state from registry.facility, spare where facility.id = $1 for update of facility`,
      [id, schema, source],
    )
    if (!rows[0]) return
    const { server, state } = rows[0]
    await home.query('update registry.facility set server = $2, changed_at = now() where id = $1', [id, source])
    await home.query("insert into registry.spare (schema, server, why, state) values ($1, $2, 'copy', $3)", [
      schema,
      server,
      state,
    ])
  })
}

type Now = Pick<Facility, 'server' | 'state' | 'version' | 'verifier'>

async function locked<T>(home: pg.Client, { id }: Facility, work: (now: Now) => Promise<T>): Promise<T> {
  try {
    return await transaction(home, async () => {
      await home.query("set local lock_timeout = '20s'")
      const { rows } = await home.query<Now>(
        'select server, state, version, verifier from registry.facility where id = $1 for update',
        [id],
      )
      return await work(rows[0] as Now)
    })
  } catch (error) {
    throw isInTheWay(error) ? facilityBusy(error) : error
  }
}
