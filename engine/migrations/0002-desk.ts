import type { Migration } from './migration.ts'

/** What a person at this workstation had open lately, the lists of codes, and which of them each user picks. */
export const desk: Migration = {
  number: 2,
  says: 'recent patients, code lists and favorites',
  sql: `
    create table recent (
      user text not null,
      patient text not null,
      at text not null,
      primary key (user, patient)
    ) strict, without rowid;

    create table code (
      system text not null,
      code text not null,
      display text not null,
      primary key (system, code)
    ) strict;

    create table favorite (
      user text not null,
      system text not null,
      code text not null,
      display text not null,
      uses integer not null default 1,
      at text not null,
      primary key (user, system, code)
    ) strict, without rowid;
  `,
}
