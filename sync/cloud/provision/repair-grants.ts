/** Taking back whatever anybody but the owner may do in a facility's schema. */
import type pg from 'pg'
import { CloudError } from '../errors.ts'

const GRANTED = `
  with schema as (select oid, nspowner, nspacl from pg_catalog.pg_namespace where nspname = $1),
  granted as (
    select 'schema' as what, $1 as name, nspacl as acl, nspowner as owner from schema
    union all select 'table', format('%I.%I', $1::text, relname), relacl, relowner
      from pg_catalog.pg_class, schema where relnamespace = schema.oid and relkind in ('r', 'v', 'm', 'p', 'f')
    union all select 'table', format('%I.%I', $1::text, relname), attacl, relowner
      from pg_catalog.pg_attribute join pg_catalog.pg_class as class on class.oid = attrelid, schema
      where relnamespace = schema.oid and attacl is not null and relkind in ('r', 'v', 'm', 'p', 'f')
    union all select 'sequence', format('%I.%I', $1::text, relname), relacl, relowner
      from pg_catalog.pg_class, schema where relnamespace = schema.oid and relkind = 'S'
    union all select 'routine', proc.oid::regprocedure::text, coalesce(proacl, acldefault('f', proowner)), proowner
      from pg_catalog.pg_proc as proc, schema where pronamespace = schema.oid)
  select distinct what, name, case when acl.grantee = 0 then 'public' else acl.grantee::regrole::text end as grantee
  from granted, aclexplode(granted.acl) as acl where acl.grantee <> granted.owner`

// What the facility's own role gave away is gone with `drop owned` (`repair-role.ts`), wherever that was.
const DEFAULTS = `
  select distinct defaclrole::regrole::text as giver,
    case when defaclnamespace = 0 then '' else 'in schema ' || $1 end as place,
    case defaclobjtype when 'r' then 'tables' when 'S' then 'sequences' when 'f' then 'functions' when 'T' then 'types'
      when 'n' then 'schemas' when 'L' then 'large objects' end as what,
    case when acl.grantee = 0 then 'public' else acl.grantee::regrole::text end as grantee
  from pg_catalog.pg_default_acl, aclexplode(defaclacl) as acl
  where defaclnamespace = $1::regnamespace
    or defaclnamespace = 0 and defaclrole = 'fleet_owner'::regrole and acl.grantee <> defaclrole`

// PostgreSQL gives these two to everybody where nothing is written down.
const OPEN = `
  select what from (values ('functions', 'f'), ('types', 'T')) as kind (what, type)
  where not exists (select from pg_catalog.pg_default_acl
    where defaclrole = 'fleet_owner'::regrole and defaclnamespace = 0 and defaclobjtype = type::"char")`

/** Run by the administrator, who acts as the owner in this; what somebody passed on goes with it. */
export async function revokeAll(server: pg.Client, schema: string): Promise<void> {
  await server.query(`alter schema ${schema} owner to fleet_owner`)
  await giveToOwner(server, schema)
  const { rows } = await server.query<{ what: string; name: string; grantee: string }>(GRANTED, [schema])
  for (const { what, name, grantee } of rows)
    await server.query(`revoke all on ${what} ${name} from ${grantee} cascade`)
  const { rows: left } = await server.query(GRANTED, [schema])
  if (left.length > 0)
    throw new CloudError(
      'grant-stays',
      'A right in the facility’s schema could not be taken back. Nothing was changed; `isolation scan` names it.',
    )
  await closeDefaults(server, schema)
}

/** What comes with whatever the owner makes from now on, here or anywhere: nothing, for anybody. */
async function closeDefaults(server: pg.Client, schema: string): Promise<void> {
  const { rows: given } = await server.query<Default>(DEFAULTS, [schema])
  for (const { giver, place, what, grantee } of given)
    await server.query(
      `alter default privileges for role ${giver} ${place} revoke all on ${what} from ${grantee} cascade`,
    )
  const { rows: open } = await server.query<{ what: string }>(OPEN)
  for (const { what } of open)
    await server.query(`alter default privileges for role fleet_owner revoke all on ${what} from public`)
}

interface Default {
  giver: string
  place: string
  what: string
  grantee: string
}

/** Views and functions too; the tables are put right one by one (`repair.ts`). */
async function giveToOwner(server: pg.Client, schema: string): Promise<void> {
  const { rows } = await server.query<{ statement: string }>(
    `select format('alter %s %I.%I owner to fleet_owner',
         case relkind when 'v' then 'view' when 'm' then 'materialized view' when 'S' then 'sequence' else 'table' end, nspname, relname) as statement
       from pg_catalog.pg_class join pg_catalog.pg_namespace as namespace on namespace.oid = relnamespace
       where nspname = $1 and relkind in ('r', 'v', 'm', 'p', 'S') and relowner <> 'fleet_owner'::regrole
     union all select format('alter routine %s owner to fleet_owner', proc.oid::regprocedure)
       from pg_catalog.pg_proc as proc join pg_catalog.pg_namespace as namespace on namespace.oid = pronamespace
       where nspname = $1 and proowner <> 'fleet_owner'::regrole`,
    [schema],
  )
  for (const { statement } of rows) await server.query(statement)
}
