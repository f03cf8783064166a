import { copyFileSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { AlcoveError } from '../errors.ts'
import { closing, PASSWORD, QUICK, scratchFolder } from '../scratch.ts'
import { FLOOR, native, stretch, webAssembly } from './argon2.ts'
import { lock, newPair, seal, unlock, unseal } from './box.ts'
import { openWithLogin, openWithRecoveryCode } from './keyring.ts'
import { OpenKeyring } from './open-keyring.ts'
import { newRecoverySecret, printRecoveryCode, readRecoveryCode } from './recovery-code.ts'

const ASHA = { id: 'u-asha', login: 'Asha' }
const NINA = { id: 'u-nina', login: 'nina' }

async function made() {
  const dir = scratchFolder()
  const keyring = OpenKeyring.make(dir, { id: 'f-1', name: 'Test Clinic' }, QUICK)
  keyring.put(await keyring.prepare(ASHA, PASSWORD))
  const codes = [keyring.newRecoveryCode(), keyring.newRecoveryCode()]
  keyring.save()
  const databaseKey = keyring.databaseKey().toString('hex')
  const current = join(dir, 'keyring.json')
  const previous = join(dir, 'keyring.previous.json')
  return { dir, keyring: closing(keyring), codes, databaseKey, current, previous }
}

/** The database's key that a login gives; undefined if it gives none. */
async function keyOf(dir: string, login: string, password: string): Promise<string | undefined> {
  const opened = await openWithLogin(dir, login, password)
  return opened && closing(opened.keyring).databaseKey().toString('hex')
}

describe('boxes', () => {
  const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length })

  test('give back what was locked, to the same key and purpose only', () =>
    fc.assert(
      fc.property(bytes(32), fc.uint8Array(), fc.string(), (key, secret, about) => {
        const box = lock(key, secret, about)
        expect(unlock(key, box, about)).toEqual(Buffer.from(secret))
        expect(unlock(key, box, `${about}!`)).toBeUndefined()
        expect(unlock(Buffer.from(key).reverse().fill(1, 0, 1), box, about)).toBeUndefined()
      }),
    ))

  test('sealed to a pair open for that pair, and not after any bit was changed', () =>
    fc.assert(
      fc.property(bytes(32), fc.nat(), (secret, at) => {
        const pair = newPair()
        const sealed = seal(pair.public, secret, 'it')
        expect(unseal(pair, sealed, 'it')).toEqual(Buffer.from(secret))
        expect(unseal(newPair(), sealed, 'it')).toBeUndefined()
        const box = Buffer.from(sealed.box, 'base64url')
        const place = at % box.length
        box[place] = (box[place] ?? 0) ^ (1 << (at % 8))
        expect(unseal(pair, { ...sealed, box: box.toString('base64url') }, 'it')).toBeUndefined()
      }),
      { numRuns: 50 },
    ))
})

describe('Argon2id', () => {
  test('is the same natively and in WebAssembly, and never weaker than 64 MiB and three passes', async () => {
    const [password, salt] = [Buffer.from('a password'), Buffer.alloc(16, 7)]
    const kdf = { memory: 256, passes: 2, lanes: 1 }
    expect(Buffer.from(await (await native())(password, salt, kdf))).toEqual(
      Buffer.from(await (await webAssembly())(password, salt, kdf)),
    )
    expect(FLOOR).toEqual({ memory: 65536, passes: 3, lanes: 1 })
  })

  test('takes a password the same however its letters were composed', async () => {
    const salt = Buffer.alloc(16)
    expect(await stretch('caf\u00e9', salt, QUICK)).toEqual(await stretch('cafe\u0301', salt, QUICK))
  })
})

