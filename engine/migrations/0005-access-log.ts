import type { Migration } from './migration.ts'

/**
 * The cloud's access log, as the gateways gave it: who came to this facility's records there. A row is kept for good; one
 * that says something else under the same number is another row, so that what was read once is not lost to a change.
 *
 * Rows come once an hour and in hundreds, so that an index for each thing that the list is asked for costs nothing that
 * anybody waits for; a clinic of five rooms has a million of them in a few years.
 */
export const accessLog: Migration = {
  number: 5,
  says: 'who came to the records in the cloud',
  sql: `
    create table access_row (
      remote text not null references remote (id) on delete cascade,
      seq integer not null,
      hash text not null,
      at text not null,
      device text not null,
      act text not null,
      rows integer not null,
      address text not null,
      outcome text not null,
      prev text not null,
      -- Of the operator's acts the device is whom they were about.
      who text not null generated always as (case when act like 'operator-%' then 'operator' else device end) stored,
      primary key (remote, seq, hash)
    ) strict, without rowid;
    create index access_row_at on access_row (remote, at, seq, hash);
    create index access_row_who on access_row (remote, who, at, seq, hash);
    create index access_row_act on access_row (remote, act, at, seq, hash);
    create index access_row_refused on access_row (remote, at, seq, hash) where outcome <> 'ok';

    -- How far the log was followed, in which of the gateway's memories, when it was last read, and how much there is.
    create table access_chain (
      remote text primary key not null references remote (id) on delete cascade,
      epoch text not null,
      seq integer not null,
      hash text not null,
      read_at text not null,
      kept integer not null
    ) strict, without rowid;

    -- Where it did not hold. Never taken back.
    create table access_break (
      remote text not null references remote (id) on delete cascade,
      seq integer not null,
      what text not null,
      found_at text not null,
      primary key (remote, seq, what)
    ) strict, without rowid;
  `,
}
