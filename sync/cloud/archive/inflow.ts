/** What an archive brings, put behind what a facility has. Runs with the facility's rights, under the lock of its head. */
import type pg from 'pg'
import type { Change } from '../../../domain/entry.ts'
import { fold } from '../../../domain/fold.ts'
import { kindNamed } from '../../../domain/kinds.ts'
import { CloudError } from '../errors.ts'
import { accessRow, type Head } from '../gateway/access-log.ts'
import { jsonb, readEntry } from '../gateway/entry.ts'
import type { RefusedEntry } from '../gateway/push.ts'
import { project } from '../gateway/records.ts'
import type { Statements } from '../gateway/statements.ts'
import { type Row, visitOf } from './check.ts'
import { damaged } from './format.ts'

export class Inflow {
  readonly counts = { entries: 0, records: 0, blobs: 0, visits: 0, devices: 0 }
  readonly #client: pg.ClientBase
  readonly #schema: string
  readonly #sql: Statements
  #head: Head
  #devices: Row[] = []

  constructor(client: pg.ClientBase, schema: string, sql: Statements, head: Head) {
    this.#client = client
    this.#schema = schema
    this.#sql = sql
    this.#head = head
  }

  async add(table: string, rows: readonly Row[]): Promise<void> {
    if (table === 'device') this.#devices.push(...rows)
    else if (table === 'journal') await this.#entries(rows)
    else if (table === 'blob') await this.#blobs(rows)
    else if (table === 'access_log') await this.#visits(rows)
    else if (table === 'record') await this.#records(rows)
  }

