-- The registry: which facilities and devices there are. A copy of it opens nothing: it holds public keys, hashes of
-- secrets, and each facility's database password wrapped under secrets that only its devices have.

create schema if not exists registry authorization fleet_owner;
set role fleet_owner;

create table if not exists registry.facility (
  id         text primary key,
  -- The customer's name. The gateway may not read it: it has no use for it.
  name       text not null,
  role       text not null unique,
  schema     text not null unique,
  state      text not null default 'active' check (state in ('active', 'suspended', 'removed')),
  -- Version of facility.sql that the schema is at.
  version    integer not null,
  created_at timestamptz not null default now()
);

create table if not exists registry.device (
  facility    text not null references registry.facility,
  id          text not null,
  public_key  text not null,
  -- SHA-256 of the device secret.
  verifier    bytea not null,
  -- The facility's database password, sealed under the device secret.
  wrap        bytea not null,
  enrolled_at timestamptz not null default now(),
  revoked_at  timestamptz,
  primary key (facility, id)
);

create table if not exists registry.enrollment (
  -- Hash of the one-time secret.
  id         text primary key,
  facility   text not null references registry.facility,
  -- The facility's database password, sealed under the one-time secret; erased when the code is used.
  wrap       bytea,
  expires_at timestamptz not null,
  used_at    timestamptz,
  used_by    text,
  created_at timestamptz not null default now()
);

create table if not exists registry.setting (
  key   text primary key,
  value jsonb not null
);

grant usage on schema registry to alcove_gateway, alcove_provisioner;

grant select (id, role, schema, state, version) on registry.facility to alcove_gateway;
grant select, insert, update on registry.device to alcove_gateway;
grant select, update (wrap, used_at, used_by) on registry.enrollment to alcove_gateway;

grant select, insert, update on registry.facility to alcove_provisioner;
grant select, update on registry.device to alcove_provisioner;
grant select, insert, update on registry.enrollment to alcove_provisioner;
grant select, insert, update on registry.setting to alcove_provisioner;

alter default privileges for role fleet_owner revoke execute on functions from public;
alter default privileges for role fleet_owner revoke usage on types from public;

reset role;
