/**
 * Who owns what PostgreSQL brings, the databases and the tablespaces. An owner may do anything with his own, whatever is
 * granted: redefine it, drop it, give it away.
 */
import { FLEET_ROLES } from '../expected/fleet.ts'
import { type Finding, finding } from '../finding.ts'
import { isFacilityName, type Scene } from '../scene.ts'
import { FIRST_NORMAL } from './builtins.ts'

interface Owned {
  what: 'brought' | 'public' | 'own' | 'other database'
  object: string
  owner: string
}

export async function checkOwners(scene: Scene): Promise<Finding[]> {
  const { rows } = await scene.client.query<Owned>(OWNERS)
  const { rows: makers } = await scene.client.query<{ name: string }>('select pg_catalog.pg_get_userbyid(10) as name')
  return rows
    .filter((row) => !mayOwn(scene, row))
    .map(({ what, object, owner: found }) =>
      finding('server-owner', {
        object,
        expected: what === 'brought' ? (makers[0]?.name ?? '') : 'an administrator',
        found,
      }),
    )
}

function mayOwn({ roles }: Scene, { what, owner }: Owned): boolean {
  if (what === 'brought') return false
  if (roles.get(owner)?.superuser) return true
  // Who that is, the owner of the database, is looked at as well.
  if (what === 'public') return owner === 'pg_database_owner'
  // A database that is not ours may be anybody's, but for those who must own nothing.
  return what === 'other database' && !isFacilityName(owner) && !Object.hasOwn(FLEET_ROLES, owner)
}

/** Where the owner stands, by the catalog, and which rows stand for nothing else that is looked at. */
const BROUGHT: Readonly<Record<string, { owner: string; where?: string }>> = {
  pg_class: { owner: 'relowner', where: "relkind not in ('i', 'I', 't')" },
  pg_proc: { owner: 'proowner' },
  pg_type: { owner: 'typowner', where: "typrelid = 0 and typcategory <> 'A'" },
  pg_operator: { owner: 'oprowner' },
  pg_opclass: { owner: 'opcowner' },
  pg_opfamily: { owner: 'opfowner' },
  pg_collation: { owner: 'collowner' },
  pg_conversion: { owner: 'conowner' },
  pg_ts_config: { owner: 'cfgowner' },
  pg_ts_dict: { owner: 'dictowner' },
  pg_language: { owner: 'lanowner' },
  pg_extension: { owner: 'extowner' },
  pg_namespace: { owner: 'nspowner', where: "nspname <> 'public'" },
  pg_tablespace: { owner: 'spcowner' },
}

/** 10: who made the server. */
const OWNERS = `
  select 'brought' as what, identified.type || ' ' || identified.identity as object, pg_catalog.pg_get_userbyid(owner)::text as owner
  from (${Object.entries(BROUGHT)
    .map(
      ([catalog, { owner, where = 'true' }]) =>
        `select 'pg_catalog.${catalog}'::regclass as catalog, oid, ${owner} as owner from pg_catalog.${catalog}
          where oid < ${FIRST_NORMAL} and ${owner} <> 10 and ${where}`,
    )
    .join(' union all ')}) as owned
  cross join pg_catalog.pg_identify_object(catalog, owned.oid, 0) as identified
  union all select 'public', 'schema public', pg_catalog.pg_get_userbyid(nspowner) from pg_catalog.pg_namespace where nspname = 'public'
  union all select case when oid < ${FIRST_NORMAL} or datname = pg_catalog.current_database() then 'own' else 'other database' end,
    'database ' || datname, pg_catalog.pg_get_userbyid(datdba) from pg_catalog.pg_database
  union all select 'own', 'tablespace ' || spcname, pg_catalog.pg_get_userbyid(spcowner) from pg_catalog.pg_tablespace
    where oid >= ${FIRST_NORMAL}
  order by 2`