describe('a recovery code', () => {
  test('is read however it is typed, and refused if one letter is wrong', () =>
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 20, maxLength: 20 }), fc.nat(), (secret, at) => {
        const code = printRecoveryCode(secret)
        expect(code).toMatch(/^([0-9A-HJKMNP-TV-Z]{4}-){8}[0-9A-HJKMNP-TV-Z]{4}$/)
        const typed = ` ${code.toLowerCase().replaceAll('-', ' ').replaceAll('0', 'o').replaceAll('1', 'l')} `
        expect(readRecoveryCode(typed)).toEqual(Buffer.from(secret))
        const letters = [...code]
        const place = [...letters.keys()].filter((it) => letters[it] !== '-')[at % 36] ?? 0
        letters[place] = letters[place] === 'Z' ? 'Y' : 'Z'
        expect(() => readRecoveryCode(letters.join(''))).toThrowError(
          expect.objectContaining({ code: 'recovery-code' }),
        )
      }),
    ))

  test('opens the clinic; another clinic’s does not', async () => {
    const { dir, codes, databaseKey } = await made()
    for (const code of codes) {
      const opened = await openWithRecoveryCode(dir, code)
      expect(opened && closing(opened.keyring).databaseKey().toString('hex')).toBe(databaseKey)
    }
    expect(await openWithRecoveryCode(dir, printRecoveryCode(newRecoverySecret()))).toBeUndefined()
  })

  test('that was used is replaced, and does not even open the generation that is kept', async () => {
    const { dir, codes, current } = await made()
    const opened = await openWithRecoveryCode(dir, codes[0] ?? '')
    const next = opened ? closing(opened.keyring).newRecoveryCode(opened.slot) : ''
    expect(await openWithRecoveryCode(dir, codes[0] ?? '')).toBeUndefined()
    expect(await openWithRecoveryCode(dir, next)).toBeDefined()
    rmSync(current)
    expect(await openWithRecoveryCode(dir, codes[0] ?? '')).toBeUndefined()
    expect(await openWithRecoveryCode(dir, codes[1] ?? '')).toBeDefined()
  })
})

describe('people', () => {
  test('sign in with their own password, whatever the case of the login', async () => {
    const { dir, keyring, databaseKey } = await made()
    keyring.put(await keyring.prepare(NINA, 'another long password'))
    expect(await keyOf(dir, ' ASHA ', PASSWORD)).toBe(databaseKey)
    expect(await keyOf(dir, 'nina', 'another long password')).toBe(databaseKey)
    expect(await keyOf(dir, 'nina', PASSWORD)).toBeUndefined()
    expect(await keyOf(dir, 'nobody', PASSWORD)).toBeUndefined()
  })

  test('get a new password without their old one being known', async () => {
    const { dir, keyring, databaseKey } = await made()
    keyring.put(await keyring.prepare(ASHA, 'quite another password'))
    expect(await keyOf(dir, 'asha', PASSWORD)).toBeUndefined()
    expect(await keyOf(dir, 'asha', 'quite another password')).toBe(databaseKey)
  })

  test('keep their password when their login changes', async () => {
    const { dir, keyring, databaseKey } = await made()
    keyring.rename(ASHA.id, 'asha.rao')
    expect(await keyOf(dir, 'asha', PASSWORD)).toBeUndefined()
    expect(await keyOf(dir, 'asha.rao', PASSWORD)).toBe(databaseKey)
  })

  test('who are removed open neither generation, and the facility key turns without the others noticing', async () => {
    const { dir, keyring, codes, databaseKey, current, previous } = await made()
    keyring.put(await keyring.prepare(NINA, 'another long password'))
    const before = JSON.parse(readFileSync(current, 'utf8')).content
    keyring.remove(NINA.id)
    const after = JSON.parse(readFileSync(current, 'utf8')).content
    expect(after.database).not.toBe(before.database)
    expect(await keyOf(dir, 'nina', 'another long password')).toBeUndefined()
    expect(await keyOf(dir, 'asha', PASSWORD)).toBe(databaseKey)
    expect(await openWithRecoveryCode(dir, codes[1] ?? '')).toBeDefined()
    copyFileSync(previous, current)
    expect(await keyOf(dir, 'nina', 'another long password')).toBeUndefined()
    expect(await keyOf(dir, 'asha', PASSWORD)).toBe(databaseKey)
  })
})

