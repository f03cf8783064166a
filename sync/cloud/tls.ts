/** The gateway's TLS key: made at the first start, kept beside the gateway's login, named by its pin in every enrollment code. */
import { join } from 'node:path'
import { generate } from 'selfsigned'
import { pinOf } from '../protocol/pin.ts'
import { CloudError } from './errors.ts'
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
  const { key, certificate } = readOrMake(join(state, 'tls.json'), () => made)
  try {
    return { key, certificate, pin: pinOf(certificate) }
  } catch (error) {
    throw new CloudError('state-damaged', `${join(state, 'tls.json')} is damaged: it holds no certificate.`, error)
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
