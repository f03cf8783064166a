/**
 * A facility's record of who came to its cloud copy: one row a visit, each with the hash of the one before, so that a row
 * that was changed, taken out or put in shows. Gateway, workstation and the operator's tools read it with these rules.
 */

/** A row, without what chains it. */
export interface Visit {
  /** Whose visit: a workstation's id. Of an act of the operator's: the workstation it was about, or ''. */
  device: string
  act: string
  /** How many entries or rows were brought or taken. */
  rows: number
  /** Where it came from: a network address, or `console` for the operator's command line. */
  address: string
  /** `ok`, or the code of a refusal. */
  outcome: string
}

export interface AccessRow extends Visit {
  /** Gapless from 1. */
  seq: number
  /** ISO 8601, in milliseconds. */
  at: string
  prev: string
  hash: string
}

/** What the operator can do to a facility, as its access log says it. */
export const OPERATOR_ACTS = [
  'suspend',
  'resume',
  'rotate',
  'revoke',
  'reenroll',
  'invite',
  'export',
  'restore',
  'move',
  'repair',
  'migrate',
  'freeze',
  'thaw',
  /** The access log itself was read for an inquiry. */
  'inspect',
] as const
export type OperatorAct = (typeof OPERATOR_ACTS)[number]

const BY_OPERATOR = 'operator-'

/** Every act there is, as it is written. A newer gateway may know more. */
export const ACTS: readonly string[] = [
  ...['enroll', 'hello', 'push', 'pull', 'access'],
  ...OPERATOR_ACTS.map((act) => BY_OPERATOR + act),
]

export function operatorAct(act: OperatorAct): string {
  return BY_OPERATOR + act
}

export function isByOperator({ act }: Pick<Visit, 'act'>): boolean {
  return act.startsWith(BY_OPERATOR)
}

/** How far a chain was followed. Nothing yet is `{seq: 0, hash: ''}`. */
export interface ChainPlace {
  seq: number
  hash: string
}

/**
 * Where a chain does not hold: rows before `seq` are `missing`; the row is `changed`, not being what its hash or its
 * successor says; or it is `lost`, having been there once.
 */
export interface ChainBreak {
  seq: number
  what: 'missing' | 'changed' | 'lost'
}

/** What a row's hash is the SHA-256 of, in hex. */
export function accessText({ prev, seq, at, device, act, rows, address, outcome }: Omit<AccessRow, 'hash'>): string {
  return JSON.stringify([prev, seq, at, device, act, rows, address, outcome])
}

/** Follows the chain over rows in their order. Goes on behind a break, so that each is found once. */
export function followChain(
  from: ChainPlace,
  rows: Iterable<AccessRow>,
  sha256: (text: string) => string,
): { place: ChainPlace; breaks: ChainBreak[] } {
  let place = from
  const breaks: ChainBreak[] = []
  for (const row of rows) {
    const { seq, hash } = row
    if (seq !== place.seq + 1) breaks.push({ seq, what: 'missing' })
    else if (row.prev !== place.hash) breaks.push({ seq, what: 'changed' })
    if (sha256(accessText(row)) !== hash) breaks.push({ seq, what: 'changed' })
    place = { seq, hash }
  }
  return { place, breaks }
}

/** Whether the log's own end fits what was read of it before: a log that lost its end has nothing new to give. */
export function endsShort(place: ChainPlace, head: ChainPlace): ChainBreak | undefined {
  if (head.seq < place.seq) return { seq: place.seq, what: 'lost' }
  if (head.seq === place.seq && head.hash !== place.hash) return { seq: place.seq, what: 'changed' }
  return undefined
}