  async finish(): Promise<void> {
    for (const row of this.#devices) await this.#device(row)
    const { seq, access_seq, access_hash } = this.#head
    await this.#client.query(`update ${this.#schema}.head set seq = $1, access_seq = $2, access_hash = $3`, [
      ...[seq, access_seq, access_hash],
    ])
  }

  /** Entries that are not there, in the archive's order; with their records folded as a push does it. */
  async #entries(rows: readonly Row[]): Promise<void> {
    const s = this.#schema
    const known = await this.#client.query<{ device: string; dseq: number; hash: string }>(
      `select device, dseq::float8 as dseq, hash from ${s}.journal
       join unnest($1::text[], $2::bigint[]) as wanted (device, dseq) using (device, dseq)`,
      [column(rows, 'device'), column(rows, 'dseq')],
    )
    const hashes = new Map(known.rows.map(({ device, dseq, hash }) => [`${device} ${dseq}`, hash]))
    const missing: Row[] = []
    for (const row of rows) {
      const hash = hashes.get(`${row.device} ${row.dseq}`)
      if (hash === undefined) missing.push(row)
      else if (hash !== row.hash) throw conflict()
    }
    if (missing.length === 0) return
    const first = this.#head.seq + 1
    const seqs = missing.map((_, place) => first + place)
    const changes = missing.flatMap((row, place) => {
      const read = readEntry(JSON.parse(row.body as string), row.hash as string)
      if (typeof read === 'string') throw damaged()
      const { record, id, change } = read
      return change ? [{ record, id, change, seq: first + place }] : []
    })
    const names = ['device', 'dseq', 'hash', 'kind', 'record', 'id', 'body'] as const
    // One after the other, since whoever restores has an administrator's connection, which does one thing at a time.
    let written: Promise<pg.QueryResult | undefined> = Promise.resolve(undefined)
    const send = (query: pg.QueryConfig) => {
      const answer = written.then(() => this.#client.query(query))
      // Thrown below; it must only not count as unhandled until then.
      answer.catch(() => {})
      written = answer
      return answer
    }
    const add = (opening: ReadonlySet<number>) =>
      void send({
        text: `insert into ${s}.journal (seq, device, dseq, hash, kind, record, id, body, opens, received_at)
         select * from unnest($1::bigint[], $2::text[], $3::bigint[], $4::text[], $5::text[], $6::text[], $7::text[],
           $8::text[], $9::boolean[], $10::timestamptz[])`,
        values: [
          seqs,
          ...names.map((name) => column(missing, name)),
          seqs.map((seq) => opening.has(seq)),
          column(missing, 'received_at'),
        ],
      })
    const last = first + missing.length - 1
    await project(send, this.#sql, changes, last, add)
    await written
    this.#head = { ...this.#head, seq: last }
    this.counts.entries += missing.length
  }

  async #blobs(rows: readonly Row[]): Promise<void> {
    const { rowCount } = await this.#client.query(
      `insert into ${this.#schema}.blob (hash, content, received_at)
       select * from unnest($1::text[], $2::bytea[], $3::timestamptz[]) on conflict (hash) do nothing`,
      [column(rows, 'hash'), column(rows, 'content'), column(rows, 'received_at')],
    )
    this.counts.blobs += rowCount ?? 0
  }

  /**
   * Visits that are not in the log, chained behind it. Where the log had only lost its end they come out as they were, so
   * that a workstation which had read them finds the same.
   */
  async #visits(rows: readonly Row[]): Promise<void> {
    const s = this.#schema
    const values = ['at', 'device', 'act', 'rows', 'address', 'outcome', 'seq', 'hash'].map((name) =>
      column(rows, name),
    )
    const { rows: missing } = await this.#client.query<{ place: number }>(
      `select place::int from unnest($1::timestamptz[], $2::text[], $3::text[], $4::int[], $5::text[], $6::text[], $7::bigint[],
           $8::text[]) with ordinality as visit (at, device, act, rows, address, outcome, seq, hash, place)
       where not exists (select from ${s}.access_log as log where log.seq = visit.seq and log.hash = visit.hash)
         and not exists (select from ${s}.access_log as log where (log.at, log.device, log.act, log.rows, log.address, log.outcome)
           = (visit.at, visit.device, visit.act, visit.rows, visit.address, visit.outcome))
       order by place`,
      values,
    )
    const added: (string | number)[][] = []
    for (const { place } of missing) {
      const { at, device, act, rows: count, address, outcome } = visitOf(rows[place - 1] as Row)
      const row = accessRow(this.#head, { device, act, rows: count, address, outcome }, new Date(at).toISOString())
      this.#head = { ...this.#head, access_seq: row[0] as number, access_hash: row[8] as string }
      added.push(row)
    }
    if (added.length === 0) return
    await this.#client.query(
      `insert into ${s}.access_log (seq, at, device, act, rows, address, outcome, prev, hash)
       select * from unnest($1::bigint[], $2::timestamptz[], $3::text[], $4::text[], $5::int[], $6::text[], $7::text[],
         $8::text[], $9::text[])`,
      Array.from({ length: 9 }, (_, place) => added.map((row) => row[place])),
    )
    this.counts.visits += added.length
  }

  /** Records whose entries are there and which are not, folded anew. Those that were just added are there by now. */
  async #records(rows: readonly Row[]): Promise<void> {
    const s = this.#schema
    const { rows: missing } = await this.#client.query<{ kind: string; id: string }>(
      `select kind, id from unnest($1::text[], $2::text[]) as wanted (kind, id)
       where not exists (select from ${s}.record where record.kind = wanted.kind and record.id = wanted.id)`,
      [column(rows, 'kind'), column(rows, 'id')],
    )
    for (const { kind, id } of missing) {
      const entries = await this.#client.query<{ seq: number; hash: string; body: string; opens: boolean }>(
        `select seq::float8 as seq, hash, body, opens from ${s}.journal
         where kind = 'change' and record = $1 and id = $2 order by seq`,
        [kind, id],
      )
      if (entries.rows.length === 0) throw damaged()
      const changes = entries.rows.map(({ hash, body }) => {
        const { hlc, author, fields = {}, base = [] } = JSON.parse(body) as Change
        return { hash, hlc, author, fields, base }
      })
      const { fields, heads, conflicts, created, updated } = fold(kindNamed(kind), changes)
      const opened = entries.rows.find((entry) => entry.opens)?.seq ?? 0
      await this.#client.query(
        `insert into ${s}.record (kind, id, fields, heads, conflicts, created, updated, seq, opened)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
        [kind, id, jsonb(fields), heads, jsonb(conflicts), created, updated, entries.rows.at(-1)?.seq, opened],
      )
    }
    this.counts.records += missing.length
  }

  /** How far a workstation's entries have come: the further of the two. */
  async #device(row: Row): Promise<void> {
    const s = this.#schema
    const found = await this.#client.query<{ dseq: number; hash: string; refused: RefusedEntry[] }>(
      `select dseq::float8 as dseq, hash, refused from ${s}.device where id = $1`,
      [row.id],
    )
    const here = found.rows[0]
    const refused = row.refused as RefusedEntry[]
    if (!here) {
      await this.#client.query(
        `insert into ${s}.device (id, public_key, enrolled_at, seen_at, dseq, hash, refused) values ($1, $2, $3, $4, $5, $6, $7)`,
        [row.id, row.public_key, row.enrolled_at, row.seen_at, row.dseq, row.hash, JSON.stringify(refused)],
      )
      this.counts.devices++
      return
    }
    const all = new Map([...refused, ...here.refused].map((one) => [one.dseq, one]))
    for (const one of refused) if (all.get(one.dseq)?.hash !== one.hash) throw conflict()
    const [dseq, hash] = here.dseq < (row.dseq as number) ? [row.dseq, row.hash] : [here.dseq, here.hash]
    if (here.dseq === row.dseq && here.hash !== row.hash) throw conflict()
    const merged = [...all.values()].sort((a, b) => a.dseq - b.dseq)
    await this.#client.query(`update ${s}.device set dseq = $2, hash = $3, refused = $4 where id = $1`, [
      ...[row.id, dseq, hash, JSON.stringify(merged)],
    ])
  }
}

function column(rows: readonly Row[], name: string): unknown[] {
  return rows.map((row) => row[name])
}

const conflict = () =>
  new CloudError(
    'archive-conflict',
    'The facility has other entries than that archive under the same numbers, so a workstation was cloned or restored in between. Nothing was changed.',
  )
