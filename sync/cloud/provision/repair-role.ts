/** A facility's role as it must be: what it may, what it knows, whom it belongs to. */
import pg from 'pg'
import { CloudError } from '../errors.ts'
import type { Facility } from './find.ts'
import { quoted } from './operate.ts'

/** Run by the administrator. Afterwards the role has no rights at all: the barriers give them again. */
export async function restoreRole(server: pg.Client, facility: Facility): Promise<void> {
  const { role, state, verifier } = facility
  if (!verifier)
    throw new CloudError(
      'no-verifier',
      'The registry does not know what that facility’s password is. Restore its backup.',
    )
  const name = quoted(role)
  const found = await server.query('select from pg_catalog.pg_roles where rolname = $1', [role])
  if (!found.rowCount) await server.query(`create role ${name} nologin`)
  await leaveAll(server, role)
  // First away from it whatever it owns, or the second would drop that: a table that was made its own, with its rows.
  await server.query(`reassign owned by ${name} to fleet_owner; drop owned by ${name}`)
  await leaveDatabases(server, role)
  await server.query(
    `alter role ${name} ${state === 'active' ? 'login' : 'nologin'} nosuperuser nocreatedb nocreaterole noreplication
       nobypassrls noinherit valid until 'infinity' password ${pg.escapeLiteral(verifier)}; alter role ${name} reset all`,
  )
  const { rows } = await server.query<{ database: string }>(
    `select datname as database from pg_catalog.pg_db_role_setting as setting
     join pg_catalog.pg_database as database on database.oid = setting.setdatabase
     where setting.setrole = $1::regrole`,
    [role],
  )
  for (const { database } of rows)
    await server.query(`alter role ${name} in database ${pg.escapeIdentifier(database)} reset all`)
}

/** `drop owned` takes back what an owner gave; on a database it is the provisioner who gives, and who has to take back. */
export async function leaveDatabases(server: pg.Client, role: string): Promise<void> {
  const { rows } = await server.query<{ name: string; giver: string }>(
    `select distinct quote_ident(datname) as name, acl.grantor::regrole::text as giver
     from pg_catalog.pg_database, aclexplode(datacl) as acl where acl.grantee = $1::regrole`,
    [role],
  )
  for (const { name, giver } of rows)
    await server.query(
      `set local role ${giver}; revoke all on database ${name} from ${quoted(role)} cascade; reset role`,
    )
}

interface Membership {
  group: string
  member: string
  grantor: string
  /** From PostgreSQL 16 on, who makes a role has the right to change it, and nothing else of it. */
  makers: boolean
}

/** Member of nothing, and nothing is a member of it. */
async function leaveAll(server: pg.Client, role: string): Promise<void> {
  const { rows } = await server.query<Membership>(
    `select roleid::regrole::text as group, member::regrole::text as member, grantor::regrole::text as grantor,
       to_jsonb(membership) @> '{"admin_option": true, "inherit_option": false, "set_option": false}'
         and member = 'alcove_provisioner'::regrole as makers
     from pg_catalog.pg_auth_members as membership where $1::regrole in (roleid, member)`,
    [role],
  )
  for (const { group, member, grantor, makers } of rows)
    if (!makers) await server.query(`revoke ${group} from ${member} granted by ${grantor} cascade`)
  const { rows: version } = await server.query<{ named: boolean }>(
    "select current_setting('server_version_num')::int >= 160000 as named",
  )
  if (version[0]?.named && !rows.some(({ makers }) => makers))
    await server.query(`grant ${quoted(role)} to alcove_provisioner with admin true, inherit false, set false`)
}
