/**
 * The few cryptographic steps that the keyring is made of: an authenticated box (AES-256-GCM), a key derived from a key
 * (HKDF-SHA256), and a box that only the holder of a private key can open (X25519).
 */
import {
  createCipheriv,
  createDecipheriv,
  createPrivateKey,
  createPublicKey,
  diffieHellman,
  generateKeyPairSync,
  hkdfSync,
  type KeyObject,
  randomBytes,
} from 'node:crypto'

export const KEY_BYTES = 32
const NONCE_BYTES = 12
const TAG_BYTES = 16

/** Nonce, ciphertext and tag, in base64url. */
export type Box = string
/** A box with the public half of the pair that was made for it alone. */
export interface SealedBox {
  public: string
  box: Box
}
export interface Pair {
  public: string
  private: Buffer
}

/** Locks `secret` under a key. `about` says what it is and whose: a box moved elsewhere does not open. */
export function lock(key: Uint8Array, secret: Uint8Array, about: string): Box {
  const nonce = randomBytes(NONCE_BYTES)
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(about))
  return Buffer.concat([nonce, cipher.update(secret), cipher.final(), cipher.getAuthTag()]).toString('base64url')
}

/** What was locked, or undefined if the key is another or a single bit was changed. */
export function unlock(key: Uint8Array, box: Box, about: string): Buffer | undefined {
  const bytes = Buffer.from(box, 'base64url')
  if (bytes.length < NONCE_BYTES + TAG_BYTES) return undefined
  const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, NONCE_BYTES), { authTagLength: TAG_BYTES })
  decipher.setAAD(Buffer.from(about)).setAuthTag(bytes.subarray(-TAG_BYTES))
  const secret = decipher.update(bytes.subarray(NONCE_BYTES, -TAG_BYTES))
  try {
    decipher.final()
    return secret
  } catch {
    secret.fill(0)
    return undefined
  }
}

/** Another key from a key, for one purpose. */
export function derive(key: Uint8Array, purpose: string, salt = ''): Buffer {
  return Buffer.from(hkdfSync('sha256', key, salt, `alcove/${purpose}`, KEY_BYTES))
}

export function newPair(): Pair {
  const { publicKey, privateKey } = generateKeyPairSync('x25519')
  return {
    public: rawPublic(publicKey),
    private: privateKey.export({ format: 'der', type: 'pkcs8' }).subarray(-KEY_BYTES),
  }
}

/** Seals `secret` so that only the private half that belongs to `to` opens it. */
export function seal(to: string, secret: Uint8Array, about: string): SealedBox {
  const { publicKey, privateKey } = generateKeyPairSync('x25519')
  const own = rawPublic(publicKey)
  const key = agreed(privateKey, publicOf(to), own, to)
  try {
    return { public: own, box: lock(key, secret, about) }
  } finally {
    key.fill(0)
  }
}

/** What was sealed, or undefined if it was not sealed to this pair or was changed. */
export function unseal(pair: Pair, sealed: SealedBox, about: string): Buffer | undefined {
  let key: Buffer
  try {
    key = agreed(privateOf(pair.private), publicOf(sealed.public), sealed.public, pair.public)
  } catch {
    // A public half that is no point of the curve, or one that gives away the result.
    return undefined
  }
  try {
    return unlock(key, sealed.box, about)
  } finally {
    key.fill(0)
  }
}

/** Both public halves go into the key, so that what one pair was sent cannot be passed off as sent to another. */
function agreed(mine: KeyObject, theirs: KeyObject, ephemeral: string, recipient: string): Buffer {
  const shared = diffieHellman({ privateKey: mine, publicKey: theirs })
  try {
    return derive(shared, `seal/${ephemeral}/${recipient}`)
  } finally {
    shared.fill(0)
  }
}

// The fixed beginnings of an X25519 key in DER: Node takes no raw keys.
const PKCS8 = Buffer.from('302e020100300506032b656e04220420', 'hex')
const SPKI = Buffer.from('302a300506032b656e032100', 'hex')

function rawPublic(key: KeyObject): string {
  return key.export({ format: 'der', type: 'spki' }).subarray(-KEY_BYTES).toString('base64url')
}

function publicOf(raw: string): KeyObject {
  return createPublicKey({ key: Buffer.concat([SPKI, Buffer.from(raw, 'base64url')]), format: 'der', type: 'spki' })
}

function privateOf(raw: Uint8Array): KeyObject {
  const der = Buffer.concat([PKCS8, raw])
  try {
    return createPrivateKey({ key: der, format: 'der', type: 'pkcs8' })
  } finally {
    der.fill(0)
  }
}
