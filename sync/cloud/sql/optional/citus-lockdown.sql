-- For a fleet on Citus (docs/scale.md): what the extension gives to everybody is taken back, as 003-lockdown.sql does with
-- PostgreSQL's own. With it, a facility's role could run statements on other nodes, and read which schemas there are, which
-- node each is on, how large they are, and who is at work.
--
-- Run by an administrator in the facilities' database of each node, coordinator and workers, after `cloud` has set the fleet
-- up and again after every upgrade of Citus. Where there is no Citus, and where all is closed already, it changes nothing.

begin;

do $$
declare
  object record;
begin
  if not exists (select from pg_catalog.pg_extension where extname = 'citus') then
    return;
  end if;

  -- Each node has its own grants, and is closed by itself.
  perform pg_catalog.set_config('citus.enable_ddl_propagation', 'off', true);

  for object in
    select nspname as name
    from pg_catalog.pg_namespace as namespace
    where (nspname ~ '^(citus|columnar)(_|$)'
        or exists (
          select from pg_catalog.pg_depend as depend join pg_catalog.pg_extension as extension on extension.oid = depend.refobjid
          where depend.objid = namespace.oid and depend.classid = 'pg_catalog.pg_namespace'::regclass
            and depend.refclassid = 'pg_catalog.pg_extension'::regclass and depend.deptype = 'e'
            and extension.extname ~ '^citus'))
      and exists (
        select from pg_catalog.aclexplode(coalesce(nspacl, pg_catalog.acldefault('n', nspowner))) as acl where acl.grantee = 0)
  loop
    execute pg_catalog.format('revoke all on schema %I from public', object.name);
  end loop;

  -- Tables and views: `citus_*`, `pg_dist_*` and whatever else it brings, in any schema.
  for object in
    select class.oid::regclass as name
    from pg_catalog.pg_class as class
      join pg_catalog.pg_depend as depend on depend.objid = class.oid and depend.classid = 'pg_catalog.pg_class'::regclass
        and depend.refclassid = 'pg_catalog.pg_extension'::regclass and depend.deptype = 'e'
      join pg_catalog.pg_extension as extension on extension.oid = depend.refobjid and extension.extname ~ '^citus'
    where class.relkind in ('r', 'v', 'm', 'f', 'p')
      and (exists (select from pg_catalog.aclexplode(class.relacl) as acl where acl.grantee = 0)
        or exists (
          select from pg_catalog.pg_attribute as attribute, pg_catalog.aclexplode(attribute.attacl) as acl
          where attribute.attrelid = class.oid and acl.grantee = 0))
  loop
    execute pg_catalog.format('revoke all on %s from public', object.name);
  end loop;

  -- Functions that an operator or another node calls. The owner of all tables goes on needing them: it is as the owner that
  -- a node has another one make a facility's tables. What ordinary statements use under the hood has other names.
  for object in
    select proc.oid::regprocedure as name
    from pg_catalog.pg_proc as proc
      join pg_catalog.pg_depend as depend on depend.objid = proc.oid and depend.classid = 'pg_catalog.pg_proc'::regclass
        and depend.refclassid = 'pg_catalog.pg_extension'::regclass and depend.deptype = 'e'
      join pg_catalog.pg_extension as extension on extension.oid = depend.refobjid and extension.extname ~ '^citus'
    where proc.prokind in ('f', 'p')
      and proc.proname ~ '^(citus_|master_|worker_|run_command_on_|get_)'
      and exists (
        select from pg_catalog.aclexplode(coalesce(proc.proacl, pg_catalog.acldefault('f', proc.proowner))) as acl
        where acl.grantee = 0)
  loop
    execute pg_catalog.format('grant execute on routine %s to fleet_owner', object.name);
    execute pg_catalog.format('revoke execute on routine %s from public', object.name);
  end loop;
end
$$;

commit;
