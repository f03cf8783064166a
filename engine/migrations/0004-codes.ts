import type { Migration } from './migration.ts'

/** Code lists get the other words that people look for, a mark for what is common, and a full-text index. */
export const codes: Migration = {
  number: 4,
  says: 'code lists that can be searched',
  sql: `
    drop table code;
    -- A number of its own: the index refers to it, and an implicit one may change when a backup is made.
    create table code (
      number integer primary key,
      system text not null,
      code text not null,
      display text not null,
      synonyms text not null default '',
      common integer not null default 0,
      unique (system, code)
    ) strict;
    create virtual table code_text using fts5 (
      display, synonyms,
      content = 'code', content_rowid = 'number',
      tokenize = 'unicode61 remove_diacritics 2', prefix = '1 2 3'
    );
    create trigger code_added after insert on code begin
      insert into code_text (rowid, display, synonyms) values (new.number, new.display, new.synonyms);
    end;
    create trigger code_changed after update of display, synonyms on code begin
      insert into code_text (code_text, rowid, display, synonyms)
        values ('delete', old.number, old.display, old.synonyms);
      insert into code_text (rowid, display, synonyms) values (new.number, new.display, new.synonyms);
    end;
    create trigger code_removed after delete on code begin
      insert into code_text (code_text, rowid, display, synonyms)
        values ('delete', old.number, old.display, old.synonyms);
    end;
  `,
}