describe('the file', () => {
  test('with any byte flipped is not used: the generation before is, and without it the file is damaged', async () => {
    const { dir, databaseKey, current, previous, keyring } = await made()
    keyring.save()
    const [whole, kept] = [readFileSync(current), readFileSync(previous)]
    await fc.assert(
      fc.asyncProperty(fc.nat(whole.length - 1), fc.integer({ min: 0, max: 7 }), async (at, bit) => {
        const bytes = Buffer.from(whole)
        bytes[at] = (bytes[at] ?? 0) ^ (1 << bit)
        writeFileSync(current, bytes)
        writeFileSync(previous, kept)
        const opened = await openWithLogin(dir, 'asha', PASSWORD)
        expect(opened?.fellBack).toBe(true)
        expect(opened && closing(opened.keyring).databaseKey().toString('hex')).toBe(databaseKey)
        rmSync(previous)
        await expect(openWithLogin(dir, 'asha', PASSWORD)).rejects.toMatchObject({ code: 'damaged' })
      }),
      { numRuns: 150 },
    )
  })

  test('altered by somebody who can compute the checksum is still found out by whoever signs in', async () => {
    const { dir, keyring, current, previous } = await made()
    keyring.put(await keyring.prepare(NINA, 'another long password'))
    rmSync(previous)
    const { content, mac } = JSON.parse(readFileSync(current, 'utf8'))
    content.slots = content.slots.filter((slot: { login?: string }) => slot.login !== 'nina')
    const { createHash } = await import('node:crypto')
    const checksum = createHash('sha256').update(JSON.stringify({ content, mac })).digest('base64url')
    writeFileSync(current, JSON.stringify({ content, mac, checksum }))
    await expect(openWithLogin(dir, 'asha', PASSWORD)).rejects.toMatchObject({ code: 'damaged' })
  })

  test('of a newer program is refused as that', async () => {
    const { dir, current, previous } = await made()
    rmSync(previous, { force: true })
    const { content, mac } = JSON.parse(readFileSync(current, 'utf8'))
    content.version = 2
    const { createHash } = await import('node:crypto')
    const checksum = createHash('sha256').update(JSON.stringify({ content, mac })).digest('base64url')
    writeFileSync(current, JSON.stringify({ content, mac, checksum }))
    await expect(openWithLogin(dir, 'asha', PASSWORD)).rejects.toMatchObject({ code: 'newer-database' })
  })

  test('holds no key and no password in any form that can be read', async () => {
    const { current, databaseKey, codes } = await made()
    const text = readFileSync(current, 'utf8')
    const secrets = [PASSWORD, databaseKey, Buffer.from(databaseKey, 'hex').toString('base64url'), ...codes]
    expect(secrets.filter((secret) => text.includes(secret))).toEqual([])
  })

  test('is not there while a clinic is being set up', () => {
    const dir = scratchFolder()
    const keyring = closing(OpenKeyring.make(dir, { id: 'f', name: 'Test' }, QUICK))
    keyring.newRecoveryCode()
    expect(existsSync(join(dir, 'keyring.json'))).toBe(false)
    keyring.save()
    expect(existsSync(join(dir, 'keyring.json'))).toBe(true)
  })

  test('that is missing altogether is damage with a sentence', async () => {
    const wrong = await openWithLogin(scratchFolder(), 'asha', PASSWORD).catch((error: unknown) => error)
    expect(wrong).toBeInstanceOf(AlcoveError)
    expect(wrong).toMatchObject({ code: 'damaged' })
  })
})

test('once closed, a keyring writes nothing and gives nothing: its key is zeros', async () => {
  const { keyring, current } = await made()
  const blank = await keyring.prepare(NINA, PASSWORD)
  const before = readFileSync(current, 'utf8')
  keyring.close()
  for (const act of [
    () => keyring.put(blank),
    () => keyring.rename(ASHA.id, 'other'),
    () => keyring.remove(ASHA.id),
    () => keyring.newRecoveryCode(),
    () => keyring.save(),
    () => keyring.databaseKey(),
  ])
    expect(act).toThrow('session has ended')
  expect(readFileSync(current, 'utf8')).toBe(before)
})
