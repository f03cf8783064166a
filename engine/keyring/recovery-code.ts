/**
 * A recovery code as it is printed: 160 random bits and 20 bits of checksum in Crockford's Base32, in groups of four,
 * `7ZQ4-…`. The checksum tells a slip of the pen from a code that is not this clinic's.
 */
import { createHash, randomBytes } from 'node:crypto'
import { AlcoveError } from '../errors.ts'

const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
const SECRET_BYTES = 20
const SECRET_DIGITS = 32
const CHECK_DIGITS = 4

export function newRecoverySecret(): Buffer {
  return randomBytes(SECRET_BYTES)
}

export function printRecoveryCode(secret: Uint8Array): string {
  const digits = encode(secret) + checksum(secret)
  return digits.replace(/.{4}(?=.)/g, '$&-')
}

/** The secret in a code as somebody typed it; case, spaces, dashes and letters that look like digits don't matter. */
export function readRecoveryCode(typed: string): Buffer {
  const digits = typed
    .toUpperCase()
    .replace(/[\s\p{Pd}_.]/gu, '')
    .replaceAll('O', '0')
    .replace(/[IL]/g, '1')
  const secret = digits.length === SECRET_DIGITS + CHECK_DIGITS ? decode(digits.slice(0, SECRET_DIGITS)) : undefined
  if (!secret || checksum(secret) !== digits.slice(SECRET_DIGITS)) {
    throw new AlcoveError(
      'recovery-code',
      'That is not a recovery code: a letter is wrong or missing. Check the printout.',
    )
  }
  return secret
}

function checksum(secret: Uint8Array): string {
  return encode(createHash('sha256').update('alcove/recovery-code').update(secret).digest()).slice(0, CHECK_DIGITS)
}

function encode(bytes: Uint8Array): string {
  let digits = ''
  let held = 0
  let bits = 0
  for (const byte of bytes) {
    held = (held << 8) | byte
    bits += 8
    while (bits >= 5) {
      bits -= 5
      digits += ALPHABET[(held >> bits) & 31]
    }
    held &= 0xff
  }
  return digits
}

function decode(digits: string): Buffer | undefined {
  const bytes: number[] = []
  let held = 0
  let bits = 0
  for (const digit of digits) {
    const value = ALPHABET.indexOf(digit)
    if (value < 0) return undefined
    held = (held << 5) | value
    bits += 5
    if (bits >= 8) {
      bits -= 8
      bytes.push((held >> bits) & 0xff)
    }
    held &= 0xff
  }
  return Buffer.from(bytes)
}
