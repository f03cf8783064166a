-- The registry: which servers, facilities and devices there are. A copy of it opens nothing: it holds public keys, hashes
-- of secrets, and each facility's database password sealed to keys that only its devices and its recovery code have.
--
-- It lives on one server of the fleet, its home; facilities may live on others (`server`).

create schema if not exists registry authorization fleet_owner;
set role fleet_owner;

-- Where facilities live: an address without a login. `home` is the registry's own server and database.
create table if not exists registry.server (
  id         text primary key,
  -- Null for `home`, whose address whoever reads this has used already.
  host       text,
  port       integer,
  database   text,
  -- PEM of the authority that the server's certificate is checked against; null where the connection is not TLS.
  ca         text,
  created_at timestamptz not null default now(),
  check ((id = 'home') = (host is null) and (host is null) = (port is null) and (host is null) = (database is null))
);
insert into registry.server (id) values ('home') on conflict do nothing;

create table if not exists registry.facility (
  id         text primary key,
  -- The customer's name, kept when a facility is removed, so that it is not given again. The gateway may not read it: it
  -- has no use for it.
  name       text not null unique,
  role       text not null unique,
  schema     text not null unique,
  server     text not null default 'home' references registry.server,
  -- suspended: by the operator · frozen: an incident · moving: to another server, writes wait · removed: gone for good.
  state      text not null default 'active' check (state in ('active', 'suspended', 'frozen', 'moving', 'removed')),
  -- The newest step of the facility's schema (`sql/facility/`).
  version    integer not null,
  -- What PostgreSQL keeps of the password (SCRAM): to see that the role has not given itself another, and to put it back.
  verifier   text,
  -- The public half of the key pair that follows from the password: only who has the password can vouch for a device's box.
  signer     text,
  -- The recovery code's box: its key, the voucher for it, and the password sealed to it.
  recovery_key  text,
  recovery_voucher text,
  recovery_wrap bytea,
  -- Bytes that the facility's schema may take on disk, and took when last measured.
  quota_bytes  bigint not null default 20000000000 check (quota_bytes > 0),
  stored_bytes bigint not null default 0,
  measured_at  timestamptz,
  -- The quota is reached: nothing is added until there is room.
  read_only  boolean not null default false,
  created_at timestamptz not null default now(),
  changed_at timestamptz not null default now()
);

create table if not exists registry.device (
  facility    text not null references registry.facility,
  id          text not null,
  public_key  text not null,
  -- SHA-256 of the device secret.
  verifier    bytea not null,
  -- The key that the device's box is sealed to (an age recipient), and the word of somebody who had the facility's
  -- password that it is this device's: a rotation seals to no key that is not vouched for.
  box_key     text not null,
  box_voucher text not null,
  -- The facility's database password, sealed to that key. Null once the device was revoked.
  wrap        bytea,
  enrolled_at timestamptz not null default now(),
  revoked_at  timestamptz,
  primary key (facility, id)
);

create table if not exists registry.enrollment (
  -- Hash of the one-time secret.
  id         text primary key,
  facility   text not null references registry.facility,
  box_key     text not null,
  box_voucher text not null,
  -- The facility's database password, sealed to that key; erased when the code is used.
  wrap       bytea,
  expires_at timestamptz not null,
  used_at    timestamptz,
  used_by    text,
  created_at timestamptz not null default now()
);

-- Which facility is being brought to which version, by whom, and how it ended. One row a facility.
create table if not exists registry.migration (
  facility    text primary key references registry.facility,
  target      integer not null,
  state       text not null check (state in ('waiting', 'running', 'done', 'failed')),
  canary      boolean not null default false,
  -- A runner that died leaves its lease behind; past this moment another may take the facility.
  lease       text,
  lease_until timestamptz,
  attempts    integer not null default 0,
  -- SQLSTATE of the last failure, and the step it was in. Never a message: one might quote a row.
  error       text,
  finished_at timestamptz
);

-- Copies of a facility's schema that are not the one in use: being made on another server, being filled by a move, or left
-- behind by one. Written down before they are there and until they are gone, so that a command that was killed leaves
-- nothing of which nobody knows.
create table if not exists registry.spare (
  schema     text not null,
  server     text not null references registry.server,
  why        text not null check (why in ('making', 'copy', 'old')),
  -- An old copy that the operator wants to keep for a while; it takes no writes.
  kept       boolean not null default false,
  -- What the facility was before it was `moving`, and is to be again.
  state      text check (state in ('active', 'suspended', 'frozen')),
  created_at timestamptz not null default now(),
  primary key (schema, server)
);

create table if not exists registry.setting (
  key   text primary key,
  value jsonb not null
);

grant usage on schema registry to alcove_gateway, alcove_provisioner, alcove_watchdog;

grant select on registry.server to alcove_gateway, alcove_watchdog;
grant select (id, role, schema, server, state, version, signer, quota_bytes, stored_bytes, read_only)
  on registry.facility to alcove_gateway;
grant select, insert, update on registry.device to alcove_gateway;
grant select, update (wrap, used_at, used_by) on registry.enrollment to alcove_gateway;

grant select (id, role, schema, server, state, quota_bytes, stored_bytes, measured_at, read_only)
  on registry.facility to alcove_watchdog;
grant update (stored_bytes, measured_at, read_only) on registry.facility to alcove_watchdog;

grant select, insert, update on registry.server to alcove_provisioner;
grant select, insert, update on registry.facility to alcove_provisioner;
grant select, update on registry.device to alcove_provisioner;
grant select, insert, update on registry.enrollment to alcove_provisioner;
grant select, insert, update, delete on registry.migration to alcove_provisioner;
grant select, insert, update, delete on registry.spare to alcove_provisioner;
grant select, insert, update on registry.setting to alcove_provisioner;

reset role;
