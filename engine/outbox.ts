/**
 * The engine's end of sync: what the worker may ask (domain/outbox.ts), and the little that is kept of it. Credentials
 * are in the encrypted database and never in the journal.
 *
 * What the worker says is checked, because it says what a gateway said: only an entry of ours, named by its own hash,
 * counts as acknowledged, and credentials are only taken when an admin has just asked for them.
 */
import type { AccessPage, Enrolled, Outbox, OutboxEntry, Remote, Report, SyncState } from '../domain/outbox.ts'
import { accessPlace, addAccess } from './access-log.ts'
import type { SyncStatus } from './api-shapes.ts'
import type { Database } from './database.ts'
import { AlcoveError } from './errors.ts'
import { CHAIN_START, type Journal } from './journal.ts'
import { newId } from './uuid.ts'

interface RemoteRow {
  id: string
  config: string
  enabled: number
  cursor: number
  hash: string
  epoch: string | null
  last_synced: string | null
  error: string | null
}

/** What is known only as long as the database is open: the worker's latest word, and who has just asked to enroll. */
interface Live {
  state?: SyncState | undefined
  admitted?: { user: string; until: number } | undefined
}
const lives = new WeakMap<Database, Live>()

/** An enrollment that was asked for is waited for this long. */
const ADMITTED_MS = 5 * 60_000

export class EngineOutbox implements Outbox {
  readonly #db: Database
  readonly #journal: Journal
  readonly #tell: (status: SyncStatus) => void
  readonly #now: () => number

  /** `tell` is called with the status whenever the worker changed it. */
  constructor(db: Database, journal: Journal, tell: (status: SyncStatus) => void = () => {}, now = Date.now) {
    this.#db = db
    this.#journal = journal
    this.#tell = tell
    this.#now = now
  }

  async device(): Promise<string> {
    return this.#journal.device
  }

  async remote(): Promise<Remote | undefined> {
    const row = enabledRemote(this.#db)
    if (!row) return undefined
    const config = JSON.parse(row.config) as Omit<Remote, 'id' | 'cursor' | 'epoch'>
    return { ...config, id: row.id, cursor: row.cursor, ...(row.epoch !== null && { epoch: row.epoch }) }
  }

  async read(after: number, limit: number, bytes: number): Promise<{ entries: OutboxEntry[] }> {
    const entries: OutboxEntry[] = []
    let size = 0
    for (const entry of this.#db.iterate<OutboxEntry>(READ, { device: this.#journal.device, after, limit })) {
      size += Buffer.byteLength(entry.body) + 1
      if (size > bytes && entries.length > 0) break
      entries.push(entry)
    }
    return { entries }
  }

  async hashAt(dseq: number): Promise<string | undefined> {
    return hashAt(this.#db, this.#journal.device, dseq)
  }

  async acknowledge(remoteId: string, dseq: number, hash: string): Promise<void> {
    this.#db.immediate(() => {
      const remote = this.#remote(remoteId)
      this.#refuseFalse(dseq, hash)
      if (dseq > remote.cursor) this.#db.run(MOVE, [dseq, hash, remoteId])
    })
    this.#said()
  }

  async rewind(remoteId: string, dseq: number, hash: string, epoch: string): Promise<void> {
    this.#db.immediate(() => {
      this.#remote(remoteId)
      this.#refuseFalse(dseq, hash)
      this.#db.run(MOVE, [dseq, hash, remoteId])
      this.#db.run('update remote set epoch = ? where id = ?', [epoch, remoteId])
      // What was refused beyond that point is judged again when it is sent again.
      this.#db.run('delete from parked where remote = ? and dseq > ?', [remoteId, dseq])
    })
    this.#said()
  }

  async park(remoteId: string, dseq: number, code: string): Promise<void> {
    this.#db.immediate(() => {
      this.#remote(remoteId)
      if (dseq < 1 || hashAt(this.#db, this.#journal.device, dseq) === undefined) throw falseWord()
      this.#db.run(PARK, [remoteId, dseq, code, new Date(this.#now()).toISOString()])
    })
    this.#said()
  }

  async report(remoteId: string, { state, lastSynced, error, epoch }: Report): Promise<void> {
    this.#db.immediate(() => {
      this.#remote(remoteId)
      if (lastSynced !== undefined)
        this.#db.run('update remote set last_synced = ? where id = ?', [lastSynced, remoteId])
      if (epoch !== undefined) this.#db.run('update remote set epoch = ? where id = ?', [epoch, remoteId])
      if (error !== undefined)
        this.#db.run('update remote set error = ? where id = ?', [error && JSON.stringify(error), remoteId])
    })
    if (state !== undefined) liveOf(this.#db).state = state
    this.#said()
  }

  async accessPlace(remoteId: string): Promise<{ epoch: string; seq: number }> {
    return accessPlace(this.#db, this.#remote(remoteId).id)
  }

  async addAccess(remoteId: string, page: AccessPage): Promise<number> {
    const { id } = this.#remote(remoteId)
    const next = this.#db.immediate(() => {
      const { next, found } = addAccess(this.#db, id, page, new Date(this.#now()))
      // Nobody may look at the list for weeks; that it does not hold is on record the hour it was found.
      for (const { seq, what } of found) {
        this.#journal.append({ kind: 'admin', author: 'system', record: 'access.broken', id, fields: { seq, what } })
      }
      return next
    })
    this.#said()
    return next
  }

  async enrolled({ epoch, ...config }: Enrolled): Promise<void> {
    const live = liveOf(this.#db)
    const admitted = live.admitted
    if (!admitted || admitted.until < this.#now() || config.device !== this.#journal.device) {
      throw new AlcoveError('not-permitted', 'Nobody here has asked to enroll. Ask again; nothing was changed.')
    }
    live.admitted = undefined
    const moves = this.#db.immediate(() => {
      const rows = this.#db.all<RemoteRow>('select * from remote')
      // The same facility once more, with fresh credentials: what it has of us it still has.
      const known = rows.find((row) => (JSON.parse(row.config) as Enrolled).facility === config.facility)
      const elsewhere = !known && rows.some((row) => row.cursor > 0)
      const id = known?.id ?? newId(this.#now())
      this.#db.run('update remote set enabled = 0')
      this.#db.run(ENROLLED, [id, JSON.stringify(config), elsewhere ? 0 : 1, epoch])
      noteSync(this.#journal, 'sync.enrolled', admitted.user, id, config.url)
      return elsewhere
    })
    live.state = moves ? undefined : 'idle'
    this.#said()
    // A whole clinic's records, sent to whoever's code was pasted: that is asked once more.
    if (moves) throw new AlcoveError('other-facility', OTHER_FACILITY)
  }

  #remote(id: string): RemoteRow {
    const row = this.#db.get<RemoteRow>('select * from remote where id = ?', [id])
    if (!row) throw new AlcoveError('not-found', 'This workstation is not enrolled with that gateway.')
    return row
  }

  /** A gateway may only be said to have what is ours, under the hash that we gave it. */
  #refuseFalse(dseq: number, hash: string): void {
    if (hashAt(this.#db, this.#journal.device, dseq) !== hash) throw falseWord()
  }

  #said(): void {
    this.#tell(syncStatus(this.#db, this.#journal.device))
  }
}

