-- The roles of the fleet itself. Nobody logs in as the owner of anything.
--
--   fleet_owner         owns every schema and table; cannot log in
--   alcove_provisioner  makes facilities; what an administrator becomes on the operator's command line. Cannot log in
--   alcove_gateway      reads the registry; has no way into any facility's schema
--   alcove_watchdog     sees how long sessions run and how much facilities store, and ends sessions; reads no records
--
-- Run by an administrator, as often as one likes: each statement states what must be true.

do $$
declare
  name text;
begin
  foreach name in array array['fleet_owner', 'alcove_provisioner', 'alcove_gateway', 'alcove_watchdog'] loop
    if not exists (select from pg_catalog.pg_roles where rolname = name) then
      execute pg_catalog.format('create role %I nologin', name);
    end if;
  end loop;
end
$$;

alter role fleet_owner nologin nosuperuser nocreatedb nocreaterole noreplication nobypassrls noinherit;
alter role alcove_provisioner nologin nosuperuser nocreatedb createrole noreplication nobypassrls noinherit connection limit 8;
alter role alcove_gateway login nosuperuser nocreatedb nocreaterole noreplication nobypassrls noinherit connection limit 32;
-- Whether it inherits is said in 004-watchdog.sql: it differs between versions.
alter role alcove_watchdog login nosuperuser nocreatedb nocreaterole noreplication nobypassrls connection limit 8;
alter role alcove_provisioner set search_path = '';
alter role alcove_gateway set search_path = '';
alter role alcove_watchdog set search_path = '';

-- The provisioner becomes the owner by SET ROLE, for the length of one transaction; it inherits nothing.
do $$
begin
  if pg_catalog.current_setting('server_version_num')::int >= 160000 then
    -- As text, because PostgreSQL 15 cannot parse it.
    execute 'grant fleet_owner to alcove_provisioner with inherit false, set true, admin false';
  else
    grant fleet_owner to alcove_provisioner;
  end if;
end
$$;

-- Limits that a facility's role may not lift for itself, and log settings that keep records out of the server's log.
-- The provisioner has to be allowed to set them for the roles it makes.
grant set on parameter temp_file_limit, log_min_messages, log_min_error_statement, log_error_verbosity,
  log_parameter_max_length, log_parameter_max_length_on_error, log_statement, log_min_duration_statement
  to alcove_provisioner;

do $$
begin
  execute pg_catalog.format('grant connect on database %I to alcove_provisioner with grant option', pg_catalog.current_database());
  execute pg_catalog.format('grant connect on database %I to alcove_gateway, alcove_watchdog', pg_catalog.current_database());
  execute pg_catalog.format('grant create on database %I to fleet_owner', pg_catalog.current_database());
end
$$;
