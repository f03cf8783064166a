import type { Migration } from './migration.ts'

/**
 * The journal, the newest entry of each device, and what never leaves this workstation: settings, counters, the
 * gateways it talks to and what they refused.
 */
export const journal: Migration = {
  number: 1,
  says: 'journal, heads and the tables that stay on this workstation',
  sql: `
    create table journal (
      device text not null,
      dseq integer not null,
      hash text not null unique,
      prev text not null,
      hlc text not null,
      author text not null,
      kind text not null,
      record text not null,
      id text not null,
      body text not null,
      primary key (device, dseq)
    ) strict;
    create index journal_record on journal (record, id);
    create index journal_clock on journal (hlc);

    create table head (
      device text primary key not null,
      dseq integer not null,
      hash text not null,
      hlc text not null
    ) strict, without rowid;

    create table meta (key text primary key not null, value text not null) strict, without rowid;
    create table counter (name text primary key not null, value integer not null) strict, without rowid;

    create table remote (
      id text primary key not null,
      config text not null,
      enabled integer not null default 0,
      cursor integer not null default 0,
      hash text not null default '',
      epoch text,
      last_synced text,
      error text
    ) strict;
    create table parked (
      remote text not null references remote (id) on delete cascade,
      dseq integer not null,
      code text not null,
      at text not null,
      primary key (remote, dseq)
    ) strict, without rowid;
  `,
}
