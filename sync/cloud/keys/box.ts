/**
 * How a facility's database password is kept: never as it is, only sealed in boxes, each of which opens with the secret of
 * one holder: a workstation, an enrollment code that was not used yet, or the facility's recovery code. A box is an age
 * file (age-encryption.org/v1) for an X25519 key that follows from the secret. To seal one takes the public half only, so
 * the password can be changed without anybody's secret; whoever holds the registry holds locked boxes.
 */
import { hkdfSync } from 'node:crypto'
import { bech32 } from '@scure/base'
import { Decrypter, Encrypter, identityToRecipient } from 'age-encryption'

/** Whose a box is. It is part of the key, so that a box moved to another row of the registry does not open. */
export interface Holder {
  facility: string
  role: string
  /** `device <id>`, `enrollment <id>` or `recovery`. */
  holder: string
}

/** The secret half of the key pair that follows from a holder’s secret: HKDF-SHA-256 (RFC 5869), the holder in its `info`. */
export function identityOf(secret: Uint8Array, { facility, role, holder }: Holder): string {
  const info = JSON.stringify(['alcove facility password', 1, facility, role, holder])
  const scalar = new Uint8Array(hkdfSync('sha256', secret, Buffer.alloc(0), info, 32))
  return bech32.encodeFromBytes('AGE-SECRET-KEY-', scalar).toUpperCase()
}

/** The public half of a holder's key, `age1…`: what boxes are sealed to. */
export function boxKeyOf(secret: Uint8Array, holder: Holder): Promise<string> {
  return identityToRecipient(identityOf(secret, holder))
}

/** Seals a password to a box key. */
export async function seal(password: string, boxKey: string): Promise<Buffer> {
  const encrypter = new Encrypter()
  encrypter.addRecipient(boxKey)
  return Buffer.from(await encrypter.encrypt(password))
}

/** Opens a box; undefined when the secret, or anything that the box is bound to, is another. */
export async function open(sealed: Uint8Array, secret: Uint8Array, holder: Holder): Promise<string | undefined> {
  const decrypter = new Decrypter()
  decrypter.addIdentity(identityOf(secret, holder))
  try {
    return await decrypter.decrypt(sealed, 'text')
  } catch {
    return undefined
  }
}
