-- One facility: a role, a schema, and everything in it. Run in one transaction by the provisioner (`provision/create.ts`), which
-- puts the names in. `:"role"` and `:"schema"` are 't_' and 128 random bits; `:'tag'` is a random UUID that nobody else knows.
--
-- Three barriers stand between this schema and every other facility; each holds without the other two.
--   1. The role: it alone logs in to here, it is member of nothing, and nothing is member of it.
--   2. The grants: USAGE on its own schema only, and of each table only the verbs that are needed.
--   3. Row-level security: FORCEd, for this one role and this one login, comparing each row's tag with a literal. It
--      reads no setting, so there is nothing that a session could set to widen it.
--
-- What stands between `barriers` and `end barriers` says what must be true, and may be run again at any time: that is how a
-- facility is repaired.

-- Barrier 1 ------------------------------------------------------------------------------------------------------------

create role :"role" login nosuperuser nocreatedb nocreaterole noreplication nobypassrls noinherit password :'verifier';
-- barriers
alter role :"role" connection limit 8;
grant connect on database :"database" to :"role";
alter role :"role" set search_path = '';
alter role :"role" set statement_timeout = '60s';
alter role :"role" set idle_in_transaction_session_timeout = '30s';
alter role :"role" set temp_file_limit = '1GB';
-- The server's log says that something failed, never what was in it.
alter role :"role" set log_min_messages = 'log';
alter role :"role" set log_min_error_statement = 'panic';
alter role :"role" set log_error_verbosity = 'terse';
alter role :"role" set log_statement = 'none';
alter role :"role" set log_min_duration_statement = -1;
alter role :"role" set log_parameter_max_length = 0;
alter role :"role" set log_parameter_max_length_on_error = 0;
-- end barriers

set local role fleet_owner;
create schema :"schema";

-- What a facility's schema holds ----------------------------------------------------------------------------------------

-- Every entry of every device, as it was sent. `seq` is the facility's order, given under the lock of the row in `head`,
-- so that a reader who asks for what came after a seq never misses one that was committed later.
create table :"schema".journal (
  tag         uuid   not null default :'tag' constraint own check (tag = :'tag'),
  seq         bigint not null primary key,
  device      text   not null,
  dseq        bigint not null,
  hash        text   not null,
  kind        text   not null,
  record      text   not null,
  id          text   not null,
  body        text   not null,
  -- It makes its record: found by the record's `opened`, so that most entries need no place in the index below.
  opens       boolean not null default false,
  received_at timestamptz not null default now(),
  unique (device, dseq)
);
-- By hash: ids are random, and a tree of them is the dearest thing that an entry would write.
create index journal_changes on :"schema".journal using hash (id) where kind = 'change' and not opens;

-- The records as they stand: the fold of the journal (domain/fold.ts), kept in the same transaction.
create table :"schema".record (
  tag       uuid   not null default :'tag' constraint own check (tag = :'tag'),
  kind      text   not null,
  id        text   not null,
  fields    jsonb  not null,
  heads     text[] not null,
  conflicts jsonb  not null,
  created   text   not null,
  updated   text   not null,
  -- The entry that made it, and the last that changed it, by their seq.
  opened    bigint not null default 0,
  seq       bigint not null,
  primary key (kind, id)
);

-- Attachments, named by their SHA-256.
create table :"schema".blob (
  tag         uuid   not null default :'tag' constraint own check (tag = :'tag'),
  hash        text   not null primary key,
  content     bytea  not null,
  received_at timestamptz not null default now()
);

-- The facility's workstations, and how far each one's entries have come. `refused` lists entries that can never be taken.
create table :"schema".device (
  tag         uuid   not null default :'tag' constraint own check (tag = :'tag'),
  id          text   not null primary key,
  public_key  text   not null,
  enrolled_at timestamptz not null default now(),
  seen_at     timestamptz not null default now(),
  dseq        bigint not null default 0,
  hash        text   not null default '',
  refused     jsonb  not null default '[]'
);

-- Who came: each call that reached this schema, chained by hash so that a missing row shows.
create table :"schema".access_log (
  tag     uuid   not null default :'tag' constraint own check (tag = :'tag'),
  seq     bigint not null primary key,
  at      timestamptz not null,
  device  text   not null,
  act     text   not null,
  rows    integer not null,
  address text   not null,
  outcome text   not null,
  prev    text   not null,
  hash    text   not null
);

-- One row. Its lock is the facility's order; `epoch` names this memory: a restore from a backup gives a new one.
create table :"schema".head (
  tag         uuid   not null default :'tag' primary key constraint own check (tag = :'tag'),
  seq         bigint not null default 0,
  epoch       text   not null,
  access_seq  bigint not null default 0,
  access_hash text   not null default ''
);

create table :"schema".meta (
  tag   uuid  not null default :'tag' constraint own check (tag = :'tag'),
  key   text  not null primary key,
  value jsonb not null
);

-- Before row-level security is forced, because afterwards not even the owner could.
insert into :"schema".head (epoch) values (:'epoch');
insert into :"schema".meta (key, value) values ('version', :'version'), ('facility', to_jsonb(:'facility'::text));

-- Barrier 2 ------------------------------------------------------------------------------------------------------------

-- barriers
set local role fleet_owner;
grant usage on schema :"schema" to :"role";
grant select, insert on :"schema".journal to :"role";
grant select, insert, update (fields, heads, conflicts, created, updated, seq) on :"schema".record to :"role";
grant select, insert on :"schema".blob to :"role";
grant select, insert, update (public_key, seen_at, dseq, hash, refused) on :"schema".device to :"role";
grant select, insert on :"schema".access_log to :"role";
grant select, update (seq, access_seq, access_hash) on :"schema".head to :"role";
grant select on :"schema".meta to :"role";

-- TRUNCATE passes row-level security by. Nobody was granted it; this is for the day somebody is.
create or replace function :"schema".refuse_truncate() returns trigger language plpgsql set search_path = ''
  as $$ begin raise exception 'a facility''s tables are never truncated' using errcode = '42501'; end $$;

-- Barrier 3, on each table ----------------------------------------------------------------------------------------------

-- each of journal, record, blob, device, access_log, head, meta
create or replace trigger refuse_truncate before truncate on :"schema".:"table"
  for each statement execute function :"schema".refuse_truncate();
alter table :"schema".:"table" enable row level security, force row level security;
-- `session_user` is who logged in: somebody who was made a member of the role by mistake, and takes it on, is still not it.
drop policy if exists own on :"schema".:"table";
create policy own on :"schema".:"table" to :"role"
  using (tag = :'tag' and session_user = :'role') with check (tag = :'tag' and session_user = :'role');
-- end
-- end barriers

-- For the facility's own reports: a view a kind of record, with typed columns (`schema/views.ts`). They run with the rights of
-- whoever asks, so the barriers above apply to them as well.

-- views

reset role;
