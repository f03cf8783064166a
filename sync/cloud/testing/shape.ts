/** Everything that PostgreSQL knows of a facility's role and schema, as one value: two of them are equal, or something differs. */

import type { Cluster } from '../cluster.ts'
import type { NewFacility } from '../provision/create.ts'
import { connected } from './postgres.ts'

const SORTED = (acl: string) => `(select json_agg(one::text order by one::text) from unnest(${acl}) as one)`

const SHAPE = `select json_build_object(
  'role', (select to_jsonb(role) - 'oid' || jsonb_build_object('rolvaliduntil', coalesce(rolvaliduntil, 'infinity')) from pg_authid as role where rolname = $1),
  'settings', (select json_agg(setting order by setting::text) from (
    select setdatabase, unnest(setconfig) as value from pg_db_role_setting where setrole = $1::regrole) as setting),
  'members', (select json_agg(to_jsonb(one) - 'oid' order by one::text) from pg_auth_members as one where $1::regrole in (roleid, member)),
  'databases', (select json_agg(one order by one::text) from (
    select datname, acl.grantor::regrole::text, privilege_type, is_grantable from pg_database, aclexplode(datacl) as acl
    where acl.grantee = $1::regrole) as one),
  'schema', (select json_build_object('owner', nspowner::regrole::text, 'acl', ${SORTED('nspacl')}) from pg_namespace where nspname = $2),
  'relations', (select json_agg(json_build_object('name', relname, 'owner', relowner::regrole::text, 'acl', ${SORTED('relacl')},
      'rls', relrowsecurity, 'forced', relforcerowsecurity, 'options', reloptions, 'kind', relkind,
      'view', case relkind when 'v' then pg_get_viewdef(oid) end,
      'columns', (select json_agg(json_build_object('name', attname, 'acl', ${SORTED('attacl')}, 'null', attnotnull,
          'default', (select pg_get_expr(adbin, adrelid) from pg_attrdef where adrelid = attrelid and adnum = attnum)) order by attname)
        from pg_attribute where attrelid = pg_class.oid and attnum > 0 and not attisdropped)) order by relname)
    from pg_class where relnamespace = $2::regnamespace and relkind in ('r', 'v')),
  'policies', (select json_agg(policy order by tablename, policyname) from pg_policies as policy where schemaname = $2),
  'constraints', (select json_agg(json_build_object('of', conrelid::regclass::text, 'is', conname || ' ' || pg_get_constraintdef(oid))
      order by conrelid::regclass::text, conname, pg_get_constraintdef(oid)) from pg_constraint where connamespace = $2::regnamespace),
  'triggers', (select json_agg(json_build_object('is', pg_get_triggerdef(pg_trigger.oid), 'on', tgenabled) order by tgrelid::regclass::text, tgname)
    from pg_trigger join pg_class on pg_class.oid = tgrelid where relnamespace = $2::regnamespace),
  'functions', (select json_agg(json_build_object('is', pg_get_functiondef(oid), 'owner', proowner::regrole::text, 'acl', ${SORTED('proacl')}))
    from pg_proc where pronamespace = $2::regnamespace),
  'defaults', (select json_agg(to_jsonb(one) - 'oid' order by defaclrole, defaclnamespace, defaclobjtype) from pg_default_acl as one
    where defaclnamespace = $2::regnamespace or defaclrole in ($1::regrole, 'fleet_owner'::regrole))) as shape`

export async function shapeOf(cluster: Cluster, { role, schema }: NewFacility): Promise<unknown> {
  return connected(cluster.admin, async (client) => (await client.query(SHAPE, [role, schema])).rows[0].shape)
}
