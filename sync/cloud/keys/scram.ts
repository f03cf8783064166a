/** A facility's database password, and what PostgreSQL keeps of it. */
import { createHash, createHmac, pbkdf2Sync, randomBytes } from 'node:crypto'

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
