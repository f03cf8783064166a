/**
 * What a server consists of, as one digest a thing: to show that a proof left nothing behind, and to name the configuration
 * that a report is about. The second holds no name, path or address of this machine or of any facility.
 */
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type pg from 'pg'

/** Each thing in the catalogs, and its digest. Names of facilities are in the keys, so that one's own can be told apart. */
export async function fingerprint(client: pg.ClientBase): Promise<Map<string, string>> {
  const { rows } = await client.query<{ what: string; how: string }>(`
    select 'role ' || rolname as what, concat(a::text, (select string_agg(s::text, ' ' order by s::text) from pg_db_role_setting s where setrole = a.oid)) as how from pg_authid a
    union all select concat_ws(' ', 'member', m.member::regrole, m.roleid::regrole, m.grantor::regrole), m::text from pg_auth_members m
    union all select 'database ' || datname, concat(datdba, datconnlimit, datallowconn, datistemplate) from pg_database
    union all select concat('database ', datname, ' ', privilege_type, ' to ', case grantee when 0 then 'everybody' else grantee::regrole::text end, ' by ', grantor::regrole),
      is_grantable::text from pg_database, aclexplode(datacl)
    union all select 'schema ' || nspname, concat(nspowner, nspacl) from pg_namespace where nspname !~ '^pg_(temp|toast_temp)_'
    union all select concat('relation ', n.nspname, '.', relname), concat(relkind, relowner, relacl, relrowsecurity, relforcerowsecurity)
      from pg_class c join pg_namespace n on n.oid = relnamespace where n.nspname !~ '^pg_(temp|toast_temp|toast)'
    union all select concat('column ', attrelid::regclass, '.', attname), attacl::text from pg_attribute where attacl is not null
    union all select 'function ' || p.oid::regprocedure, concat(proowner, proacl, prosecdef, proconfig, md5(prosrc)) from pg_proc p
    union all select concat('policy ', polrelid::regclass, '.', polname), concat(polcmd, polroles, pg_get_expr(polqual, polrelid), pg_get_expr(polwithcheck, polrelid)) from pg_policy
    union all select concat('trigger ', tgrelid::regclass, '.', tgname), concat(tgenabled, tgfoid) from pg_trigger where not tgisinternal
    union all select concat_ws(' ', 'defaults', defaclrole::regrole, defaclnamespace::regnamespace, defaclobjtype), defaclacl::text from pg_default_acl
    union all select 'extension ' || extname, extversion from pg_extension
    union all select 'publication ' || pubname, pubowner::text from pg_publication
    union all select 'event trigger ' || evtname, evtenabled::text from pg_event_trigger
    union all select 'large object ' || oid, lomowner::text from pg_largeobject_metadata
    union all select 'replication slot ' || slot_name, slot_type from pg_replication_slots
    union all select concat('setting ', setdatabase, ' ', setrole::regrole), setconfig::text from pg_db_role_setting
    union all select 'registry facility ' || id, concat_ws(' ', name, role, schema, version) from registry.facility
    union all select 'registry enrollment ' || id, facility from registry.enrollment
    union all select concat('registry device ', facility, ' ', id), public_key from registry.device
    union all select 'registry setting ' || key, value::text from registry.setting`)
  return new Map(rows.map(({ what, how }) => [what, sha256(how ?? '')]))
}

/**
 * What is there now and was not, is gone, or is another. A server that is in use changes meanwhile: what has to do with a
 * facility or a workstation that somebody else made, changed or removed is not ours.
 */
export function differences(
  before: ReadonlyMap<string, string>,
  after: ReadonlyMap<string, string>,
  ours: readonly string[],
): string[] {
  const changed = [...new Set([...before.keys(), ...after.keys()])].filter(
    (what) => before.get(what) !== after.get(what),
  )
  return changed.filter((what) => {
    const ofFacility = /\b[tf]_[0-9a-f]{32}\b|^registry /.test(what)
    return !ofFacility || ours.some((name) => what.includes(name))
  })
}

/** A digest of everything that the isolation rests on and that two servers can have in common. */
export async function configurationHash(client: pg.ClientBase): Promise<string> {
  const { rows } = await client.query<{ line: string }>(`
    select concat_ws(' ', rolname, rolsuper, rolinherit, rolcreaterole, rolcreatedb, rolcanlogin, rolreplication, rolbypassrls, rolconnlimit) as line
      from pg_roles where rolname in ('fleet_owner', 'alcove_provisioner', 'alcove_gateway', 'alcove_watchdog')
    union all select concat_ws(' ', 'setting', name, setting) from pg_settings where name in
      ('server_version_num', 'password_encryption', 'row_security', 'log_statement', 'log_min_messages', 'log_min_error_statement',
       'log_error_verbosity', 'log_min_duration_statement', 'log_parameter_max_length_on_error', 'ssl', 'wal_level', 'temp_file_limit')
    union all select concat_ws(' ', 'open to everybody', c.oid::regclass) from pg_class c, aclexplode(c.relacl) acl where acl.grantee = 0
    union all select concat_ws(' ', 'open to everybody', p.oid::regprocedure) from pg_proc p, aclexplode(coalesce(proacl, acldefault('f', proowner))) acl
      where acl.grantee = 0 and p.pronamespace = 'pg_catalog'::regnamespace
    union all select concat_ws(' ', 'extension', extname) from pg_extension
    union all select concat_ws(' ', 'registry', c.relname, acl.grantee::regrole, acl.privilege_type) from pg_class c, aclexplode(c.relacl) acl
      where c.relnamespace = 'registry'::regnamespace and acl.grantee <> c.relowner`)
  const lines = rows.map(({ line }) => line).sort()
  return sha256([...lines, ...sqlFiles()].join('\n'))
}

/** The SQL that makes it all, as this build has it. */
function sqlFiles(): string[] {
  const folder = join(import.meta.dirname, '..', '..', 'sql')
  return (readdirSync(folder, { recursive: true }) as string[])
    .filter((file) => file.endsWith('.sql'))
    .sort()
    .map((file) => `${file} ${sha256(readFileSync(join(folder, file), 'utf8'))}`)
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}
