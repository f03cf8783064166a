/**
 * Every statement that runs in a facility's schema: static, schema-qualified, with parameters. The only thing put in is
 * the schema's name, which was made by us and is checked to be nothing else.
 *
 * A facility is at the newest version, or at the one before while the fleet is being brought along. Where a statement is not
 * the same for both, it has another name for each: a connection keeps one statement under a name, and outlives the change.
 */
import { FACILITY_VERSION } from '../schema/steps.ts'
import { unknownVersion } from './refusal.ts'

const NAME = /^t_[0-9a-f]{32}$/

export type Statements = ReturnType<typeof write>

const written = new Map<string, Statements>()
/** More than there are connections; texts for a whole fleet would fill more memory than all else. */
const MOST = 256

/**
 * The statements for a schema of a version. What only reads may go by the version that the registry says; what adds goes by
 * the one that `lockHead` finds, which stays true until the transaction ends.
 */
export function statementsFor(schema: string, version: number): Statements {
  const key = `${schema} ${version}`
  const found = written.get(key)
  if (found) return found
  if (!NAME.test(schema)) throw new TypeError('that is not the name of a facility schema')
  if (!isServed(version)) throw unknownVersion(version)
  if (written.size >= MOST) written.clear()
  const made = write(schema, version)
  written.set(key, made)
  return made
}

/** Whether this gateway can serve a facility of that version. */
export function isServed(version: number): boolean {
  return version === FACILITY_VERSION || version === FACILITY_VERSION - 1
}

/** The statements that are the same for every version, and for the operator's tools. */
export function headStatements(schema: string) {
  if (!NAME.test(schema)) throw new TypeError('that is not the name of a facility schema')
  return {
    /**
     * The facility's order: whoever holds this row is the only one who adds. Answers the version as well: a migration first
     * takes the whole table, so that whoever has the row has the version that goes with it. A newer column is read by way of
     * the row as JSON, since it need not be there.
     */
    lockHead: {
      name: 'lock-head',
      text: `select seq::float8 as seq, epoch, access_seq::float8 as access_seq, access_hash,
          to_char(clock_timestamp() at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as now,
          (to_jsonb(head) ->> 'stored')::float8 as stored,
          (select (value #>> '{}')::integer from ${schema}.meta where key = 'version') as version
        from ${schema}.head for update`,
    },
    addAccess: {
      name: 'add-access',
      text: `with logged as (
          insert into ${schema}.access_log (seq, at, device, act, rows, address, outcome, prev, hash)
          values ($1, $2, $3, $4, $5, $6, $7, $8, $9) returning seq, hash)
        update ${schema}.head set access_seq = logged.seq, access_hash = logged.hash from logged`,
    },
  }
}

/** A parameter that holds one value a line, as a column. */
const lines = (parameter: number) => `unnest(string_to_array($${parameter}, E'\\n'))`

const folded = `rows from (${[1, 2, 3, 4, 5, 6, 7].map(lines).join(', ')})
  as folded (kind, id, fields, heads, conflicts, created, updated)`

