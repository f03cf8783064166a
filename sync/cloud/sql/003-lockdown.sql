-- What PostgreSQL gives to everybody is taken back: with flawless grants a facility's role would otherwise still read
-- every other facility's row counts, activity and policy texts from the catalogs.
--
-- Ordinary parameterized SQL goes on working: it needs types, operators, casts and plain functions, none of which are
-- touched. The grants live in this database's catalogs, which a major upgrade rebuilds: run again after one (`cloud start`
-- does, and each block only touches what is open).

-- Databases, `postgres` and `template1` included: nobody connects, makes temporary tables or creates by default.
do $$
declare
  name text;
begin
  for name in
    select datname from pg_catalog.pg_database as database
    where exists (
      select from pg_catalog.aclexplode(coalesce(datacl, pg_catalog.acldefault('d', datdba))) as acl where acl.grantee = 0)
  loop
    execute pg_catalog.format('revoke all on database %I from public', name);
  end loop;
end
$$;

revoke all on schema public from public;
revoke all on schema information_schema from public;
-- DO and functions of one's own need it; only the owner, who writes the guards against TRUNCATE, does.
revoke all on language plpgsql from public;
grant usage on language plpgsql to fleet_owner;

-- Every relation of the catalogs, columns that were granted one by one included.
do $$
declare
  relation record;
begin
  for relation in
    select namespace.nspname, class.relname
    from pg_catalog.pg_class as class join pg_catalog.pg_namespace as namespace on namespace.oid = class.relnamespace
    where namespace.nspname in ('pg_catalog', 'information_schema') and class.relkind in ('r', 'v', 'm', 'f', 'p')
      and (exists (select from pg_catalog.aclexplode(class.relacl) as acl where acl.grantee = 0)
        or exists (
          select from pg_catalog.pg_attribute as attribute, pg_catalog.aclexplode(attribute.attacl) as acl
          where attribute.attrelid = class.oid and acl.grantee = 0))
  loop
    execute pg_catalog.format('revoke all on %I.%I from public', relation.nspname, relation.relname);
  end loop;
end
$$;

-- Functions that tell about others, wait, lock, reach files, or change or read the session.
do $$
declare
  routine record;
begin
  for routine in
    select proc.oid::regprocedure as signature
    from pg_catalog.pg_proc as proc join pg_catalog.pg_namespace as namespace on namespace.oid = proc.pronamespace
    where namespace.nspname in ('pg_catalog', 'information_schema')
      and exists (
        select from pg_catalog.aclexplode(coalesce(proc.proacl, pg_catalog.acldefault('f', proc.proowner))) as acl
        where acl.grantee = 0)
      and (proc.proname ~ '^(pg_|_pg_|has_|txid_|to_reg|lo_|binary_upgrade_|row_security_|aclexplode|acldefault|makeaclitem|ts_stat|brin_|gin_clean|amvalidate)'
        or proc.proname ~ '^(current_setting|set_config|loread|lowrite|current_schemas?|current_database|version)$'
        or proc.proname ~ '^(obj|col|shobj)_description$'
        or proc.proname ~ '^(query|table|schema|database|cursor)_to_xml'
        or proc.proname ~ '^inet_(client|server)_(addr|port)$'
        or proc.proname ~ '^(nextval|currval|setval|lastval|format_type|mxid_age)$'
        -- How many transactions everybody has made. `age(timestamp)` is arithmetic on what it is given.
        or proc.oid = 'pg_catalog.age(xid)'::regprocedure)
      -- Used by the parser and the planner on behalf of ordinary statements.
      and proc.prokind in ('f', 'p')
  loop
    execute pg_catalog.format('revoke execute on routine %s from public', routine.signature);
  end loop;
end
$$;

alter default privileges revoke execute on functions from public;
alter default privileges revoke usage on types from public;
alter default privileges for role fleet_owner revoke execute on functions from public;
alter default privileges for role fleet_owner revoke usage on types from public;
