/** Compares a server with what it must be: pure reading, on an administrator's connection. */
import type pg from 'pg'
import type { Finding } from './finding.ts'

export interface ScanOptions {
  /** Only these facilities, by id; all of them if not given. */
  facilities?: readonly string[]
  /** Also what is the whole server's: roles of the fleet, lock-down, settings, who is here without being registered. Default yes. */
  fleet?: boolean
  /** Which server of the registry this is; `home` if not given. */
  server?: string
  /** The rows of `registry.facility`, all of them, when the connection is to another server than the registry's own. */
  registry?: readonly RegisteredFacility[]
}

/** What the registry says of a facility. */
export interface RegisteredFacility {
  id: string
  role: string
  schema: string
  server: string
  state: string
  version: number
  verifier: string | null
}

/**
 * What differs, in an order that does not depend on the server's. Works within an open transaction, and sees what that
 * transaction has changed.
 */
export async function scan(_client: pg.ClientBase, _options: ScanOptions = {}): Promise<Finding[]> {
  throw new TypeError('not yet')
}
