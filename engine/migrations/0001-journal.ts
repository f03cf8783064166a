import type { Migration } from './migration.ts'

/**
 * The journal, and what never leaves this workstation: settings, counters, the gateways it talks to and what they
 * refused.
 *
 * An entry's `seq` is its device's number here and its place in that device's chain, `number << 32 | dseq`. So an entry
 * is found by device and `dseq`, cannot be there twice, and is written at the end of one tree rather than of three:
 * each page that a write touches is encrypted, and that is most of what a write costs. For the same reason an entry that
 * made a record (`opens`) is found by that record's row, and only what came after it has an index.
 */
export const journal: Migration = {
  number: 1,
  says: 'journal and the tables that stay on this workstation',
  sql: `
    create table device (number integer primary key, id text not null unique) strict;

    create table journal (
      seq integer primary key,
      device text not null,
      dseq integer not null,
      hash text not null,
      prev text not null,
      hlc text not null,
      author text not null,
      kind text not null,
      record text not null,
      id text not null,
      body text not null,
      opens integer not null,
      check (dseq > 0 and seq & 0xffffffff = dseq)
    ) strict;
    create index journal_record on journal (record, id) where opens = 0;

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