/** How sync stands, for the status line and `sync.status`. */
export function syncStatus(db: Database, device: string): SyncStatus {
  const remote = enabledRemote(db) ?? db.get<RemoteRow>('select * from remote order by id desc limit 1')
  const last = db.get<{ dseq: number }>(LAST_THAT_COUNTS, { device, after: remote?.cursor ?? 0 })?.dseq ?? 0
  const failed = remote ? db.get<{ n: number }>('select count(*) as n from parked where remote = ?', [remote.id])?.n : 0
  const error = remote?.error ? (JSON.parse(remote.error) as { code: string; message: string }) : undefined
  const enabled = remote?.enabled === 1
  return {
    enabled,
    waiting: Math.max(0, last - (remote?.cursor ?? 0)),
    failed: failed ?? 0,
    ...(remote?.last_synced && { lastSynced: remote.last_synced }),
    ...(remote && { remote: (JSON.parse(remote.config) as Enrolled).url }),
    state: enabled ? (liveOf(db).state ?? (error ? 'error' : 'idle')) : 'off',
    ...(enabled && error && { error }),
  }
}

/** Lets the next enrollment in. Only an admin's command calls this. */
export function admitEnrollment(db: Database, user: string, now: number): void {
  liveOf(db).admitted = { user, until: now + ADMITTED_MS }
}

/** Turns sync on or off; false when there is no gateway to sync with. */
export function switchSync(db: Database, journal: Journal, user: string, on: boolean): boolean {
  const row = enabledRemote(db) ?? db.get<RemoteRow>('select * from remote order by id desc limit 1')
  if (!row) return false
  if ((row.enabled === 1) === on) return true
  db.run('update remote set enabled = ? where id = ?', [on ? 1 : 0, row.id])
  noteSync(journal, on ? 'sync.on' : 'sync.off', user, row.id, (JSON.parse(row.config) as Enrolled).url)
  liveOf(db).state = undefined
  return true
}

function noteSync(journal: Journal, record: string, author: string, id: string, url: string): void {
  journal.append({ kind: 'admin', author, record, id, fields: { url } })
}

function enabledRemote(db: Database): RemoteRow | undefined {
  return db.get<RemoteRow>('select * from remote where enabled = 1')
}

function hashAt(db: Database, device: string, dseq: number): string | undefined {
  if (dseq === 0) return ''
  return db.get<{ hash: string }>(HASH_AT, { device, dseq })?.hash
}

function liveOf(db: Database): Live {
  let live = lives.get(db)
  if (!live) {
    live = {}
    lives.set(db, live)
  }
  return live
}

function falseWord(): AlcoveError {
  return new AlcoveError(
    'gateway-misbehaved',
    'The gateway spoke of entries that are not this workstation’s. Nothing was lost.',
  )
}

const HASH_AT = `select hash from journal where seq = ${CHAIN_START} + :dseq`
const READ = `
  select dseq, hash, body from journal
  where seq > ${CHAIN_START} + :after and seq <= ${CHAIN_START} + 0xffffffff
  order by seq limit :limit`
const MOVE = 'update remote set cursor = ?, hash = ? where id = ?'
const PARK = 'insert into parked (remote, dseq, code, at) values (?, ?, ?, ?) on conflict do nothing'
const OTHER_FACILITY =
  'That code belongs to another facility than the one that has this clinic’s records. Nothing was sent, and cloud sync is off. ' +
  'If it is right all the same, switch cloud sync on: everything then goes there. Otherwise enroll with a code of the former facility.'

const ENROLLED = `
  insert into remote (id, config, enabled, epoch) values (?, ?, ?, ?)
  on conflict (id) do update set config = excluded.config, enabled = excluded.enabled, error = null`
/** Sign-ins after the last record do not count: looking whether anything waits would otherwise make something wait. */
const LAST_THAT_COUNTS = `
  select dseq from journal
  where seq > ${CHAIN_START} + :after and seq <= ${CHAIN_START} + 0xffffffff and kind <> 'session'
  order by seq desc limit 1`
