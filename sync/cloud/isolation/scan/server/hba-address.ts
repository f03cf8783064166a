/** Where a line of pg_hba.conf lets somebody in from: how many addresses it speaks of, and whether one is within another. */
import { isIP } from 'node:net'

/** The columns of a rule that say from where. */
export interface FromWhere {
  type: string | null
  address: string | null
  netmask: string | null
}

interface Network {
  kind: 'network'
  family: 4 | 6
  bits: bigint
  mask: bigint
}

export type Where =
  /** This very machine, and no other. */
  | { kind: 'here' }
  | Network
  | { kind: 'everywhere' }
  /** Whatever networks the server's own cards are in. */
  | { kind: 'own networks' }
  /** A host's name, or the end of one: whoever answers for it in DNS says which addresses those are. */
  | { kind: 'name'; name: string }

const LENGTH = { 4: 32n, 6: 128n } as const

/**
 * The gateway has one address, or a few in a network of its own. More machines than fit in the smallest network that is
 * commonly handed out (256 addresses; of IPv6 a /64, in which one machine picks any it likes) are not all gateways.
 */
const SMALL = { 4: 8n, 6: 64n } as const
/** So many such networks may be named altogether. */
const NETWORKS = 4n

export function whereOf({ type, address, netmask }: FromWhere): Where {
  if (type === 'local' || address === 'localhost' || address === 'samehost') return { kind: 'here' }
  if (address === null || address === 'all') return { kind: 'everywhere' }
  if (address === 'samenet') return { kind: 'own networks' }
  const found = read(address)
  if (!found) return { kind: 'name', name: address }
  const mask = read(netmask ?? '')?.value ?? ones(LENGTH[found.family])
  const network = unmapped({ kind: 'network', family: found.family, bits: found.value & mask, mask })
  if (isHere(network)) return { kind: 'here' }
  return zeros(network) === LENGTH[network.family] ? { kind: 'everywhere' } : network
}

/** What is too much about it, for a reader; undefined if it is few enough. */
export function tooWide(where: Where): string | undefined {
  if (where.kind === 'everywhere') return 'every address'
  if (where.kind === 'own networks') return 'every address of its own networks'
  if (where.kind !== 'network' || zeros(where) <= SMALL[where.family]) return undefined
  return where.family === 4 ? `${2n ** zeros(where)} addresses` : `2^${zeros(where)} addresses`
}

/** The same for many lines, each of which names few: networks in small pieces are no smaller. */
export function tooManyOf(all: readonly Where[]): string | undefined {
  const small = all.filter((one): one is Network => one.kind === 'network' && tooWide(one) === undefined)
  const distinct = new Map(small.map((one) => [`${one.family} ${one.bits} ${one.mask}`, one]))
  for (const family of [4, 6] as const) {
    const sizes = [...distinct.values()].filter((one) => one.family === family).map((one) => 2n ** zeros(one))
    const sum = sizes.reduce((total, size) => total + size, 0n)
    if (sum > NETWORKS * 2n ** SMALL[family]) return `${sum} addresses in ${sizes.length} pieces`
  }
  return undefined
}

/** Whether every address of the second is one of the first. */
export function covers(wide: Where, narrow: Where): boolean {
  if (wide.kind === 'everywhere') return true
  if (wide.kind === 'name' && narrow.kind === 'name') return wide.name === narrow.name
  if (wide.kind !== 'network' || narrow.kind !== 'network') return wide.kind === narrow.kind
  return (
    wide.family === narrow.family && (wide.mask & narrow.mask) === wide.mask && (narrow.bits & wide.mask) === wide.bits
  )
}

function isHere({ family, bits, mask }: Network): boolean {
  return family === 4 ? bits >> 24n === 127n && mask >> 24n === 255n : bits === 1n && mask === ones(128n)
}

/** An IPv4 address in the clothes of an IPv6 one (`::ffff:10.0.0.0/104`) is as wide as without them. */
function unmapped(network: Network): Network {
  const { family, bits, mask } = network
  if (family === 4 || bits >> 32n !== 0xffffn || mask >> 32n !== ones(96n)) return network
  return { kind: 'network', family: 4, bits: bits & ones(32n), mask: mask & ones(32n) }
}

const ones = (length: bigint) => (1n << length) - 1n

/** The bits that may be anything. A mask need not be in one piece. */
function zeros({ family, mask }: Network): bigint {
  let set = 0n
  for (let rest = mask; rest > 0n; rest >>= 1n) set += rest & 1n
  return LENGTH[family] - set
}

function read(text: string): { family: 4 | 6; value: bigint } | undefined {
  const address = text.replace(/%.*$/, '')
  if (isIP(address) === 4) return { family: 4, value: joined(address.split('.').map(BigInt), 8n) }
  if (isIP(address) !== 6) return undefined
  // Its last four bytes may be written as an IPv4 address.
  const hex = address.replace(/[\d.]+\.[\d.]+$/, (tail) => {
    const value = joined(tail.split('.').map(BigInt), 8n)
    return `${(value >> 16n).toString(16)}:${(value & 0xffffn).toString(16)}`
  })
  const [before = [], after] = hex.split('::').map((half) => (half === '' ? [] : half.split(':')))
  const middle = after ? Array<string>(8 - before.length - after.length).fill('0') : []
  const groups = [...before, ...middle, ...(after ?? [])]
  return {
    family: 6,
    value: joined(
      groups.map((group) => BigInt(`0x${group}`)),
      16n,
    ),
  }
}

function joined(parts: readonly bigint[], width: bigint): bigint {
  return parts.reduce((value, part) => (value << width) | part, 0n)
}