function write(s: string, version: number) {
  return {
    ...headStatements(s),
    readHead: { name: 'read-head', text: `select seq::float8 as seq, epoch from ${s}.head` },
    device: {
      name: 'device',
      text: `select dseq::float8 as dseq, hash, refused from ${s}.device where id = $1`,
    },
    // The registry knows the device first; a crash between the two is made good here at its next call.
    saveDevice: {
      name: 'save-device',
      text: `insert into ${s}.device (id, public_key) values ($1, $2)
        on conflict (id) do update set public_key = excluded.public_key, seen_at = now()`,
    },
    hashes: {
      name: 'hashes',
      text: `select dseq::float8 as dseq, hash from ${s}.journal where device = $1 and dseq between $2 and $3`,
    },
    // Columns come as lines (`lines.ts`): an array would have each of its strings quoted here and unquoted there.
    // A lone empty line is no line at all to string_to_array, hence the coalesce.
    addEntries: {
      name: 'add-entries',
      text: `insert into ${s}.journal (seq, device, dseq, hash, kind, record, id, body, opens)
        select $1::bigint + place, $2, dseq::bigint, hash, kind, coalesce(record, ''), coalesce(id, ''), body, opens::boolean
        from rows from (${lines(3)}, ${lines(4)}, ${lines(5)}, ${lines(6)}, ${lines(7)}, ${lines(8)}, ${lines(9)})
          with ordinality as entry (dseq, hash, kind, record, id, body, opens, place)`,
    },
    records: {
      name: 'records',
      // One look into the index for each that is wanted, whatever the planner believes of a table that was empty when it
      // made the plan: the tag's filter lets it expect a single row, and then it would rather read the whole table.
      text: `select record.* from (select distinct * from rows from (${lines(1)}, ${lines(2)}) as named) as wanted (kind, id)
        cross join lateral (
          select kind, id, fields, heads, conflicts, created, updated
          from ${s}.record where record.kind = wanted.kind and record.id = wanted.id offset 0) as record`,
    },
    changes: {
      name: 'changes',
      text: `with wanted (id, record) as materialized (select distinct * from rows from (${lines(1)}, ${lines(2)}) as named)
        select entry.* from wanted cross join lateral (
          select record, id, hash, body from ${s}.journal
          where kind = 'change' and not opens and journal.id = wanted.id and journal.record = wanted.record offset 0) as entry
        union all
        select entry.* from wanted
          cross join lateral (
            select opened from ${s}.record where record.kind = wanted.record and record.id = wanted.id offset 0) as made
          cross join lateral (
            select record, id, hash, body from ${s}.journal where journal.seq = made.opened offset 0) as entry`,
    },
    // Two statements, since under the head's lock it is known which records are new: an upsert costs a third more.
    addRecords: {
      name: 'add-records',
      text: `insert into ${s}.record (kind, id, fields, heads, conflicts, created, updated, seq, opened)
        select kind, id, fields::jsonb, heads::text[], conflicts::jsonb, created, updated, $8, opened::bigint
        from rows from (${[1, 2, 3, 4, 5, 6, 7, 9].map(lines).join(', ')})
          as folded (kind, id, fields, heads, conflicts, created, updated, opened)`,
    },
    changeRecords: {
      name: 'change-records',
      // They are there already; written so that each is found by its key, whatever the planner believes (see `records`).
      text: `insert into ${s}.record (kind, id, fields, heads, conflicts, created, updated, seq)
        select kind, id, fields::jsonb, heads::text[], conflicts::jsonb, created, updated, $8
        from ${folded}
        on conflict (kind, id) do update set fields = excluded.fields, heads = excluded.heads,
          conflicts = excluded.conflicts, created = excluded.created, updated = excluded.updated, seq = excluded.seq`,
    },
    access: {
      name: 'access',
      text: `select seq::float8 as seq, at, device, act, rows, address, outcome, prev, hash
        from ${s}.access_log where seq > $1 order by seq limit $2`,
    },
    /** What ends a push: the device's position, the access log, the bytes it brought, and the head that all hang on. */
    endPush: {
      name: `end-push-${version}`,
      text: `with moved as (
          update ${s}.device set dseq = $11, hash = $12, refused = $13, seen_at = now() where id = $3),
        logged as (
          insert into ${s}.access_log (seq, at, device, act, rows, address, outcome, prev, hash)
          values ($1, $2, $3, $4, $5, $6, $7, $8, $9) returning seq, hash)
        update ${s}.head set seq = $10, access_seq = logged.seq, access_hash = logged.hash${version >= 2 ? ', stored = stored + $14' : ''}
        from logged`,
    },
    /** A page: at most so many entries, and no more bytes than asked, but always one if there is one. */
    page: {
      name: 'page',
      text: `select seq::float8 as seq, hash, body from (
          select seq, hash, body, sum(octet_length(body)) over (order by seq) - octet_length(body) as before
          from (select seq, hash, body from ${s}.journal where seq > $1 order by seq limit $2) as next) as page
        where before < $3 order by seq`,
    },
  } as const
}
