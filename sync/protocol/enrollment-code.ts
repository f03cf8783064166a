/**
 * The enrollment code: what an admin pastes, scans or types to join a workstation to its facility's gateway.
 *
 *     ALC1-XXXXX-XXXXX-…      Crockford base32 of
 *     form (1 byte) · one-time secret (16) · first half of the pin (16) · address
 *     and six symbols of checksum
 *
 * It is as short as its content allows. The facility is not spelled out: the gateway finds it by the secret, which is
 * random and used once. Half a SHA-256 is enough of a pin, because an imposter would need a second preimage of 128 bits;
 * the whole pin is kept once the first connection has shown it. An IPv4 address takes six bytes with its port.
 */
import { createHash, randomBytes } from 'node:crypto'
import { checkedSymbols, toBytes, typedCode, writeCode } from '../../domain/crockford.ts'
import { SyncError } from './errors.ts'

export interface EnrollmentCode {
  /** Where the gateway listens: `https://host[:port][/path]`. */
  url: string
  /** 16 random bytes, base64url. Good for one enrollment. */
  secret: string
  /** The first 32 hex digits of the pin (`pin.ts`). */
  pin: string
}

const PREFIX = 'ALC1'
const SECRET_BYTES = 16
const PIN_BYTES = 16
const FORM_IPV4 = 0
const FORM_TEXT = 1
const ADDRESS = /^(?:[A-Za-z0-9.-]{1,253}|\[[0-9a-fA-F:.]{2,45}\])(?::\d{1,5})?(?:\/[A-Za-z0-9._~/-]{0,100})?$/
const IPV4 = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3}):(\d{1,5})$/

/** A new one-time secret. */
export function newEnrollmentSecret(): string {
  return randomBytes(SECRET_BYTES).toString('base64url')
}

/** The name under which a gateway files a code. It can keep this without keeping the secret. */
export function enrollmentId(secret: string): string {
  return createHash('sha256').update('alcove enrollment\n').update(Buffer.from(secret, 'base64url')).digest('hex')
}

/** Writes a code. `pin` may be the whole pin; its first half is written. Throws TypeError for what no code can hold. */
export function encodeEnrollmentCode({ url, secret, pin }: EnrollmentCode): string {
  const secretBytes = Buffer.from(secret, 'base64url')
  const pinBytes = Buffer.from(pin, 'hex').subarray(0, PIN_BYTES)
  const address = url.startsWith('https://') ? url.slice('https://'.length).replace(/\/$/, '') : ''
  if (secretBytes.length !== SECRET_BYTES || pinBytes.length !== PIN_BYTES || !ADDRESS.test(address))
    throw new TypeError('an enrollment code needs an https address, a secret of 16 bytes and a pin')
  const short = packIpv4(address)
  const form = short ? FORM_IPV4 : FORM_TEXT
  return writeCode(PREFIX, Buffer.concat([Buffer.of(form), secretBytes, pinBytes, short ?? Buffer.from(address)]))
}

/** Reads a code, in either case and however it is spaced. Throws SyncError `enrollment-code` saying what is wrong with it. */
export function decodeEnrollmentCode(text: string): EnrollmentCode {
  const { prefix, rest } = typedCode(text)
  if (prefix === '') throw wrong('No enrollment code was given.')
  if (/^ALC[2-9]$/.test(prefix))
    throw wrong('That enrollment code is of a newer kind than this Alcove reads. Update Alcove, then try again.')
  if (prefix !== PREFIX) throw wrong('That is not an enrollment code: one begins with ALC1-. Nothing was changed.')
  const symbols = checkedSymbols(PREFIX, rest)
  if (!symbols)
    throw wrong(
      'That enrollment code was mistyped or is incomplete. Check it against the original; nothing was changed.',
    )
  const code = unpack(toBytes(symbols))
  if (!code) throw wrong('That enrollment code is damaged. Ask for a new one; nothing was changed.')
  return code
}

function unpack(packed: Uint8Array | undefined): EnrollmentCode | undefined {
  const bytes = packed && Buffer.from(packed)
  if (!bytes || bytes.length <= 1 + SECRET_BYTES + PIN_BYTES) return undefined
  const secret = bytes.subarray(1, 1 + SECRET_BYTES).toString('base64url')
  const pin = bytes.subarray(1 + SECRET_BYTES, 1 + SECRET_BYTES + PIN_BYTES).toString('hex')
  const rest = bytes.subarray(1 + SECRET_BYTES + PIN_BYTES)
  const address = bytes[0] === FORM_IPV4 ? unpackIpv4(rest) : bytes[0] === FORM_TEXT ? rest.toString('utf8') : ''
  return address && ADDRESS.test(address) ? { url: `https://${address}`, secret, pin } : undefined
}

function packIpv4(address: string): Buffer | undefined {
  const match = IPV4.exec(address)
  if (!match) return undefined
  const [a, b, c, d, port] = match.slice(1).map(Number) as [number, number, number, number, number]
  if (Math.max(a, b, c, d) > 255 || port < 1 || port > 65535) return undefined
  const packed = Buffer.of(a, b, c, d, port >> 8, port & 255)
  // An odd spelling (`010.0.0.1`) is kept as text rather than respelled.
  return unpackIpv4(packed) === address ? packed : undefined
}

function unpackIpv4(bytes: Buffer): string {
  return bytes.length === 6 ? `${bytes.subarray(0, 4).join('.')}:${bytes.readUInt16BE(4)}` : ''
}

function wrong(message: string): SyncError {
  return new SyncError('enrollment-code', message)
}
