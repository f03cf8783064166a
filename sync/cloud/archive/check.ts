/**
 * Reads an archive from end to end before anything is changed: that it is this facility's, that the code opens it, and that
 * each workstation's chain of entries holds.
 */
import { type AccessRow, type ChainPlace, followChain } from '../../../domain/access-log.ts'
import { CloudError } from '../errors.ts'
import { sha256 } from '../gateway/access-log.ts'
import type { RefusedEntry } from '../gateway/push.ts'
import { identityOf } from '../keys/box.ts'
import type { Facility } from '../provision/find.ts'
import { FACILITY_VERSION } from '../schema/steps.ts'
import { readSealed } from './file.ts'
import type { Header } from './format.ts'
import { LabelReader } from './label.ts'
import { ORDER } from './rows.ts'

/** A row by the names of its columns. */
export type Row = Record<string, unknown>

export interface Checked {
  header: Header
  sha256: string
  /** Places where the access log's chain did not hold when it was exported. */
  accessBreaks: number
}

/** The rows of an archive of that facility, table by table. Throws for another's, and for a code that does not open it. */
export async function* rowsOf(
  file: string,
  facility: Facility,
  secret: Uint8Array,
): AsyncGenerator<{ table: string; row: Row } | { header: Header } | { sha256: string }> {
  const { id, role, schema } = facility
  const label = new LabelReader((found) => {
    if (!found) throw new CloudError('no-archive', 'That file is not a facility’s archive. Nothing was changed.')
    if (found.facility !== id || found.role !== role) throw anothers()
  })
  const identity = identityOf(secret, { facility: id, role, holder: 'recovery' })
  let columns: readonly string[] = []
  for await (const piece of readSealed(file, [label, identity])) {
    if (piece.what === 'header') {
      const { header } = piece
      if (header.facility !== id || header.role !== role || header.schema !== schema) throw anothers()
      if (header.version > FACILITY_VERSION)
        throw new CloudError(
          'archive-newer',
          'That archive was made by a newer Alcove. Update this one first. Nothing was changed.',
        )
      yield { header }
    } else if (piece.what === 'table') columns = piece.columns
    else if (piece.what === 'end') yield { sha256: piece.manifest.sha256 }
    else if (ORDER.includes(piece.table))
      yield { table: piece.table, row: Object.fromEntries(columns.map((name, place) => [name, piece.values[place]])) }
  }
}

const anothers = () =>
  new CloudError(
    'archive-of-another',
    'That archive is another facility’s. An archive goes back into the facility that it was made of, and into no other. Nothing was changed.',
  )

/** Reads it all, and refuses it if it could not be put back whole. */
export async function checkArchive(file: string, facility: Facility, secret: Uint8Array): Promise<Checked> {
  const chains = new Chains()
  let header: Header | undefined
  let digest = ''
  let place: ChainPlace = { seq: 0, hash: '' }
  let accessBreaks = 0
  for await (const piece of rowsOf(file, facility, secret)) {
    if ('header' in piece) header = piece.header
    else if ('sha256' in piece) digest = piece.sha256
    else if (piece.table === 'device') chains.device(piece.row)
    else if (piece.table === 'journal') chains.entry(piece.row)
    else if (piece.table === 'blob' && sha256of(piece.row.content) !== piece.row.hash) throw broken('an attachment')
    else if (piece.table === 'access_log') {
      const followed = followChain(place, [visitOf(piece.row)], sha256)
      place = followed.place
      accessBreaks += followed.breaks.length
    }
  }
  chains.end()
  return { header: header as Header, sha256: digest, accessBreaks }
}

/** A row of the access log as it was when it was chained: its time in milliseconds. */
export function visitOf(row: Row): AccessRow {
  return { ...(row as unknown as AccessRow), at: new Date(row.at as string).toISOString() }
}

interface Chain {
  dseq: number
  hash: string
  refused: ReadonlyMap<number, string>
  /** Entries that came before the one that they follow: what was lost in between stands behind them since it was put back. */
  ahead: Map<number, { prev: unknown; hash: string }>
  until: number
}

/** Each workstation's entries: gapless from 1, each naming the one before, those that were refused included. */
class Chains {
  readonly #devices = new Map<string, Chain>()

  device({ id, dseq, refused }: Row): void {
    const list = refused as RefusedEntry[]
    this.#devices.set(id as string, {
      ...{ dseq: 0, hash: '', ahead: new Map(), until: dseq as number },
      refused: new Map(list.map((one) => [one.dseq, one.hash])),
    })
  }

  entry({ device, dseq, hash, body }: Row): void {
    const chain = this.#devices.get(device as string)
    if (!chain || sha256(body as string) !== hash) throw broken('an entry')
    const { prev } = JSON.parse(body as string) as { prev?: unknown }
    chain.ahead.set(dseq as number, { prev, hash: hash as string })
    this.#follow(chain)
  }

  end(): void {
    for (const chain of this.#devices.values()) {
      this.#follow(chain)
      if (chain.dseq !== chain.until || chain.ahead.size > 0) throw broken('the order of a workstation’s entries')
    }
  }

  #follow(chain: Chain): void {
    for (;;) {
      const next = chain.dseq + 1
      const refused = chain.refused.get(next)
      const entry = refused === undefined ? chain.ahead.get(next) : undefined
      if (entry && entry.prev !== chain.hash) throw broken('the order of a workstation’s entries')
      const hash = refused ?? entry?.hash
      if (hash === undefined) return
      if (entry) chain.ahead.delete(next)
      chain.dseq = next
      chain.hash = hash
    }
  }
}

function sha256of(content: unknown): string {
  return sha256(Buffer.from(String(content).slice(2), 'hex'))
}

const broken = (what: string) =>
  new CloudError(
    'archive-broken',
    `What that archive holds does not hang together: ${what} is not as it was sent. Nothing was changed.`,
  )
