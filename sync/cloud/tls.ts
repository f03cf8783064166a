/** The gateway's TLS key: made at the first start, kept beside the gateway's login, named by its pin in every enrollment code. */
import { createPrivateKey, X509Certificate } from 'node:crypto'
import { join } from 'node:path'
import { generate } from 'selfsigned'
import { pinOf } from '../protocol/pin.ts'
import { readOrMake } from './state.ts'

export interface TlsIdentity {
  /** PEM. */
  key: string
  certificate: string
  pin: string
}

const YEARS = 20

/** The key in a state folder; made if there is none yet. */
export async function tlsIdentity(state: string): Promise<TlsIdentity> {
  const made = await makeKey()
  const { key, certificate } = readOrMake(join(state, 'tls.json'), () => made, isWhole)
  return { key, certificate, pin: pinOf(certificate) }
}

/** That there is a key, and that the certificate is this key's. */
function isWhole({ key, certificate }: { key: string; certificate: string }): boolean {
  try {
    return new X509Certificate(certificate).checkPrivateKey(createPrivateKey(key))
  } catch {
    return false
  }
}

async function makeKey(): Promise<{ key: string; certificate: string }> {
  const notAfterDate = new Date()
  notAfterDate.setFullYear(notAfterDate.getFullYear() + YEARS)
  // Workstations check the pin, and neither name nor date; the name is for whoever looks at it with a tool.
  const made = await generate([{ name: 'commonName', value: 'Alcove gateway' }], {
    keyType: 'ec',
    curve: 'P-256',
    algorithm: 'sha256',
    notAfterDate,
  })
  return { key: made.private, certificate: made.cert }
}
