/**
 * A recovery code as it is printed: 160 random bits and 20 bits of checksum in Crockford's Base32, in groups of four,
 * `7ZQ4-…`. The checksum tells a slip of the pen from a code that is not this clinic's.
 */
import { createHash, randomBytes } from 'node:crypto'
import { readSymbols, toBytes, toSymbols, writeSymbols } from '../../domain/crockford.ts'
import { AlcoveError } from '../errors.ts'

const SECRET_BYTES = 20
const SECRET_SYMBOLS = 32
const CHECK_SYMBOLS = 4

export function newRecoverySecret(): Buffer {
  return randomBytes(SECRET_BYTES)
}

export function printRecoveryCode(secret: Uint8Array): string {
  return writeSymbols([...toSymbols(secret), ...checksum(secret)]).replace(/.{4}(?=.)/g, '$&-')
}

/** The secret in a code as somebody typed it; case, spaces, dashes and letters that look like digits don't matter. */
export function readRecoveryCode(typed: string): Buffer {
  const symbols = readSymbols(typed.replace(/[\s\p{Pd}_.]/gu, ''))
  const secret = symbols?.length === SECRET_SYMBOLS + CHECK_SYMBOLS && toBytes(symbols.slice(0, SECRET_SYMBOLS))
  if (!symbols || !secret || checksum(secret).some((symbol, at) => symbol !== symbols[SECRET_SYMBOLS + at])) {
    throw new AlcoveError(
      'recovery-code',
      'That is not a recovery code: a letter is wrong or missing. Check the printout.',
    )
  }
  return Buffer.from(secret)
}

function checksum(secret: Uint8Array): number[] {
  const digest = createHash('sha256').update('alcove/recovery-code').update(secret).digest()
  return toSymbols(digest).slice(0, CHECK_SYMBOLS)
}
