/** What the registry keeps of a device secret: enough to know it again, too little to have it. */
import { createHash, timingSafeEqual } from 'node:crypto'

/** The secret is 256 random bits, so a plain hash gives nothing away. */
export function verifierOf(secret: Buffer): Buffer {
  return createHash('sha256').update('alcove device\n').update(secret).digest()
}

export function verifies(secret: Buffer, verifier: Buffer): boolean {
  return verifier.length === 32 && timingSafeEqual(verifierOf(secret), verifier)
}
