/** The keys, without a database: what opens a box, who may vouch for one, and how a recovery code is read. */
import { randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { boxKeyOf, open, seal } from './box.ts'
import { newRecoverySecret, readRecoveryCode, writeRecoveryCode } from './recovery-code.ts'
import { newPassword } from './scram.ts'
import { isVouched, signerOf, vouch } from './voucher.ts'

const holder = { facility: 'f_1', role: 't_1', holder: 'device d' }

describe('a box', () => {
  test('opens with its secret, for its holder, and with or for nothing else', async () => {
    const secret = randomBytes(32)
    const password = newPassword()
    const sealed = await seal(password, await boxKeyOf(secret, holder))
    expect(await open(sealed, secret, holder)).toBe(password)
    expect(await open(sealed, randomBytes(32), holder)).toBeUndefined()
    expect(await open(sealed, secret, { ...holder, facility: 'f_2' })).toBeUndefined()
    expect(await open(sealed, secret, { ...holder, role: 't_2' })).toBeUndefined()
    expect(await open(sealed, secret, { ...holder, holder: 'device e' })).toBeUndefined()
    expect(sealed.toString('latin1')).not.toContain(password)
  })

  test('does not open when a bit of it is another', async () => {
    const secret = randomBytes(32)
    const sealed = await seal('password', await boxKeyOf(secret, holder))
    await fc.assert(
      fc.asyncProperty(fc.nat(sealed.length * 8 - 1), async (bit) => {
        const bent = Buffer.from(sealed)
        bent[bit >> 3] = (bent[bit >> 3] as number) ^ (1 << (bit & 7))
        expect(await open(bent, secret, holder)).toBeUndefined()
      }),
    )
  })
})

describe('a voucher', () => {
  test('is good for one key of one holder of one facility, from whoever has the password', () => {
    const password = newPassword()
    const signer = signerOf(password)
    const key = { facility: 'f_1', holder: 'device d', boxKey: 'age1x' }
    const voucher = vouch(password, key)
    expect(isVouched(signer, key, voucher)).toBe(true)
    expect(isVouched(signer, { ...key, boxKey: 'age1y' }, voucher)).toBe(false)
    expect(isVouched(signer, { ...key, holder: 'device e' }, voucher)).toBe(false)
    expect(isVouched(signer, { ...key, facility: 'f_2' }, voucher)).toBe(false)
    expect(isVouched(signerOf(newPassword()), key, voucher)).toBe(false)
    expect(isVouched(signer, key, vouch(newPassword(), key))).toBe(false)
  })

  test('that is no signature, or from no key, is not good', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (signer, voucher) => {
        expect(isVouched(signer, { facility: 'f', holder: 'h', boxKey: 'k' }, voucher)).toBe(false)
      }),
    )
  })
})

describe('a recovery code', () => {
  test('is read as it was written, however it is typed', () => {
    const secret = newRecoverySecret()
    const code = writeRecoveryCode(secret)
    expect(code).toMatch(/^ALR1(-[0-9A-HJKMNP-TV-Z]{1,5})+$/)
    for (const typed of [code, code.toLowerCase(), code.replaceAll('-', ' '), ` ${code.replaceAll('-', '')} `])
      expect(readRecoveryCode(typed)).toEqual(secret)
  })

  test('with a letter changed, missing or added is refused', () => {
    const code = writeRecoveryCode(newRecoverySecret())
    fc.assert(
      fc.property(
        fc.integer({ min: 5, max: code.length - 1 }),
        fc.constantFrom(...'0123456789ABCDEF'),
        (at, letter) => {
          fc.pre(code[at] !== '-' && code[at] !== letter)
          expect(() => readRecoveryCode(code.slice(0, at) + letter + code.slice(at + 1))).toThrow(/mistyped/)
          expect(() => readRecoveryCode(code.slice(0, at) + code.slice(at + 1))).toThrow(/mistyped/)
        },
      ),
    )
    expect(() => readRecoveryCode('')).toThrow(/mistyped/)
    expect(() => readRecoveryCode('x'.repeat(10_000))).toThrow(/mistyped/)
  })
})
