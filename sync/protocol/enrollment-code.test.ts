import { randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { decodeEnrollmentCode, type EnrollmentCode, encodeEnrollmentCode, enrollmentId } from './enrollment-code.ts'
import { SyncError } from './errors.ts'

const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length })
const address = fc.oneof(
  fc.tuple(fc.ipV4(), fc.integer({ min: 1, max: 65535 })).map(([host, port]) => `${host}:${port}`),
  fc.domain(),
  fc.tuple(fc.domain(), fc.integer({ min: 1, max: 65535 })).map(([host, port]) => `${host}:${port}/clinics`),
  fc.constant('[::1]:8443'),
)
const code = fc.record({ address, secret: bytes(16), pin: bytes(16) }).map(
  ({ address, secret, pin }): EnrollmentCode => ({
    url: `https://${address}`,
    secret: Buffer.from(secret).toString('base64url'),
    pin: Buffer.from(pin).toString('hex'),
  }),
)
const ALPHABET = [...'0123456789ABCDEFGHJKMNPQRSTVWXYZ']

/** What a reader takes a character for: O is 0, I and L are 1, and the case does not matter. */
const read = (text: string) => text.toUpperCase().replaceAll('O', '0').replaceAll(/[IL]/g, '1').replaceAll('-', '')

function refusal(text: string): SyncError {
  try {
    decodeEnrollmentCode(text)
  } catch (error) {
    expect(error).toBeInstanceOf(SyncError)
    return error as SyncError
  }
  throw new Error(`was taken: ${text}`)
}

describe('an enrollment code', () => {
  test('says again what was written into it', () =>
    fc.assert(
      fc.property(code, (it) => {
        expect(decodeEnrollmentCode(encodeEnrollmentCode(it))).toEqual(it)
      }),
    ))

  test('is read in either case, with O for 0 and I or L for 1, and however it is spaced', () =>
    fc.assert(
      fc.property(code, fc.constantFrom('', ' ', '\n', ' - ', '\u2013', '\u00a0'), (it, gap) => {
        const text = encodeEnrollmentCode(it).toLowerCase().replaceAll('0', 'o').replaceAll('-', gap)
        expect(decodeEnrollmentCode(text.replaceAll(/(?<!^alc)1/g, 'l'))).toEqual(it)
      }),
    ))

  test('shows every single mistyped character', () => {
    const text = encodeEnrollmentCode({
      url: 'https://10.0.0.7:8443',
      secret: randomBytes(16).toString('base64url'),
      pin: 'ab'.repeat(32),
    })
    for (let at = 0; at < text.length; at++)
      for (const typed of [...ALPHABET, 'U', '*', '']) {
        const mistyped = text.slice(0, at) + typed + text.slice(at + 1)
        if (read(mistyped) !== read(text)) expect(refusal(mistyped).code).toBe('enrollment-code')
      }
  })

  test('shows every swap of neighbors', () =>
    fc.assert(
      fc.property(code, fc.nat(), (it, nat) => {
        const text = encodeEnrollmentCode(it).replaceAll('-', '')
        const at = nat % (text.length - 1)
        const swapped = text.slice(0, at) + text[at + 1] + text[at] + text.slice(at + 2)
        fc.pre(read(swapped) !== read(text))
        expect(refusal(swapped).code).toBe('enrollment-code')
      }),
    ))

  test('shows up to three mistypes, and one that was cut short', () =>
    fc.assert(
      fc.property(code, fc.uniqueArray(fc.nat(), { minLength: 1, maxLength: 3 }), fc.nat(), (it, places, cut) => {
        const text = encodeEnrollmentCode(it).replaceAll('-', '')
        const typed = [...text]
        for (const place of places) {
          const at = 4 + (place % (typed.length - 4))
          typed[at] = ALPHABET[(ALPHABET.indexOf(typed[at] as string) + 1 + (place % 31)) % 32] as string
        }
        fc.pre(typed.join('') !== text)
        refusal(typed.join(''))
        refusal(text.slice(0, cut % text.length))
      }),
    ))

  test('is at most 69 symbols for a gateway at an IPv4 address', () => {
    const text = encodeEnrollmentCode({
      url: 'https://192.168.100.100:65535',
      secret: Buffer.alloc(16, 255).toString('base64url'),
      pin: 'ff'.repeat(32),
    })
    expect(text.replaceAll('-', '').length - 4).toBeLessThanOrEqual(69)
  })

  test('has a sentence for each way of not being one', () => {
    expect(refusal('  ').message).toContain('No enrollment code')
    expect(refusal('WIFI-12345').message).toContain('begins with ALC1-')
    expect(refusal('ALC2-00000').message).toContain('Update Alcove')
    expect(refusal('ALC1-00000-00000').message).toContain('mistyped')
  })

  test('is filed under a name that does not give its secret away', () => {
    const secret = randomBytes(16)
    expect(enrollmentId(secret.toString('base64url'))).toMatch(/^[0-9a-f]{64}$/)
    expect(enrollmentId(secret.toString('base64url'))).not.toContain(secret.toString('hex'))
  })

  test('cannot be made for an address without TLS, or with a login in it', () => {
    const rest = { secret: randomBytes(16).toString('base64url'), pin: 'ab'.repeat(32) }
    for (const url of ['http://10.0.0.7:80', 'https://', 'https://a:b@host', 'https://host/?q', 'https://host name'])
      expect(() => encodeEnrollmentCode({ url, ...rest })).toThrow(TypeError)
  })
})
