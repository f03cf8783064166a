/**
 * What the worker may ask of the engine. No key of the records, no SQL, no way to write a record: a worker that is taken
 * over can read the entries that were going to be sent anyway, and nothing else.
 */

import type { AccessRow, ChainPlace } from './access-log.ts'

/** An entry as it is carried: its place, its name, and its canonical text. */
export interface OutboxEntry {
  dseq: number
  hash: string
  body: string
}

/** A gateway that this workstation is enrolled with, and the credentials for it. In the encrypted database and in memory only. */
export interface Remote {
  /** Ours, random: names the remote between engine and worker. */
  id: string
  url: string
  /** The whole pin of the gateway's TLS key. */
  pin: string
  facility: string
  device: string
  /** The device secret, base64url. */
  secret: string
  /** Ed25519, PKCS 8, base64url: signs batches. */
  privateKey: string
  /** The last dseq that the gateway is known to have. */
  cursor: number
  epoch?: string
}

/** What an enrollment brings home. */
export type Enrolled = Omit<Remote, 'id' | 'cursor' | 'epoch'> & { epoch: string }

export type SyncState = 'off' | 'idle' | 'syncing' | 'backing-off' | 'error'

/** How sync is doing, for the status line. */
export interface Report {
  state?: SyncState
  /** ISO 8601: when the gateway last had everything there was. */
  lastSynced?: string
  /** What stands in the way; `null` when nothing does any more. */
  error?: { code: string; message: string } | null
  epoch?: string
}

/** Rows of the facility's access log as its gateway gave them, in its order. */
export interface AccessPage {
  /** Names the gateway's memory, as everywhere. */
  epoch: string
  rows: AccessRow[]
  /** Where the log ended when these were read. */
  head: ChainPlace
}

export interface Outbox {
  /** The id of this workstation's own device, under which it enrolls. */
  device(): Promise<string>
  /** The remote to sync with; undefined when sync is off. */
  remote(): Promise<Remote | undefined>
  /** Entries after `after` (dseq), in order: at most `limit` entries and `bytes` bytes, but always one if there is one. */
  read(after: number, limit: number, bytes: number): Promise<{ entries: OutboxEntry[] }>
  /** The hash of the entry at `dseq` ('' for 0); undefined when there is none. */
  hashAt(dseq: number): Promise<string | undefined>
  /** The gateway has everything up to and including dseq, with that hash. Idempotent; never goes back. */
  acknowledge(remoteId: string, dseq: number, hash: string): Promise<void>
  /** The gateway was restored and now has only what is up to dseq: what follows waits again. */
  rewind(remoteId: string, dseq: number, hash: string, epoch: string): Promise<void>
  /** An entry that the gateway refuses for good: shown to the admin; the rest flows. Idempotent. */
  park(remoteId: string, dseq: number, code: string): Promise<void>
  report(remoteId: string, report: Report): Promise<void>
  /** How far that gateway's access log has been read, and in which of its memories; `seq` 0 when it never was. */
  accessPlace(remoteId: string): Promise<{ epoch: string; seq: number }>
  /**
   * Keeps rows of the access log, and answers where to read on. Whether its chain holds is for the engine to check: the
   * worker talks to the network, and is the one to distrust.
   */
  addAccess(remoteId: string, page: AccessPage): Promise<number>
  /** Stores a new remote, which is then the one to sync with. */
  enrolled(remote: Enrolled): Promise<void>
}
