/**
 * The facility's recovery code for the cloud, `ALR1-XXXXX-…`: 160 random bits in Crockford's base32, and a checksum that
 * tells a slip of the pen from a code of another facility. It opens the facility's recovery box (`box.ts`) and archives.
 */
import { randomBytes } from 'node:crypto'
import { checkedSymbols, toBytes, typedCode, writeCode } from '../../../domain/crockford.ts'
import { CloudError } from '../errors.ts'

const PREFIX = 'ALR1'
const BYTES = 20

export function newRecoverySecret(): Buffer {
  return randomBytes(BYTES)
}

export function writeRecoveryCode(secret: Uint8Array): string {
  return writeCode(PREFIX, secret)
}

/** The secret in a code as somebody typed it. Throws CloudError `recovery-code` when it cannot be one. */
export function readRecoveryCode(typed: string): Buffer {
  const { prefix, rest } = typedCode(typed)
  const symbols = prefix === PREFIX ? checkedSymbols(PREFIX, rest) : undefined
  const secret = symbols && toBytes(symbols)
  if (secret?.length !== BYTES)
    throw new CloudError(
      'recovery-code',
      'That is not a recovery code of a facility, or it was mistyped: one begins with ALR1-. Nothing was changed.',
    )
  return Buffer.from(secret)
}
