/** What every check needs to know: which facilities the registry speaks of, and which roles and schemas are really there. */
import type pg from 'pg'
import { CloudError, sqlState } from '../../errors.ts'
import { OPAQUE_ROLE } from './expected/facility.ts'
import type { Said } from './facility/identity.ts'
import { sparesHere } from './facility/spares.ts'

/** What the registry says of a facility. */
export interface RegisteredFacility {
  id: string
  role: string
  schema: string
  server: string
  state: string
  version: number
  verifier: string | null
  /** Its quota is reached: its right to add may have been taken for the time being. */
  readOnly?: boolean
}

/** A schema that is no facility's home: one that is being made, or one side of a move. */
export interface Spare {
  schema: string
  server: string
  why: 'making' | 'copy' | 'old'
  kept: boolean
  /** Set while the facility waits in the middle of its move: what it is to be afterwards. */
  state?: string | null
}

/** What the registry says. */
export interface Registry {
  facilities: readonly RegisteredFacility[]
  spares: readonly Spare[]
}

/**
 * A facility that is looked at: it lives on this server, and is not removed. Or a copy of one that lives on another, or that is
 * being made here: its `state` is then what the copy is (`making`, `copy`, `old`).
 */
export interface Facility extends RegisteredFacility {
  /** It waits in the middle of its move: it may be closed and take no writes just now. */
  paused?: boolean
  /** What its schema says of itself, once that was read. */
  says?: Said
  /** Absent if the server has no such role. */
  roleOid?: number
  schemaOid?: number
}

export interface Role {
  oid: number
  name: string
  superuser: boolean
  inherit: boolean
  createRole: boolean
  createDb: boolean
  login: boolean
  replication: boolean
  bypassRls: boolean
  connections: number
  expires: boolean
  /** SHA-256 of what PostgreSQL keeps of the password: enough to compare. */
  password: string | null
  /** `name=value`, as every session of the role begins; with ` in database x` where it is for one database only. */
  settings: string[]
  /** So many bytes of settings that they were not read: a role may store as many of its own as it likes. */
  unread: number | null
}

export interface Schema {
  oid: number
  name: string
  owner: string
  /** `grantee privilege`, the owner's own left out; `*` if it may be passed on. */
  grants: string[]
}

export interface Scene {
  client: pg.ClientBase
  /** 150018, 180004 */
  version: number
  database: string
  /** The name that this server has in the registry. */
  server: string
  /** Those who administer this server: who made it, and who asks now. */
  administrators: ReadonlySet<string>
  registry: readonly RegisteredFacility[]
  /** Of this server, by schema: copies of facilities that live elsewhere, and what is being made. */
  spares: ReadonlyMap<string, Spare>
  facilities: readonly Facility[]
  roles: ReadonlyMap<string, Role>
  schemas: ReadonlyMap<string, Schema>
}

export interface SceneOptions {
  facilities?: readonly string[] | undefined
  server?: string | undefined
  registry?: Registry | undefined
}

export async function sceneOf(client: pg.ClientBase, options: SceneOptions): Promise<Scene> {
  const { server = 'home', facilities } = options
  const about = await one<{ version: number; database: string; maker: string; asker: string; session: string }>(
    client,
    `select pg_catalog.current_setting('server_version_num')::int as version, pg_catalog.current_database() as database,
      pg_catalog.pg_get_userbyid(10) as maker, current_user::text as asker, session_user::text as session`,
  )
  const { facilities: registry, spares } = options.registry ?? (await registryOf(client))
  const roles = new Map((await client.query<Role>(ROLES)).rows.map((role) => [role.name, role]))
  const schemas = new Map((await client.query<Schema>(SCHEMAS)).rows.map((schema) => [schema.name, schema]))
  const asked = facilities && new Set(facilities)
  const paused = new Set(spares.filter(({ state }) => state).map(({ schema }) => schema))
  const here = registry
    .filter((row) => row.server === server && row.state !== 'removed')
    .map((row) => ({ ...row, paused: MAY_WAIT.includes(row.state) && paused.has(row.schema) }))
  const copies = await sparesHere(client, { facilities: registry, spares }, server, schemas)
  return {
    client,
    version: about.version,
    database: about.database,
    server,
    // An administrator who has put another role on for the moment is none of Alcove's roles.
    administrators: new Set([about.maker, about.asker, about.session].filter((name) => roles.get(name)?.superuser)),
    registry,
    spares: new Map(copies.map(({ spare }) => [spare.schema, spare])),
    roles,
    schemas,
    facilities: [...here, ...copies.map(({ facility }) => facility)]
      .filter((row) => !asked || asked.has(row.id))
      .map((row) => {
        const [role, schema] = [roles.get(row.role), schemas.get(row.schema)]
        return { ...row, ...(role && { roleOid: role.oid }), ...(schema && { schemaOid: schema.oid }) }
      }),
  }
}

