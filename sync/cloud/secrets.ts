/**
 * How a facility's database password is kept: never as it is, only sealed under a secret that one of its devices has
 * (or, until it is used, under the one-time secret of an enrollment code). Whoever holds the registry holds locked boxes.
 */
import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createHmac,
  hkdfSync,
  pbkdf2Sync,
  randomBytes,
  timingSafeEqual,
} from 'node:crypto'

const NONCE = 12
const TAG = 16

/** What a box is for. It is bound into the box, so that a box moved to another row of the registry does not open. */
export interface Box {
  facility: string
  role: string
  /** `device <id>` or `enrollment <id>`. */
  holder: string
}

/** Seals a password under a secret. */
export function seal(password: string, secret: Buffer, box: Box): Buffer {
  const nonce = randomBytes(NONCE)
  const cipher = createCipheriv('aes-256-gcm', keyOf(secret, box), nonce)
  const sealed = Buffer.concat([cipher.update(password, 'utf8'), cipher.final()])
  return Buffer.concat([nonce, sealed, cipher.getAuthTag()])
}

/** Opens a box; undefined when the secret, or anything that the box is bound to, is another. */
export function open(sealed: Buffer, secret: Buffer, box: Box): string | undefined {
  if (sealed.length <= NONCE + TAG) return undefined
  const decipher = createDecipheriv('aes-256-gcm', keyOf(secret, box), sealed.subarray(0, NONCE), {
    authTagLength: TAG,
  })
  decipher.setAuthTag(sealed.subarray(-TAG))
  try {
    return decipher.update(sealed.subarray(NONCE, -TAG), undefined, 'utf8') + decipher.final('utf8')
  } catch {
    return undefined
  }
}

function keyOf(secret: Buffer, { facility, role, holder }: Box): Buffer {
  const info = JSON.stringify(['alcove facility password', 1, facility, role, holder])
  return Buffer.from(hkdfSync('sha256', secret, Buffer.alloc(0), info, 32))
}

/** What the registry keeps of a device secret. The secret is 256 random bits, so a plain hash gives nothing away. */
export function verifierOf(secret: Buffer): Buffer {
  return createHash('sha256').update('alcove device\n').update(secret).digest()
}

export function verifies(secret: Buffer, verifier: Buffer): boolean {
  return verifier.length === 32 && timingSafeEqual(verifierOf(secret), verifier)
}

export function newPassword(): string {
  return randomBytes(32).toString('base64url')
}

/**
 * A password as PostgreSQL stores it (RFC 5803), reckoned here, so that the password itself is never in a statement that
 * a server might log.
 */
export function scramVerifier(password: string): string {
  const iterations = 4096
  const salt = randomBytes(16)
  const salted = pbkdf2Sync(password, salt, iterations, 32, 'sha256')
  const hmac = (text: string) => createHmac('sha256', salted).update(text).digest()
  const stored = createHash('sha256').update(hmac('Client Key')).digest('base64')
  return `SCRAM-SHA-256$${iterations}:${salt.toString('base64')}$${stored}:${hmac('Server Key').toString('base64')}`
}
