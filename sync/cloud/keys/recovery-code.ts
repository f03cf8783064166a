/**
 * The facility's recovery code for the cloud, `ALR1-XXXXX-…`: 160 random bits in Crockford's base32, and a checksum that
 * tells a slip of the pen from a code of another facility. It opens the facility's recovery box (`box.ts`) and archives.
 */
import { randomBytes } from 'node:crypto'
import {
  CHECKSUM_SYMBOLS,
  checks,
  checksum,
  readSymbols,
  toBytes,
  toSymbols,
  writeSymbols,
} from '../../../domain/crockford.ts'
import { CloudError } from '../errors.ts'

const PREFIX = 'ALR1'
const BYTES = 20

export function newRecoverySecret(): Buffer {
  return randomBytes(BYTES)
}

export function writeRecoveryCode(secret: Uint8Array): string {
  const symbols = toSymbols(secret)
  const text = writeSymbols([...symbols, ...checksum(PREFIX, symbols)])
  return [PREFIX, ...(text.match(/.{1,5}/g) ?? [])].join('-')
}

/** The secret in a code as somebody typed it. Throws CloudError `recovery-code` when it cannot be one. */
export function readRecoveryCode(typed: string): Buffer {
  const bare = typed.normalize('NFKC').replace(/[\s\p{Dash}\p{Cf}]/gu, '')
  const head = bare.slice(0, PREFIX.length).toUpperCase().replace(/[IL]$/, '1')
  const symbols = head === PREFIX ? readSymbols(bare.slice(PREFIX.length)) : undefined
  const secret = symbols && checks(PREFIX, symbols) ? toBytes(symbols.slice(0, -CHECKSUM_SYMBOLS)) : undefined
  if (secret?.length !== BYTES)
    throw new CloudError(
      'recovery-code',
      'That is not a recovery code of a facility, or it was mistyped: one begins with ALR1-. Nothing was changed.',
    )
  return Buffer.from(secret)
}
