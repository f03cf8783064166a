/** A report is signed by a key that is made at the first proof and kept beside the gateway's login. */
import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, sign, verify } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { z } from 'zod'
import { CloudError } from '../../errors.ts'
import { isKept, readKept, readOrMake } from '../../state.ts'

export interface Signer {
  /** PKCS 8, PEM. */
  privateKey: string
  /** SPKI, PEM. */
  publicKey: string
  /** SHA-256 of the public key, hex: what is written down somewhere else, to know it again. */
  fingerprint: string
}

const Signature = z.strictObject({
  algorithm: z.literal('Ed25519'),
  /** Names of the files beside this one, and their SHA-256. What is signed is this object as JSON, its names in order. */
  files: z.record(z.string().regex(/^[\w.-]{1,100}$/), z.string().regex(/^[0-9a-f]{64}$/)),
  publicKey: z.string().max(1000),
  signature: z.string().max(200),
})
export type Signature = z.infer<typeof Signature>

const KEY_FILE = 'proof-key.json'

/** The key in a state folder; made if there is none yet. */
export function proofSigner(state: string): Signer {
  const make = () => {
    const { privateKey } = generateKeyPairSync('ed25519')
    return { privateKey: privateKey.export({ format: 'pem', type: 'pkcs8' }) as string }
  }
  return signerOf(readOrMake(join(state, KEY_FILE), make, isWhole))
}

/** The fingerprint of the key that signs here, for whoever asks over another way than by the report. */
export function keptFingerprint(state: string): string {
  if (!isKept(join(state, KEY_FILE)))
    throw new CloudError(
      'no-key',
      `No report was signed from ${state} yet: the first \`isolation prove\` makes the key.`,
    )
  return signerOf(readKept(join(state, KEY_FILE), isWhole)).fingerprint
}

const isWhole = ({ privateKey }: { privateKey: string }) => isKey(privateKey)

function signerOf({ privateKey }: { privateKey: string }): Signer {
  const publicKey = createPublicKey(privateKey).export({ format: 'pem', type: 'spki' }) as string
  return { privateKey, publicKey, fingerprint: fingerprintOf(publicKey) }
}

/** Signs files by their content. */
export function signFiles({ privateKey, publicKey }: Signer, files: Readonly<Record<string, string>>): Signature {
  const hashes = Object.fromEntries(Object.entries(files).map(([name, text]) => [name, sha256(text)]))
  const signature = sign(null, statementOf(hashes), createPrivateKey(privateKey)).toString('base64url')
  return { algorithm: 'Ed25519', files: hashes, publicKey, signature }
}

/**
 * Checks a report: FILE is its signature file, or one of the files that lie beside it. Answers whose key it is; throws if
 * anything was changed since.
 */
export function verifyReport(
  file: string,
  expected?: string,
): { fingerprint: string; files: string[]; signature: string } {
  const ending = /\.(html|json|sig)$/.exec(file)
  if (!ending) throw new CloudError('bad-arguments', 'Give the report (.html or .json) or its signature (.sig).')
  if (!existsSync(file)) throw new CloudError('no-file', `${basename(file)} is not there.`)
  const path = file.replace(ending[0], '.sig')
  if (!existsSync(path)) {
    const beside = ['.html', '.json', '.sig'].map((one) => file.replace(ending[0], one))
    throw new CloudError('no-signature', missing(beside.filter((one) => !existsSync(one))))
  }
  const read = Signature.safeParse(jsonOf(readFileSync(path, 'utf8')))
  if (!read.success) throw new CloudError('bad-signature', 'The signature file is none.')
  const { files, publicKey, signature } = read.data
  if (!isSigned(files, publicKey, signature))
    throw new CloudError(
      'bad-signature',
      'The signature does not hold: the list of files was changed, or the key is another.',
    )
  const beside = (name: string) => join(dirname(resolve(path)), name)
  const lacking = Object.keys(files).filter((name) => !existsSync(beside(name)))
  if (lacking.length > 0) throw new CloudError('file-missing', missing(lacking))
  for (const [name, hash] of Object.entries(files)) {
    if (sha256(readFileSync(beside(name), 'utf8')) !== hash)
      throw new CloudError('report-changed', `${name} was changed after it was signed.`)
  }
  const fingerprint = fingerprintOf(publicKey)
  if (expected !== undefined && expected.toLowerCase().replaceAll(/[^0-9a-f]/g, '') !== fingerprint)
    throw new CloudError('another-key', 'The report is whole, but another key signed it.')
  return { fingerprint, files: Object.keys(files), signature: basename(path) }
}

function missing(files: readonly string[]): string {
  const names = files.map((file) => basename(file)).join(' and ')
  return `It can’t be checked without ${names}: a report is three files (.html, .json, .sig) that lie together. Ask for what is missing.`
}

function isSigned(files: Readonly<Record<string, string>>, publicKey: string, signature: string): boolean {
  try {
    return verify(null, statementOf(files), createPublicKey(publicKey), Buffer.from(signature, 'base64url'))
  } catch {
    return false // not even a key
  }
}

/** The label keeps a signature over a report from ever being one over something else. */
function statementOf(files: Readonly<Record<string, string>>): Buffer {
  const lines = Object.entries(files).sort(([a], [b]) => (a < b ? -1 : 1))
  return Buffer.from(`alcove isolation proof\n${JSON.stringify(lines)}`)
}

function isKey(pem: unknown): boolean {
  try {
    return typeof pem === 'string' && createPrivateKey(pem).asymmetricKeyType === 'ed25519'
  } catch {
    return false
  }
}

function fingerprintOf(publicKey: string): string {
  return createHash('sha256')
    .update(createPublicKey(publicKey).export({ format: 'der', type: 'spki' }))
    .digest('hex')
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}
