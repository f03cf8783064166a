/**
 * Crockford's base32, for what people read out and type, and a checksum over its symbols.
 *
 * The checksum is the BCH code of Bech32m (BIP 350): six symbols that catch every error of up to three symbols at any
 * length we use (four, up to 90 symbols), hence any single mistype and any swap of neighbors, and miss anything else
 * with a chance of one in a billion. That is what lets us say "mistyped" rather than "wrong" without asking anybody.
 */

const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
const GENERATOR = [0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3] as const
const BECH32M = 0x2bc830a3
const CHECKSUM_SYMBOLS = 6

/** Text to 5-bit symbols, reading O as 0 and I and L as 1; undefined if a character is none. */
export function readSymbols(text: string): number[] | undefined {
  const symbols: number[] = []
  for (const character of text.toUpperCase().replaceAll('O', '0').replaceAll('I', '1').replaceAll('L', '1')) {
    const symbol = ALPHABET.indexOf(character)
    if (symbol < 0) return undefined
    symbols.push(symbol)
  }
  return symbols
}

/** 5-bit symbols to text. */
export function writeSymbols(symbols: readonly number[]): string {
  return symbols.map((symbol) => ALPHABET[symbol]).join('')
}

/** Bytes to symbols, most significant bit first, the last symbol padded with zeros. */
export function toSymbols(bytes: Uint8Array): number[] {
  const symbols: number[] = []
  let held = 0
  let bits = 0
  for (const byte of bytes) {
    held = (held << 8) | byte
    bits += 8
    while (bits >= 5) {
      bits -= 5
      symbols.push((held >> bits) & 31)
    }
    held &= (1 << bits) - 1
  }
  if (bits > 0) symbols.push((held << (5 - bits)) & 31)
  return symbols
}

/** Symbols to bytes; undefined when the padding is not what `toSymbols` writes, so that every value has one spelling. */
export function toBytes(symbols: readonly number[]): Uint8Array | undefined {
  const bytes: number[] = []
  let held = 0
  let bits = 0
  for (const symbol of symbols) {
    held = (held << 5) | symbol
    bits += 5
    if (bits >= 8) {
      bits -= 8
      bytes.push((held >> bits) & 255)
    }
    held &= (1 << bits) - 1
  }
  return bits < 5 && held === 0 ? Uint8Array.from(bytes) : undefined
}

/** A code as it is written down: what it is for, then the bytes and their checksum, in groups of five. */
export function writeCode(prefix: string, bytes: Uint8Array): string {
  const symbols = toSymbols(bytes)
  const text = writeSymbols([...symbols, ...checksum(prefix, symbols)])
  return [prefix, ...(text.match(/.{1,5}/g) ?? [])].join('-')
}

/** A code as somebody typed it, in either case and however it is spaced: its four characters of prefix, and the rest. */
export function typedCode(typed: string): { prefix: string; rest: string } {
  const bare = typed.normalize('NFKC').replace(/[\s\p{Dash}\p{Cf}]/gu, '')
  return { prefix: bare.slice(0, 4).toUpperCase().replace(/[IL]$/, '1'), rest: bare.slice(4) }
}

/** The symbols of a code's rest, without the checksum; undefined if they do not end in it. */
export function checkedSymbols(prefix: string, rest: string): number[] | undefined {
  const symbols = readSymbols(rest)
  if (!symbols || symbols.length <= CHECKSUM_SYMBOLS || !checks(prefix, symbols)) return undefined
  return symbols.slice(0, -CHECKSUM_SYMBOLS)
}

/** The six checksum symbols of `symbols`, bound to what they are for by `prefix`. */
function checksum(prefix: string, symbols: readonly number[]): number[] {
  const state = polymod([...expand(prefix), ...symbols, 0, 0, 0, 0, 0, 0]) ^ BECH32M
  return Array.from({ length: CHECKSUM_SYMBOLS }, (_, at) => (state >> (5 * (5 - at))) & 31)
}

/** Whether `symbols` ends in its own checksum. */
function checks(prefix: string, symbols: readonly number[]): boolean {
  return polymod([...expand(prefix), ...symbols]) === BECH32M
}

function expand(prefix: string): number[] {
  const codes = [...prefix].map((character) => character.charCodeAt(0))
  return [...codes.map((code) => code >> 5), 0, ...codes.map((code) => code & 31)]
}

function polymod(symbols: readonly number[]): number {
  let state = 1
  for (const symbol of symbols) {
    const top = state >> 25
    state = ((state & 0x1ffffff) << 5) ^ symbol
    for (const [bit, term] of GENERATOR.entries()) if ((top >> bit) & 1) state ^= term
  }
  return state
}
