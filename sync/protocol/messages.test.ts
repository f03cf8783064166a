import { randomBytes, X509Certificate } from 'node:crypto'
import { generate } from 'selfsigned'
import { expect, test } from 'vitest'
import { newDeviceKeys } from './batch.ts'
import { asSyncError, isPassing, SYNC_ERROR_CODES, SyncError } from './errors.ts'
import { EnrollRequest, HelloAnswer, readAuthorization, writeAuthorization } from './messages.ts'
import { pinMatches, pinOf } from './pin.ts'
import { negotiate } from './version.ts'

const secret = randomBytes(32).toString('base64url')

test('credentials survive the header, and a header of another form is nobody', () => {
  const credentials = { facility: 'f_1-x', device: '00112233aabbccdd', secret }
  expect(readAuthorization(writeAuthorization(credentials))).toEqual(credentials)
  for (const header of [
    undefined,
    '',
    'Basic x',
    `Alcove f.${'0'.repeat(16)}.short`,
    `Alcove f..${secret}`,
    `${writeAuthorization(credentials)} x`,
  ])
    expect(readAuthorization(header)).toBeUndefined()
})

test('a request takes nothing it does not know; an answer may say more than we know', () => {
  const request = {
    versions: [1],
    secret: randomBytes(16).toString('base64url'),
    device: '00112233aabbccdd',
    publicKey: newDeviceKeys().publicKey,
    deviceSecret: secret,
  }
  expect(EnrollRequest.safeParse(request).success).toBe(true)
  expect(EnrollRequest.safeParse({ ...request, admin: true }).success).toBe(false)
  expect(EnrollRequest.safeParse({ ...request, deviceSecret: 'short' }).success).toBe(false)
  const answer = { version: 1, epoch: 'e', acked: { dseq: 0, hash: '' }, motd: 'hello' }
  expect(HelloAnswer.parse(answer)).toMatchObject({ motd: 'hello' })
})

test('the newest common version is spoken, and none is said to be none', () => {
  expect(negotiate([1])).toBe(1)
  expect(negotiate([3, 2], [2, 1])).toBe(2)
  expect(negotiate([1, 2], [3, 2])).toBe(2)
  expect(negotiate([1], [3, 2])).toBeUndefined()
})

test('a pin is of the key, whole or its first half, and of no less', async () => {
  const [mine, other] = await Promise.all([
    generate([{ name: 'commonName', value: 'a' }]),
    generate([{ name: 'commonName', value: 'a' }]),
  ])
  const pin = pinOf(mine.cert)
  expect(pin).toMatch(/^[0-9a-f]{64}$/)
  expect(pinOf(new X509Certificate(mine.cert).raw)).toBe(pin)
  expect(pinMatches(pin, pin)).toBe(true)
  expect(pinMatches(pin.slice(0, 32), pin)).toBe(true)
  for (const wrong of ['', pin.slice(0, 31), pin.slice(0, 40), pinOf(other.cert), pinOf(other.cert).slice(0, 32)])
    expect(pinMatches(wrong, pin)).toBe(false)
})

test('an unexpected fault is reported without its message, which might quote a record', () => {
  const error = asSyncError(new TypeError('Lakshmi Devi'))
  expect(error.code).toBe('internal')
  expect(error.message).not.toContain('Lakshmi')
  expect(asSyncError(new SyncError('fork', 'x')).code).toBe('fork')
  expect(SYNC_ERROR_CODES.filter(isPassing)).toEqual([
    'gateway-unreachable',
    'gateway-busy',
    'gateway-full',
    'gateway-repair',
  ])
})
