/** How things stand: a digest of every row and every right, so that an attack that changed something shows. */
import { createHash } from 'node:crypto'
import pg from 'pg'
import { PARTS, type Party } from './party.ts'
import type { Stage } from './stage.ts'

/** Digests by what they are of. The attacker's own rows and role may change: it owns them. Its rights may not. */
export async function standing(stage: Stage): Promise<Map<string, string>> {
  const parts = PARTS.flatMap((part) => [
    ...(part === 'attacker' ? [] : [`select 'the ${part}’s records' as what, ${rowsOf(stage, stage[part])} as how`]),
    ...(part === 'attacker' ? [] : [`select 'the ${part}’s role', ${roleOf(stage[part])}`]),
    `select 'the rights in the ${part}’s schema', ${rightsOf(stage[part])}`,
  ])
  const ours = [...PARTS.map((part) => stage[part].role), 'fleet_owner', 'alcove_gateway', 'alcove_watchdog']
  const members = `select 'who is member of what', (select string_agg(m::text, ' ' order by m::text) from pg_auth_members m
    join pg_roles r on r.oid in (m.roleid, m.member) where r.rolname in (${ours.map(pg.escapeLiteral).join(', ')}))`
  const rows = await stage.look<{ what: string; how: string | null }>([...parts, members].join('\nunion all\n'))
  return new Map(rows.map(({ what, how }) => [what, digest(how ?? '')]))
}

/** Every row of every table, as text. */
function rowsOf({ tables }: Stage, { schema }: Party): string {
  const all = tables.map((table) => `select '${table}' || t::text as line from ${schema}.${table} as t`)
  return `(select md5(string_agg(line, E'\\n' order by line)) from (${all.join(' union all ')}) as all_rows)`
}

function roleOf({ role }: Party): string {
  const name = pg.escapeLiteral(role)
  return `(select concat(a::text, (select string_agg(s::text, ' ' order by s::text) from pg_db_role_setting s where setrole = a.oid))
    from pg_authid a where rolname = ${name})`
}

/** An access list, in an order that does not depend on who was granted first. */
const sorted = (acl: string) => `array(select one::text from unnest(${acl}) as one order by 1)`

/** Owners, access lists, flags and policies of a schema and of everything in it. */
function rightsOf({ schema }: Party): string {
  const space = `(select oid from pg_namespace where nspname = ${pg.escapeLiteral(schema)})`
  return `(select string_agg(line, E'\\n' order by line) from (
    select concat_ws(' ', nspname, nspowner, ${sorted('nspacl')}) as line from pg_namespace where oid = ${space}
    union all select concat_ws(' ', relname, relkind, relowner, ${sorted('relacl')}, relrowsecurity, relforcerowsecurity)
      from pg_class where relnamespace = ${space}
    union all select concat_ws(' ', attrelid, attname, ${sorted('attacl')}) from pg_attribute
      where attacl is not null and attrelid in (select oid from pg_class where relnamespace = ${space})
    union all select concat_ws(' ', polname, polrelid, polcmd, polroles, pg_get_expr(polqual, polrelid), pg_get_expr(polwithcheck, polrelid))
      from pg_policy where polrelid in (select oid from pg_class where relnamespace = ${space})
    union all select concat_ws(' ', tgname, tgrelid, tgenabled) from pg_trigger
      where tgrelid in (select oid from pg_class where relnamespace = ${space})
    union all select concat_ws(' ', proname, proowner, ${sorted('proacl')}, prosrc) from pg_proc where pronamespace = ${space}) as rights)`
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}
