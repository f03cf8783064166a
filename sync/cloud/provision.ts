/** Making a facility: a role, a schema and an enrollment code, in one transaction, or nothing at all. */
import { randomBytes, randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import pg from 'pg'
import { encodeEnrollmentCode, enrollmentId, newEnrollmentSecret } from '../protocol/enrollment-code.ts'
import { asProvisioner, type Cluster } from './cluster.ts'
import { CloudError } from './errors.ts'
import { newPassword, scramVerifier, seal } from './secrets.ts'
import { viewsOf } from './views.ts'

/** The version of facility.sql. A facility that was made by an older one is brought along by a migration. */
export const FACILITY_VERSION = 1

const TEMPLATE = readFileSync(join(import.meta.dirname, 'sql', 'facility.sql'), 'utf8')
const TABLES = ['journal', 'record', 'blob', 'device', 'access_log', 'head', 'meta']
const CODE_DAYS = 14

export interface NewFacility {
  facility: string
  schema: string
  role: string
  enrollmentCode: string
}

/** Where workstations find the gateway: goes into the enrollment code. */
export interface Address {
  url: string
  pin: string
}

/** Makes a facility and the code that enrolls its first workstation. The code is shown once; nothing here can make it again. */
export async function createFacility(cluster: Cluster, name: string, address: Address): Promise<NewFacility> {
  const title = facilityName(name)
  const opaque = () => randomBytes(16).toString('hex')
  const facility = `f_${opaque()}`
  const role = `t_${opaque()}`
  const password = newPassword()
  const secret = newEnrollmentSecret()
  const id = enrollmentId(secret)
  const wrap = seal(password, Buffer.from(secret, 'base64url'), { facility, role, holder: `enrollment ${id}` })
  // Written before anything is made: a code that cannot be written must not leave a facility behind.
  const enrollmentCode = encodeEnrollmentCode({ ...address, secret })

  await asProvisioner(cluster, async (client) => {
    await client.query('begin')
    try {
      const taken = await client.query('select from registry.facility where name = $1 and state <> $2', [
        title,
        'removed',
      ])
      if (taken.rowCount) throw new CloudError('facility-exists', `There is a facility named "${title}" already.`)
      await client.query(
        facilitySql({
          role,
          schema: role,
          database: cluster.admin.database ?? '',
          tag: randomUUID(),
          epoch: randomUUID(),
          verifier: scramVerifier(password),
          version: String(FACILITY_VERSION),
          facility,
        }),
      )
      await client.query(
        'insert into registry.facility (id, name, role, schema, version) values ($1, $2, $3, $3, $4)',
        [facility, title, role, FACILITY_VERSION],
      )
      await client.query(
        'insert into registry.enrollment (id, facility, wrap, expires_at) values ($1, $2, $3, now() + make_interval(days => $4))',
        [id, facility, wrap, CODE_DAYS],
      )
      await client.query('commit')
    } catch (error) {
      await client.query('rollback').catch(() => {})
      throw error
    }
  })
  return { facility, schema: role, role, enrollmentCode }
}

/** Every facility there is, oldest first. */
export async function listFacilities(cluster: Cluster) {
  return asProvisioner(cluster, async (client) => {
    const { rows } = await client.query<ListedFacility>(`
      select facility.id as facility, name, facility.schema, role, state, facility.created_at as "createdAt",
        (select count(*)::int from registry.device where device.facility = facility.id and revoked_at is null) as devices
      from registry.facility where state <> 'removed' order by created_at, id`)
    return rows
  })
}

interface ListedFacility {
  facility: string
  name: string
  schema: string
  role: string
  state: string
  createdAt: Date
  devices: number
}

/** A name as it is kept; refuses what is none. */
export function facilityName(name: string): string {
  const title = name.normalize('NFC').trim()
  // Joiners are part of how some scripts are written; marks that turn a line around, and other ends of a line, are not.
  const unseen = /[\p{Cc}\u2028-\u202e\u2066-\u2069]/u
  if (!/[\p{L}\p{N}]/u.test(title) || title.length > 200 || unseen.test(title))
    throw new CloudError('bad-name', 'A facility needs a name of one line, at most 200 characters long.')
  return title
}

/** The statements of facility.sql with the names put in: `:"x"` as an identifier, `:'x'` as a literal, as psql has it. */
function facilitySql(values: Record<string, string>): string {
  const schema = pg.escapeIdentifier(values.schema ?? '')
  const views = viewsOf(schema, pg.escapeIdentifier(values.role ?? ''))
  const spread = TEMPLATE.replace(/^-- each table\n([\s\S]*?)^-- end$/m, (_, block: string) =>
    TABLES.map((table) => block.replaceAll(':"table"', pg.escapeIdentifier(table))).join('\n'),
  ).replace(/^-- views$/m, () => `set local search_path = pg_catalog;${views}\nset local search_path = '';`)
  return spread.replace(/(?<!:):(["'])(\w+)\1/g, (_, quote: string, name: string) => {
    const value = values[name]
    if (value === undefined) throw new TypeError(`facility.sql asks for ${name}, which nobody gave`)
    return quote === '"' ? pg.escapeIdentifier(value) : pg.escapeLiteral(value)
  })
}
