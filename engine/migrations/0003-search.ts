import type { Migration } from './migration.ts'

/**
 * The one-box search over patients, and what the activity page filters by.
 *
 * `search_patient` has the patient's own number (`_row`). FTS5 keeps no copy of the text (`content`), forgets what is
 * deleted from its pages (`secure-delete`), and needs neither positions nor sizes: the words are ranked by our own rules.
 */
export const search: Migration = {
  number: 3,
  says: 'search index, and indexes for the activity page',
  sql: `
    create table search_patient (
      number integer primary key,
      patient text not null,
      name text not null,
      sound text not null,
      digits text not null,
      born text not null
    ) strict;
    create virtual table search using fts5 (
      name, sound, digits, born,
      content = 'search_patient', content_rowid = 'number',
      tokenize = "unicode61 remove_diacritics 0 categories 'L* N* M* So Co'",
      prefix = '1 2 3 4', detail = 'column', columnsize = 0
    );
    insert into search (search, rank) values ('secure-delete', 1);

    create index journal_other on journal (kind, hlc) where kind <> 'change';
  `,
}
