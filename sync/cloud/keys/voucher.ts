/**
 * Who vouches for a box key. A rotation seals the new password to the keys that the registry lists; somebody who can write
 * to the registry must not be able to list one of their own. So each key comes with a voucher: a signature by a key that
 * follows from the facility's password, which only somebody who opened a box of that facility has.
 */
import { createPrivateKey, createPublicKey, hkdfSync, type KeyObject, sign, verify } from 'node:crypto'

/** The fixed beginnings of an Ed25519 key in PKCS #8 and SPKI (RFC 8410). */
const PKCS8 = Buffer.from('302e020100300506032b657004220420', 'hex')
const SPKI = Buffer.from('302a300506032b6570032100', 'hex')

/** What is vouched for: that this key is this holder's. */
export interface BoxKey {
  facility: string
  holder: string
  boxKey: string
}

/** The public half of the key that a password vouches with, base64url. Kept where only the provisioner writes. */
export function signerOf(password: string): string {
  const { x } = createPublicKey(keyOf(password)).export({ format: 'jwk' })
  return x as string
}

/** Vouches for a box key with the facility's password; base64url. */
export function vouch(password: string, boxKey: BoxKey): string {
  return sign(null, statementOf(boxKey), keyOf(password)).toString('base64url')
}

/** Whether somebody who had the password of that signer vouched for the key. */
export function isVouched(signer: string, boxKey: BoxKey, voucher: string): boolean {
  try {
    const key = createPublicKey({
      key: Buffer.concat([SPKI, Buffer.from(signer, 'base64url')]),
      format: 'der',
      type: 'spki',
    })
    return verify(null, statementOf(boxKey), key, Buffer.from(voucher, 'base64url'))
  } catch {
    return false // not even a key
  }
}

function keyOf(password: string): KeyObject {
  const seed = Buffer.from(hkdfSync('sha256', password, Buffer.alloc(0), 'alcove facility voucher 1', 32))
  return createPrivateKey({ key: Buffer.concat([PKCS8, seed]), format: 'der', type: 'pkcs8' })
}

function statementOf({ facility, holder, boxKey }: BoxKey): Buffer {
  return Buffer.from(JSON.stringify(['alcove box key', 1, facility, holder, boxKey]))
}