/** It may have been frozen on its way. */
const MAY_WAIT = ['moving', 'frozen']

/** Whether a name is one that only a facility has. */
export function isFacilityName(name: string): boolean {
  return OPAQUE_ROLE.test(name)
}

export async function registryOf(client: pg.ClientBase): Promise<Registry> {
  try {
    const { rows: facilities } = await client.query<RegisteredFacility>(
      'select id, role, schema, server, state, version, verifier, read_only as "readOnly" from registry.facility order by id',
    )
    const { rows: spares } = await client.query<Spare>('select schema, server, why, kept, state from registry.spare')
    return { facilities, spares }
  } catch (error) {
    // No such schema, table or column.
    if (['3F000', '42P01', '42703'].includes(sqlState(error) ?? ''))
      throw new CloudError(
        'not-set-up',
        'This database has no registry of this version. Run another `npm run cloud` command first, which sets it up.',
        error,
      )
    throw error
  }
}

async function one<T extends pg.QueryResultRow>(client: pg.ClientBase, text: string): Promise<T> {
  const { rows } = await client.query<T>(text)
  if (!rows[0]) throw new TypeError('a statement that always has a row had none')
  return rows[0]
}

/** Bytes, as they lie on disk; ours are a few hundred. The size of what is larger is known without reading it. */
const READ_SETTINGS = 8192

const ROLES = `
  select role.oid, rolname as name, rolsuper as superuser, rolinherit as inherit, rolcreaterole as "createRole",
    rolcreatedb as "createDb", rolcanlogin as login, rolreplication as replication, rolbypassrls as "bypassRls",
    rolconnlimit as connections, rolvaliduntil is not null and rolvaliduntil <> 'infinity' as expires,
    pg_catalog.encode(pg_catalog.sha256(pg_catalog.convert_to(rolpassword, 'UTF8')), 'hex') as password,
    coalesce(setting.all, '{}') as settings, large.bytes as unread
  from pg_catalog.pg_authid as role
  left join (
    select setrole, pg_catalog.sum(pg_catalog.pg_column_size(setconfig))::float8 as bytes
    from pg_catalog.pg_db_role_setting where pg_catalog.pg_column_size(setconfig) > ${READ_SETTINGS} group by setrole
  ) as large on large.setrole = role.oid
  left join (
    select setrole, pg_catalog.array_agg(
      pg_catalog.left(one, 300) || case when setdatabase = 0 then '' else ' in database ' || coalesce(datname, '?') end order by one) as all
    from pg_catalog.pg_db_role_setting cross join pg_catalog.unnest(setconfig) as one
    left join pg_catalog.pg_database as database on database.oid = setdatabase
    where pg_catalog.pg_column_size(setconfig) <= ${READ_SETTINGS}
    group by setrole
  ) as setting on setting.setrole = role.oid`

/** The privileges of an access list, as text; the owner's own, who could give himself anything, left out. */
export const grantsIn = (acl: string, owner: string) =>
  `array(select ${granted()} from pg_catalog.aclexplode(${acl}) where grantee <> ${owner} order by 1)`

/** Those of a relation (a row of pg_class) and of its columns: `alcove_gateway select(id)`. */
export const relationGrantsIn = (relation: string) => `${grantsIn(`${relation}.relacl`, `${relation}.relowner`)}
  || array(select ${granted('attname')} from pg_catalog.pg_attribute cross join pg_catalog.aclexplode(attacl)
    where attrelid = ${relation}.oid and attacl is not null and not attisdropped and grantee <> ${relation}.relowner order by 1)`

function granted(column?: string): string {
  return `(case grantee when 0 then 'PUBLIC' else pg_catalog.pg_get_userbyid(grantee) end) || ' '
    || pg_catalog.lower(privilege_type)${column ? ` || '(' || ${column} || ')'` : ''} || case when is_grantable then '*' else '' end`
}

const SCHEMAS = `
  select oid, nspname as name, pg_catalog.pg_get_userbyid(nspowner) as owner, ${grantsIn('nspacl', 'nspowner')} as grants
  from pg_catalog.pg_namespace
  where nspname !~ '^pg_(toast|temp_[0-9]+|toast_temp_[0-9]+)$'`
