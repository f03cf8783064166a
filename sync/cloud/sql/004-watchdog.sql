-- What the watchdog may: see how long sessions run and what they hold, end them, measure schemas, and stop a facility's
-- writing when its quota is reached. It has no way to a row of any facility, and each right here is a single one.

-- Whose rights a member has by itself is the member's attribute in PostgreSQL 15, and the grant's from 16 on.
do $$
begin
  if pg_catalog.current_setting('server_version_num')::int >= 160000 then
    alter role alcove_watchdog noinherit;
    execute 'grant pg_signal_backend, pg_read_all_stats to alcove_watchdog with inherit true, set false, admin false';
    -- Places that no facility takes, so that the fleet can be looked after when all others are taken.
    execute 'grant pg_use_reserved_connections to alcove_gateway, alcove_provisioner, alcove_watchdog with inherit true, set false, admin false';
  else
    alter role alcove_watchdog inherit;
    grant pg_signal_backend, pg_read_all_stats to alcove_watchdog;
  end if;
end
$$;

grant select on pg_catalog.pg_stat_activity, pg_catalog.pg_locks to alcove_watchdog;
grant select (oid, relnamespace, relkind) on pg_catalog.pg_class to alcove_watchdog;
grant select (oid, nspname) on pg_catalog.pg_namespace to alcove_watchdog;
-- A view's functions are run with the rights of who asks.
grant execute on function pg_catalog.pg_stat_get_activity(integer), pg_catalog.pg_lock_status(),
  pg_catalog.pg_ls_tmpdir(), pg_catalog.pg_total_relation_size(regclass),
  pg_catalog.pg_terminate_backend(integer, bigint) to alcove_watchdog;

-- Takes a facility's right to add, or gives it back: what it may of `journal`, `record` and `blob` by
-- `facility/001-first.sql`, no more. What it may read stays, and so does its access log. At worst, whoever has the
-- watchdog's login can do what a full disk would.
create schema if not exists watch authorization fleet_owner;
set role fleet_owner;
grant usage on schema watch to alcove_watchdog;
-- In a schema of its own: the registry is on one server only.
create or replace function watch.hold_writes(schema text, hold boolean) returns void
language plpgsql security definer set search_path = '' as $$
begin
  if schema !~ '^t_[0-9a-f]{32}$' then
    raise exception 'that is not the name of a facility''s schema' using errcode = '42501';
  end if;
  if hold then
    execute pg_catalog.format('revoke insert on %1$I.journal, %1$I.record, %1$I.blob from %1$I', schema);
    execute pg_catalog.format('revoke update on %1$I.record from %1$I', schema);
  else
    execute pg_catalog.format('grant insert on %1$I.journal, %1$I.record, %1$I.blob to %1$I', schema);
    execute pg_catalog.format('grant update (fields, heads, conflicts, created, updated, seq) on %1$I.record to %1$I', schema);
  end if;
end
$$;
revoke all on function watch.hold_writes(text, boolean) from public;
grant execute on function watch.hold_writes(text, boolean) to alcove_watchdog;
reset role;

-- Keeps a facility whose sessions had to be ended again and again from logging in for a while, or lets it again: `8` is what
-- `facility/001-first.sql` says. Its owner is who made the role, and so may alter it.
create or replace function watch.pause_logins(role_name text, pause boolean) returns void
language plpgsql security definer set search_path = '' as $$
begin
  if role_name !~ '^t_[0-9a-f]{32}$' then
    raise exception 'that is not the name of a facility''s role' using errcode = '42501';
  end if;
  execute pg_catalog.format('alter role %I connection limit %s', role_name, case when pause then 0 else 8 end);
end
$$;
alter function watch.pause_logins(text, boolean) owner to alcove_provisioner;
revoke all on function watch.pause_logins(text, boolean) from public;
grant execute on function watch.pause_logins(text, boolean) to alcove_watchdog;
-- Whom it has to let in again when it was stopped meanwhile.
grant select (rolname, rolconnlimit) on pg_catalog.pg_roles to alcove_watchdog;
