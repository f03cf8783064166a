/**
 * The pin of a gateway: SHA-256 of its TLS key's SubjectPublicKeyInfo, in hex. It names the key rather than the
 * certificate, so that a certificate can be renewed without a walk to every workstation.
 */
import { createHash, timingSafeEqual, X509Certificate } from 'node:crypto'

/** The pin of a certificate, given as PEM or DER. */
export function pinOf(certificate: string | Buffer | X509Certificate): string {
  const read = certificate instanceof X509Certificate ? certificate : new X509Certificate(certificate)
  return createHash('sha256')
    .update(read.publicKey.export({ type: 'spki', format: 'der' }))
    .digest('hex')
}

/** Whether a key's whole pin is the one expected: the whole, or the half that an enrollment code carries; never less. */
export function pinMatches(expected: string, observed: string): boolean {
  if (!/^(?:[0-9a-f]{32}|[0-9a-f]{64})$/.test(expected) || !/^[0-9a-f]{64}$/.test(observed)) return false
  return timingSafeEqual(Buffer.from(expected), Buffer.from(observed.slice(0, expected.length)))
}
