/** A facility's own tables and views, no longer what they were made as: reports that lie, code that runs by itself. */
import type { FindingCode } from '../../scan/codes.ts'
import { broken, type Fault } from '../fault.ts'

/** The view of patients, with its text changed. */
const patients = (schema: string, change: (text: string) => string) =>
  `do $do$ begin execute 'create or replace view ${schema}.patient with (security_invoker = true) as '
    || ${change(`pg_catalog.rtrim(pg_catalog.pg_get_viewdef('${schema}.patient'::regclass), ';')`)}; end $do$`

const CHANGED: readonly [id: string, title: string, code: FindingCode, sql: (schema: string) => string][] = [
  [
    'view-nothing',
    'A view shows nothing.',
    'view-changed',
    (schema) => patients(schema, (text) => `${text} || ' and false'`),
  ],
  [
    'view-column',
    'A view shows one field under another’s name.',
    'view-changed',
    (schema) => patients(schema, (text) => `pg_catalog.replace(${text}, '''family''', '''given''')`),
  ],
  [
    'view-kind',
    'A view shows another kind of record.',
    'view-changed',
    (schema) => patients(schema, (text) => `pg_catalog.replace(${text}, '''patient''', '''user''')`),
  ],
  [
    'view-few',
    'A view shows some records only.',
    'view-changed',
    (schema) => patients(schema, (text) => `${text} || ' limit 3'`),
  ],
  [
    'view-twice',
    'A view shows each record twice.',
    'view-changed',
    (schema) => patients(schema, (text) => `${text} || ' union all ' || ${text}`),
  ],
  [
    'view-renamed',
    'A column of a view has another name.',
    'view-changed',
    (schema) => `alter view ${schema}.patient rename column seq to number`,
  ],
  [
    'view-default',
    'A view gives a value to what is written into it.',
    'view-changed',
    (schema) => `alter view ${schema}.patient alter id set default 'x'`,
  ],
  [
    'view-options',
    'A view has an option of somebody’s.',
    'relation-tuned',
    (schema) => `alter view ${schema}.patient set (security_barrier = true)`,
  ],
  [
    'view-trigger',
    'What is written into a view goes elsewhere.',
    'trigger-unexpected',
    (schema) =>
      `create trigger also instead of insert on ${schema}.patient for each row execute function ${schema}.refuse_truncate()`,
  ],
  [
    'default',
    'A column is given what a function says.',
    'table-shape',
    (schema) => `alter table ${schema}.journal alter id set default pg_catalog.version()`,
  ],
  [
    'check',
    'There is one more check.',
    'table-shape',
    (schema) => `alter table ${schema}.record add check (id <> '') not valid`,
  ],
  [
    'collation',
    'Text is told apart in another way.',
    'table-shape',
    (schema) => `alter table ${schema}.device alter hash type text collate "C"`,
  ],
  [
    'index',
    'An index reckons something at every change.',
    'index-shape',
    (schema) => `create index also on ${schema}.record (pg_catalog.lower(id))`,
  ],
  [
    'key-not-unique',
    'A key lets the same thing in twice.',
    'index-shape',
    (schema) =>
      `update pg_catalog.pg_index set indisunique = false where indexrelid = '${schema}.journal_pkey'::regclass`,
  ],
  [
    'key-not-kept',
    'The index of a key is not kept up.',
    'index-shape',
    (schema) =>
      `update pg_catalog.pg_index set indisready = false where indexrelid = '${schema}.journal_pkey'::regclass`,
  ],
  [
    'replica-identity',
    'A table is made ready to be copied, row by row.',
    'relation-odd',
    (schema) => `alter table ${schema}.record replica identity full`,
  ],
  [
    'statistics',
    'A table’s values are counted in a way of somebody’s.',
    'relation-odd',
    (schema) => `create statistics public.also on id, kind from ${schema}.record`,
  ],
  [
    'row-type',
    'A neighbor may make things that hang on a table.',
    'relation-odd',
    (schema) => `grant usage on type ${schema}.record to alcove_gateway`,
  ],
  [
    'options',
    'A table is not tidied up any more.',
    'relation-tuned',
    (schema) => `alter table ${schema}.record set (autovacuum_enabled = off)`,
  ],
  [
    'toast-options',
    'A table’s large values are not tidied up any more.',
    'relation-tuned',
    (schema) => `alter table ${schema}.record set (toast.autovacuum_enabled = off)`,
  ],
  [
    'index-options',
    'An index is filled in another way.',
    'relation-tuned',
    (schema) => `alter index ${schema}.record_pkey set (fillfactor = 10)`,
  ],
  [
    'storage',
    'A column is stored in another way.',
    'relation-tuned',
    (schema) => `alter table ${schema}.record alter fields set storage external`,
  ],
  [
    'ordered',
    'A table is to be ordered by an index.',
    'relation-tuned',
    (schema) => `alter table ${schema}.record cluster on record_pkey`,
  ],
  [
    'guard-leakproof',
    'The guard’s function is said to give nothing away.',
    'function-unsafe',
    (schema) => `alter function ${schema}.refuse_truncate() leakproof`,
  ],
]

export const shapes: readonly Fault[] = CHANGED.map(([id, title, code, sql]) =>
  broken(`shapes.${id}`, title, code, ({ victim }) => sql(victim.schema)),
)
