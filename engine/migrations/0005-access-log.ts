import type { Migration } from './migration.ts'

/**
 * The cloud's access log, as the gateways gave it: who came to this facility's records there. A row is kept for good; one
 * that says something else under the same number is another row, so that what was read once is not lost to a change.
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
      primary key (remote, seq, hash)
    ) strict, without rowid;
    create index access_row_at on access_row (remote, at, seq, hash);

    -- How far the log was followed, in which of the gateway's memories, and when it was last read.
    create table access_chain (
      remote text primary key not null references remote (id) on delete cascade,
      epoch text not null,
      seq integer not null,
      hash text not null,
      read_at text not null
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
